// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";

/** The time to report a timeout: a tenth, at most this. */
const LONGEST_REPORT_MS = 100;
/** The same for a worker, which may keep a core busy: a fifth, at most this. */
const LONGEST_ISOLATED_REPORT_MS = 200;
/** The time between the signal and the timeout: a tenth, at most this. */
const LONGEST_WARNING_MS = 400;
/** The time in which a worker tells of a timeout: a twentieth, at most this. */
const LONGEST_GRACE_MS = 50;
/** The time to send a dead letter after a timeout: a fifth, at most this. */
const LONGEST_LETTER_MS = 1_000;

/** What the moments of an invocation depend on beside its deadline. */
export interface MomentsOptions {
  /**
   * Whether a handler leaves time for a dead letter.
   *
   * @default {false}
   */
  sendsLetters?: boolean;
  /**
   * Whether the handler runs in a worker, which has to tell of a timeout.
   *
   * @default {false}
   */
  isIsolated?: boolean;
}

/** When what happens to an invocation, in milliseconds since the epoch. */
export interface Moments {
  /** The runtime received it. */
  readonly receivedAtMs: number;
  /** `context.signal` aborts. */
  readonly signalAtMs: number;
  /** A handler that has not settled has timed out. */
  readonly timeoutAtMs: number;
  /** A worker that has not told of its timeout is blocked. */
  readonly blockedAtMs: number;
  /** No dead letter is sent any more: the error is reported. */
  readonly reportAtMs: number;
  /** Lambda ends the environment. */
  readonly deadlineMs: number;
}

/** Gives the moments of an invocation. */
export function momentsOf(
  deadlineMs: number,
  receivedAtMs: number,
  { sendsLetters = false, isIsolated = false }: MomentsOptions,
): Moments {
  const leftMs = Math.max(0, deadlineMs - receivedAtMs);
  const letterMs = sendsLetters ? Math.min(leftMs / 5, LONGEST_LETTER_MS) : 0;
  const reportMs = isIsolated
    ? Math.min(leftMs / 5, LONGEST_ISOLATED_REPORT_MS)
    : Math.min(leftMs / 10, LONGEST_REPORT_MS);
  const graceMs = isIsolated ? Math.min(leftMs / 20, LONGEST_GRACE_MS) : 0;
  const blockedAtMs = deadlineMs - letterMs - reportMs;
  const timeoutAtMs = blockedAtMs - graceMs;
  return {
    receivedAtMs,
    signalAtMs: timeoutAtMs - Math.min(leftMs / 10, LONGEST_WARNING_MS),
    timeoutAtMs,
    blockedAtMs,
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
