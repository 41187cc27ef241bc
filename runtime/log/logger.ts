// Copyright 2026 the Toukon Lambda authors. MIT license.

import { currentSlot } from "../handler/slot.ts";
import { write } from "./functions.ts";
import type { LogLevel } from "./log.ts";

/** Options for {@linkcode child}. */
export interface LoggerOptions {
  /**
   * The share of invocations, from 0 to 1, whose DEBUG records are written. It
   * takes the place of the function's level for them. Loggers with the same
   * share write those of the same invocations.
   *
   * @default {that of the logger it is made of; else the level decides}
   */
  debugRate?: number;
}

/**
 * Logs with fields that each of its records has.
 *
 * @example A logger of a part of the program
 * ```ts
 * import { child } from "@toukon/lambda/log";
 *
 * const log = child({ component: "payments" });
 * log.info("paid", { orderId: "A-1" });
 * ```
 */
export class Logger {
  readonly #fields: Record<string, unknown>;
  readonly #hasFields: boolean;
  readonly #debugRate: number | undefined;

  /**
   * Creates a logger, as {@linkcode child} does.
   *
   * @example A logger with a field
   * ```ts
   * import { Logger } from "@toukon/lambda/log";
   *
   * new Logger({ component: "payments" }).info("paid");
   * ```
   *
   * @param fields The fields that each record has.
   * @param options How often DEBUG records are written.
   *
   * @throws {RangeError} If `debugRate` is not a number from 0 to 1.
   */
  constructor(fields: Record<string, unknown>, options: LoggerOptions = {}) {
    const { debugRate } = options;
    if (debugRate !== undefined && !(debugRate >= 0 && debugRate <= 1)) {
      throw new RangeError(
        `Cannot use debugRate: expected a number from 0 to 1, found ${debugRate}`,
      );
    }
    this.#fields = { ...fields };
    this.#hasFields = Object.keys(fields).length > 0;
    this.#debugRate = debugRate;
  }

  /**
   * Makes a logger with further fields. One of a name that this logger has
   * takes the place of its field.
   *
   * @example A logger of an order
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * const payments = child({ component: "payments" });
   * payments.child({ orderId: "A-1" }).warn("slow");
   * ```
   *
   * @param fields The further fields.
   * @param options What differs from this logger.
   *
   * @returns The logger.
   *
   * @throws {RangeError} If `debugRate` is not a number from 0 to 1.
   */
  child(
    fields: Record<string, unknown>,
    options: LoggerOptions = {},
  ): Logger {
    return new Logger(
      { ...this.#fields, ...fields },
      { debugRate: options.debugRate ?? this.#debugRate },
    );
  }

  /**
   * Logs at level DEBUG.
   *
   * @example Details of some invocations
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * child({}, { debugRate: 0.05 }).debug("asking", { attempt: 2 });
   * ```
   *
   * @param message What happened.
   * @param fields Objects whose members become fields of the record, errors,
   * and other values, as for the function `debug`.
   */
  debug(message: unknown, ...fields: unknown[]): void {
    const rate = this.#debugRate;
    const isWanted = rate === undefined ? undefined : drawOfInvocation() < rate;
    this.#write("DEBUG", message, fields, isWanted);
  }

  /**
   * Logs at level INFO.
   *
   * @example With a field
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * child({ component: "payments" }).info("paid", { orderId: "A-1" });
   * ```
   *
   * @param message What happened.
   * @param fields The fields of the record, as for {@linkcode debug}.
   */
  info(message: unknown, ...fields: unknown[]): void {
    this.#write("INFO", message, fields);
  }

  /**
   * Logs at level WARN.
   *
   * @example With a field
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * child({ component: "payments" }).warn("slow", { durationMs: 1200 });
   * ```
   *
   * @param message What happened.
   * @param fields The fields of the record, as for {@linkcode debug}.
   */
  warn(message: unknown, ...fields: unknown[]): void {
    this.#write("WARN", message, fields);
  }

  /**
   * Logs at level ERROR.
   *
   * @example With an error
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * child({ component: "payments" }).error("not paid", new Error("refused"));
   * ```
   *
   * @param message What happened.
   * @param fields The fields of the record, as for {@linkcode debug}.
   */
  error(message: unknown, ...fields: unknown[]): void {
    this.#write("ERROR", message, fields);
  }

  /**
   * Logs at level FATAL.
   *
   * @example With a field
   * ```ts
   * import { child } from "@toukon/lambda/log";
   *
   * child({ component: "payments" }).critical("no bank", { host: "b.example" });
   * ```
   *
   * @param message What happened.
   * @param fields The fields of the record, as for {@linkcode debug}.
   */
  critical(message: unknown, ...fields: unknown[]): void {
    this.#write("FATAL", message, fields);
  }

  #write(
    level: LogLevel,
    message: unknown,
    fields: unknown[],
    isWanted?: boolean,
  ): void {
    const all = this.#hasFields ? [this.#fields, ...fields] : fields;
    write(level, message, all, isWanted);
  }
}

/**
 * Makes a logger with fields that each of its records has.
 *
 * @example A logger that writes the DEBUG records of every twentieth invocation
 * ```ts
 * import { child } from "@toukon/lambda/log";
 *
 * const log = child({ component: "payments" }, { debugRate: 0.05 });
 * log.debug("asking the bank", { attempt: 2 });
 * ```
 *
 * @param fields The fields.
 * @param options How often DEBUG records are written.
 *
 * @returns The logger.
 *
 * @throws {RangeError} If `debugRate` is not a number from 0 to 1.
 */
export function child(
  fields: Record<string, unknown>,
  options?: LoggerOptions,
): Logger {
  return new Logger(fields, options);
}

/** What each invocation has drawn, from 0 to below 1. */
const draws = new WeakMap<object, number>();
/** Has drawn where no runtime serves. */
const NO_SLOT = {};

function drawOfInvocation(): number {
  const slot = currentSlot() ?? NO_SLOT;
  let draw = draws.get(slot);
  if (draw === undefined) draws.set(slot, draw = Math.random());
  return draw;
}
