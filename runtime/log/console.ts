// Copyright 2026 the Toukon Lambda authors. MIT license.

import { format } from "./format.ts";
import type { LambdaLog, LogLevel } from "./log.ts";

let threadLog: LambdaLog | undefined;

/** The log of this thread, where a runtime serves in it. */
export function currentLog(): LambdaLog | undefined {
  return threadLog;
}

/**
 * Sends what a handler prints through the log, with its level and request id.
 * It is the thread's log from then on.
 */
export function sendConsoleTo(log: LambdaLog): void {
  threadLog = log;
  const print = (level: LogLevel) => (...args: unknown[]) =>
    log.print(level, args);
  console.debug = print("DEBUG");
  console.log = print("INFO");
  console.info = print("INFO");
  console.warn = print("WARN");
  console.error = print("ERROR");
  console.trace = (...args: unknown[]) => {
    const stack = new Error().stack?.split("\n").slice(2).join("\n") ?? "";
    log.debug(`Trace: ${format(args)}\n${stack}`);
  };
}
