// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";

/** How long before the handler's end the signal aborts: a tenth, at most this. */
const LONGEST_WARNING_MS = 500;
/** How long before it the timeout is reported: a twentieth, at most this. */
const LONGEST_REPORT_MS = 100;
/** How long a worker may take to report it: a fortieth, at most this. */
const LONGEST_GRACE_MS = 50;
/** How much earlier all of it comes for the letter: a fifth, at most this. */
const LONGEST_LETTER_MS = 1_000;

/** When what happens to an invocation, in milliseconds since the epoch. */
export interface Moments {
  /** The runtime received it. */
  readonly receivedAtMs: number;
  /** `context.signal` aborts. */
  readonly signalAtMs: number;
  /** A handler that has not settled has timed out. */
  readonly timeoutAtMs: number;
  /** A worker that has not reported its timeout is blocked. */
  readonly blockedAtMs: number;
  /** No dead letter is sent any more: the error is reported. */
  readonly reportAtMs: number;
  /** Lambda ends the environment. */
  readonly deadlineMs: number;
}

/**
 * Gives the moments of an invocation.
 *
 * @param sendsLetters Whether a dead letter is sent of one that times out.
 */
export function momentsOf(
  deadlineMs: number,
  receivedAtMs: number,
  sendsLetters = false,
): Moments {
  const leftMs = Math.max(0, deadlineMs - receivedAtMs);
  const letterMs = sendsLetters ? Math.min(leftMs / 5, LONGEST_LETTER_MS) : 0;
  const endMs = deadlineMs - letterMs;
  const timeoutAtMs = endMs - Math.min(leftMs / 20, LONGEST_REPORT_MS);
  return {
    receivedAtMs,
    signalAtMs: endMs - Math.min(leftMs / 10, LONGEST_WARNING_MS),
    timeoutAtMs,
    blockedAtMs: timeoutAtMs + Math.min(leftMs / 40, LONGEST_GRACE_MS),
    reportAtMs: deadlineMs - Math.min(leftMs / 4, LONGEST_REPORT_MS),
    deadlineMs,
  };
}

/** Makes the error of a handler that has not settled or yielded in time. */
export function timeoutError(
  { receivedAtMs, deadlineMs }: Moments,
  missing: "settled" | "yielded",
  advice: string,
): RuntimeError {
  const now = Date.now();
  const leftMs = Math.max(0, deadlineMs - now);
  return new RuntimeError(
    "Function.Timeout",
    `Handler has not ${missing} after ${
      now - receivedAtMs
    } ms, ${leftMs} ms before the deadline: ${advice}`,
  );
}
