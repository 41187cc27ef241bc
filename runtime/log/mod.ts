// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * A logger for handlers, over `@std/log`: what it logs goes where `console`
 * goes, with the level and the id of its invocation, and with fields that a
 * query can find.
 *
 * ```ts ignore
 * import * as log from "@toukon/lambda/log";
 *
 * export function handleEvent(event: { orderId: string }) {
 *   log.info("🔥 paid", { orderId: event.orderId });
 * }
 * ```
 *
 * Where the function's log format is JSON, the fields are members of the entry;
 * in text they follow the message. Where no runtime serves, as in a test of a
 * handler, the log goes to stderr.
 *
 * @module
 */

import { BaseHandler } from "@std/log/base-handler";
import { type LevelName, LogLevels } from "@std/log/levels";
import { Logger, type LogRecord } from "@std/log/logger";
import { LambdaLog, type LogLevel, threadLog } from "./log.ts";

/**
 * A handler of `@std/log` that writes to the log of the function. Give it to a
 * logger of your own, or to `setup()` of `@std/log`.
 *
 * The further arguments of a call become fields: an object its members, an
 * error its type, message and stack, anything else a member of `args`.
 *
 * @example Usage
 * ```ts
 * import { LambdaHandler } from "@toukon/lambda/log";
 * import { Logger } from "@std/log/logger";
 *
 * const logger = new Logger("orders", "INFO", {
 *   handlers: [new LambdaHandler()],
 * });
 * logger.info("paid", { orderId: 42 });
 * ```
 */
export class LambdaHandler extends BaseHandler {
  /**
   * Creates the handler.
   *
   * @param levelName The level below which it passes nothing on. The level of
   * the function, `lambda.logLevel`, holds besides.
   */
  constructor(levelName: LevelName = "NOTSET") {
    super(levelName);
  }

  /** Writes a record, with its arguments as fields. */
  override handle(record: LogRecord): void {
    if (this.level > record.level) return;
    const { fields, errors } = sort(record.args);
    currentLog().write(toLevel(record.level), [record.msg, ...errors], fields);
  }

  /**
   * Writes a text at level INFO.
   *
   * @param text The text.
   */
  override log(text: string): void {
    currentLog().write("INFO", [text]);
  }
}

const logger = new Logger("handler", "NOTSET", {
  handlers: [new LambdaHandler()],
});

/**
 * Logs at level DEBUG.
 *
 * @param message What has happened.
 * @param fields What else is known of it: objects, errors, other values.
 *
 * @example Usage
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * log.debug("looked up", { orderId: 42, found: true });
 * ```
 */
export function debug(message: string, ...fields: unknown[]): void {
  logger.debug(message, ...fields);
}

/**
 * Logs at level INFO.
 *
 * @param message What has happened.
 * @param fields What else is known of it: objects, errors, other values.
 *
 * @example Usage
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * log.info("paid", { orderId: 42 });
 * ```
 */
export function info(message: string, ...fields: unknown[]): void {
  logger.info(message, ...fields);
}

/**
 * Logs at level WARN.
 *
 * @param message What has happened.
 * @param fields What else is known of it: objects, errors, other values.
 *
 * @example Usage
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * log.warn("slow", { tookMs: 900 });
 * ```
 */
export function warn(message: string, ...fields: unknown[]): void {
  logger.warn(message, ...fields);
}

/**
 * Logs at level ERROR.
 *
 * @param message What has happened.
 * @param fields What else is known of it: objects, errors, other values.
 *
 * @example Usage
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * log.error("not paid", new TypeError("declined"), { orderId: 42 });
 * ```
 */
export function error(message: string, ...fields: unknown[]): void {
  logger.error(message, ...fields);
}

/**
 * Logs at level FATAL, which `@std/log` calls CRITICAL.
 *
 * @param message What has happened.
 * @param fields What else is known of it: objects, errors, other values.
 *
 * @example Usage
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * log.critical("no database", { host: "db.example.com" });
 * ```
 */
export function critical(message: string, ...fields: unknown[]): void {
  logger.critical(message, ...fields);
}

let fallback: LambdaLog | undefined;

/** The log of the runtime, or one of its own where no runtime serves. */
function currentLog(): LambdaLog {
  return threadLog() ?? (fallback ??= new LambdaLog({
    stream: Deno.stderr,
    requestId: () => "",
    format: "text",
  }));
}

function toLevel(level: number): LogLevel {
  if (level >= LogLevels.CRITICAL) return "FATAL";
  if (level >= LogLevels.ERROR) return "ERROR";
  if (level >= LogLevels.WARN) return "WARN";
  if (level >= LogLevels.INFO) return "INFO";
  return level >= LogLevels.DEBUG ? "DEBUG" : "TRACE";
}

/** Tells the members of objects from errors and from other values. */
function sort(
  args: unknown[],
): { fields: Record<string, unknown> | undefined; errors: unknown[] } {
  const fields: Record<string, unknown> = {};
  const errors: unknown[] = [];
  const others: unknown[] = [];
  for (const arg of args) {
    if (arg instanceof Error) errors.push(arg);
    else if (isBare(arg)) Object.assign(fields, arg);
    else others.push(arg);
  }
  if (others.length > 0) fields.args = others;
  const hasFields = Object.keys(fields).length > 0;
  return { fields: hasFields ? fields : undefined, errors };
}

function isBare(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
