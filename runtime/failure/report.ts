// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { Log } from "../log/log.ts";
import {
  type ErrorDocument,
  type Failure,
  formatErrorDocument,
  toFailure,
} from "./failure.ts";

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
    logFailure(log, headline, failure.document);
    await sendLetter?.(invocation, failure);
    return failure;
  };
}

/** Logs what has failed, and why: in JSON by the members of the error. */
export function logFailure(
  log: Log,
  what: string,
  document: ErrorDocument,
): void {
  if (log.format === "json") {
    const { errorType, errorMessage } = document;
    log.error(`${what}: ${errorType}: ${errorMessage}`, document);
  } else {
    log.error(`${what}: ${formatErrorDocument(document)}`);
  }
}
