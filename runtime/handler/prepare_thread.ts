// Copyright 2026 the Toukon Lambda authors. MIT license.

import { sendConsoleTo } from "../log/console.ts";
import { LambdaLog, type LogFormat, type LogStream } from "../log/log.ts";
import { catchBackgroundErrors, type Slot } from "./slot.ts";

/** Options for {@linkcode prepareThread}. */
export interface PrepareThreadOptions {
  /** Where the log goes. */
  stream: LogStream;
  /** How an entry of the log is written. */
  format: LogFormat;
  /** Gives the slot of the invocation that the calling code belongs to. */
  currentSlot: () => Slot;
}

/**
 * Prepares this thread for a handler: what it prints goes to the log that is
 * given, and what its background work throws to the invocation that runs.
 */
export function prepareThread(
  { stream, format, currentSlot }: PrepareThreadOptions,
): LambdaLog {
  const requestId = () => currentSlot().requestId;
  const log = new LambdaLog({ stream, requestId, format });
  sendConsoleTo(log);
  catchBackgroundErrors(currentSlot, log);
  return log;
}
