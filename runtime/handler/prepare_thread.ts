// Copyright 2026 the Toukon Lambda authors. MIT license.

import { sendConsoleTo } from "../log/console.ts";
import { LambdaLog, type LogFormat, type LogStream } from "../log/log.ts";
import { catchBackgroundErrors, findSlotsBy } from "./slot.ts";
import type { Slots } from "./slots.ts";

/** Options for {@linkcode prepareThread}. */
export interface PrepareThreadOptions {
  /** Where the log goes. */
  stream: LogStream;
  /** How an entry of the log is written. */
  format: LogFormat;
  /** The slots of the invocations that run in this thread. */
  slots: Slots;
  /** Ends the listening to errors, where the thread outlives the runtime. */
  signal?: AbortSignal;
}

/**
 * Prepares this thread for a handler: what it prints goes to the log that is
 * given, and what its background work throws to the invocation that runs.
 */
export function prepareThread(
  { stream, format, slots, signal }: PrepareThreadOptions,
): LambdaLog {
  findSlotsBy(() => slots.logged());
  const log = new LambdaLog({ stream, origin: () => slots.logged(), format });
  sendConsoleTo(log);
  catchBackgroundErrors(() => slots.blamed(), log, signal);
  return log;
}
