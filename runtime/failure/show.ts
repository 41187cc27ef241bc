// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Gives what a look at a value gives, or undefined if looking at it throws. */
export function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/**
 * Shows anything that was thrown as text. Never throws.
 *
 * @param what What it is called where it has no text.
 */
export function showThrown(thrown: unknown, what = "a value"): string {
  return safely(() => String(thrown)) ?? `${what} that cannot be shown`;
}

/** Shows why something failed: the message of an error and of its cause. */
export function showReason(error: unknown): string {
  if (!(error instanceof Error)) return showThrown(error);
  return error.cause instanceof Error
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}

/** Shows a value of deno.json, or what stands in its place, as text. */
export function showJson(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** Cuts a text that is longer than the limit, and tells how much is missing. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}… (${
    text.length - maxLength
  } more characters)`;
}
