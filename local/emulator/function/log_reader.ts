// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The largest event of CloudWatch Logs; a longer line is cut into several. */
const MAX_LINE_LENGTH = 256 * 1024;
/** What was printed before an answer is there when nothing has come for so long. */
const QUIET_MS = 0.3;
/** How long the end of an invocation waits for that. */
const MAX_SETTLE_MS = 50;

/** Reads what a process prints, and gives it on by whole lines. */
export class LogReader {
  readonly #onLines: (lines: string) => void;
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[];
  readonly #ended: Promise<unknown>;
  #chunks = 0;

  /** @param onLines Takes one or more lines, the end of the last included. */
  constructor(
    outputs: ReadableStream<Uint8Array>[],
    onLines: (lines: string) => void,
  ) {
    this.#onLines = onLines;
    this.#readers = outputs.map((output) => output.getReader());
    this.#ended = Promise.all(this.#readers.map((it) => this.#read(it)));
  }

  /** Settles at the end of everything. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.cancel()));
  }

  /**
   * Waits until nothing more comes at once: what a process prints before it
   * answers may arrive after the answer.
   */
  async settled(): Promise<void> {
    const endMs = performance.now() + MAX_SETTLE_MS;
    let chunks = this.#chunks;
    for (
      let quietAtMs = performance.now() + QUIET_MS;
      performance.now() < Math.min(quietAtMs, endMs);
    ) {
      // A timer takes longer, and each invocation waits for it.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (chunks === this.#chunks) continue;
      chunks = this.#chunks;
      quietAtMs = performance.now() + QUIET_MS;
    }
  }

  async #read(
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const isTooLong = rest.length > MAX_LINE_LENGTH;
      const end = isTooLong || done ? rest.length : rest.lastIndexOf("\n") + 1;
      if (end > 0) this.#onLines(toLines(rest.slice(0, end)));
      rest = rest.slice(end);
      if (done) return;
      this.#chunks++;
    }
  }
}

/** Makes text out of what a process printed, with an end to the last line. */
function toLines(text: string): string {
  const lines = showControls(text);
  return lines.endsWith("\n") ? lines : `${lines}\n`;
}

/**
 * Shows what a terminal would obey, all but colours. Records of several lines
 * have carriage returns between them, since CloudWatch parts at line feeds.
 */
function showControls(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(
    // deno-lint-ignore no-control-regex
    /\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g,
    (control) =>
      control === "\x7f"
        ? "\u2421"
        : String.fromCharCode(0x2400 + control.charCodeAt(0)),
  );
}
