// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BaseHandler } from "@std/log/base-handler";
import type { LevelName } from "@std/log/levels";
import type { LogRecord } from "@std/log/logger";
import { write } from "./functions.ts";
import type { LogLevel } from "./log.ts";

/** Lambda's names for the levels of @std/log. */
const LEVELS: Record<string, LogLevel> = {
  NOTSET: "TRACE",
  DEBUG: "DEBUG",
  INFO: "INFO",
  WARN: "WARN",
  ERROR: "ERROR",
  CRITICAL: "FATAL",
};

/** Options for {@linkcode LambdaLogHandler}. */
export interface LambdaLogHandlerOptions {
  /**
   * Writes the message of a record. Time, level and request id come from the
   * function's log.
   *
   * @default {the message alone}
   */
  formatter?: (record: LogRecord) => string;
}

/**
 * Sends the records of `@std/log` through the function's log. The arguments
 * after the message become fields.
 *
 * @example A logger of a library
 * ```ts
 * import { LambdaLogHandler } from "@toukon/lambda/log";
 * import { Logger } from "@std/log/logger";
 *
 * const logger = new Logger("orders", "INFO", {
 *   handlers: [new LambdaLogHandler("INFO")],
 * });
 * logger.info("paid", { orderId: "A-1" });
 * ```
 */
export class LambdaLogHandler extends BaseHandler {
  /**
   * Creates a handler. The level of the function's log applies as well.
   *
   * @example The default level, and messages with the logger's name
   * ```ts
   * import { LambdaLogHandler } from "@toukon/lambda/log";
   *
   * new LambdaLogHandler("NOTSET", {
   *   formatter: ({ loggerName, msg }) => `${loggerName}: ${msg}`,
   * });
   * ```
   *
   * @param levelName The level below which records are dropped.
   * @param options How a message is written.
   */
  constructor(
    levelName: LevelName = "NOTSET",
    options: LambdaLogHandlerOptions = {},
  ) {
    super(levelName, { formatter: options.formatter ?? (({ msg }) => msg) });
  }

  /**
   * Logs a record, unless its level is too low.
   *
   * @example Passing a record on
   * ```ts
   * import { LambdaLogHandler } from "@toukon/lambda/log";
   * import { LogRecord } from "@std/log/logger";
   *
   * new LambdaLogHandler().handle(
   *   new LogRecord({ msg: "paid", args: [], level: 20, loggerName: "orders" }),
   * );
   * ```
   *
   * @param record What is logged.
   */
  override handle(record: LogRecord): void {
    if (this.level > record.level) return;
    write(LEVELS[record.levelName] ?? "INFO", this.format(record), record.args);
  }

  /**
   * Logs a message at level INFO, for subclasses that call it.
   *
   * @example A message alone
   * ```ts
   * import { LambdaLogHandler } from "@toukon/lambda/log";
   *
   * new LambdaLogHandler().log("paid");
   * ```
   *
   * @param message What happened.
   */
  override log(message: string): void {
    write("INFO", message, []);
  }
}
