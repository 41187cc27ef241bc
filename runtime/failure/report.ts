// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { Log } from "../log/log.ts";
import { type Failure, formatErrorDocument, toFailure } from "./failure.ts";

/**
 * Logs a failed invocation and sends its dead letter, before Lambda is told.
 *
 * @returns What Lambda is to be told.
 */
export type Report = (
  invocation: Invocation,
  error: unknown,
  headline?: "Invocation failed" | "Streamed reply failed",
) => Promise<Failure>;

/** Sends the dead letter of a failed invocation. */
export type SendLetter = (
  invocation: Invocation,
  failure: Failure,
) => Promise<void>;

/** Makes what logs every failure of this process and sends its dead letter. */
export function createReport(log: Log, sendLetter?: SendLetter): Report {
  return async (invocation, error, headline = "Invocation failed") => {
    const failure = toFailure(error);
    log.error(`${headline}: ${formatErrorDocument(failure.document)}`);
    await sendLetter?.(invocation, failure);
    return failure;
  };
}
