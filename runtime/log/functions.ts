// Copyright 2026 the Toukon Lambda authors. MIT license.

import { currentLog } from "./console.ts";
import { join } from "./format.ts";
import type { LogLevel } from "./log.ts";

const CONSOLE_METHODS = {
  TRACE: "debug",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
  FATAL: "error",
} as const;

/**
 * Writes through the thread's log, or the console where there is none.
 *
 * @param isWanted Whether the record is written, whatever the level of the log.
 */
export function write(
  level: LogLevel,
  message: unknown,
  fields: unknown[],
  isWanted?: boolean,
): void {
  const log = currentLog();
  if (log) log.write(level, message, fields, isWanted);
  else if (isWanted === false) return;
  else console[CONSOLE_METHODS[level]]("%s", join([message, ...fields]));
}

/**
 * Logs at level DEBUG.
 *
 * @example Logging how often something was tried
 * ```ts
 * import { debug } from "@toukon/lambda/log";
 *
 * debug("asking again", { attempt: 2 });
 * ```
 *
 * @param message What happened.
 * @param fields Objects whose members become fields of the record, errors,
 * which give `errorType`, `errorMessage` and `stackTrace`, and other values,
 * which are listed in the field `args`.
 */
export function debug(message: unknown, ...fields: unknown[]): void {
  write("DEBUG", message, fields);
}

/**
 * Logs at level INFO.
 *
 * @example Logging with a field
 * ```ts
 * import { info } from "@toukon/lambda/log";
 *
 * info("paid", { orderId: "A-1" });
 * ```
 *
 * @param message What happened.
 * @param fields The fields of the record, as for {@linkcode debug}.
 */
export function info(message: unknown, ...fields: unknown[]): void {
  write("INFO", message, fields);
}

/**
 * Logs at level WARN.
 *
 * @example Logging how long something took
 * ```ts
 * import { warn } from "@toukon/lambda/log";
 *
 * warn("slow", { durationMs: 1200 });
 * ```
 *
 * @param message What happened.
 * @param fields The fields of the record, as for {@linkcode debug}.
 */
export function warn(message: unknown, ...fields: unknown[]): void {
  write("WARN", message, fields);
}

/**
 * Logs at level ERROR.
 *
 * @example Logging an error and a field
 * ```ts
 * import { error } from "@toukon/lambda/log";
 *
 * error("not paid", new Error("card refused"), { orderId: "A-1" });
 * ```
 *
 * @param message What happened.
 * @param fields The fields of the record, as for {@linkcode debug}.
 */
export function error(message: unknown, ...fields: unknown[]): void {
  write("ERROR", message, fields);
}

/**
 * Logs at level FATAL, which is Lambda's name for what `@std/log` calls
 * CRITICAL.
 *
 * @example Logging what ends the function
 * ```ts
 * import { critical } from "@toukon/lambda/log";
 *
 * critical("no database", { host: "db.example" });
 * ```
 *
 * @param message What happened.
 * @param fields The fields of the record, as for {@linkcode debug}.
 */
export function critical(message: unknown, ...fields: unknown[]): void {
  write("FATAL", message, fields);
}
