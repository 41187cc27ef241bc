// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What a person may press. */
export type Key = "invoke" | "quit" | "restart";

const KEYS: Record<string, Key> = {
  i: "invoke",
  q: "quit",
  r: "restart",
  // Ctrl+C and Ctrl+D, where they do not come as a signal and an end.
  "\x03": "quit",
  "\x04": "quit",
};

/**
 * Calls a function for each key that is pressed at the terminal, until the
 * signal aborts.
 */
export async function readKeys(
  onKey: (key: Key) => void,
  end: AbortSignal,
): Promise<void> {
  Deno.stdin.setRaw(true, { cbreak: true });
  const reader = Deno.stdin.readable.getReader();
  end.addEventListener("abort", () => reader.cancel().catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const character of new TextDecoder().decode(value)) {
        const key = KEYS[character];
        if (key) onKey(key);
      }
    }
  } finally {
    Deno.stdin.setRaw(false);
  }
}
