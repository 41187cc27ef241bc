// Copyright 2026 the Toukon Lambda authors. MIT license.

const FIRST_PAUSE_MS = 100;

/**
 * Gives the longest pause after an attempt that failed. It doubles with each
 * attempt, from 100 ms up to the limit.
 *
 * @param attempt The attempt, counted from 1.
 */
export function backoffMs(attempt: number, limitMs: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), limitMs);
}

/** Waits until the time is over, or the signal aborts. */
export async function pause(ms: number, end?: AbortSignal): Promise<void> {
  if (end?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = () => resolve();
  end?.addEventListener("abort", wake);
  await promise;
  clearTimeout(timer);
  end?.removeEventListener("abort", wake);
}
