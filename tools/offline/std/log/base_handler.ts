// Copyright 2026 the Toukon Lambda authors. MIT license.

import { getLevelByName, type LevelName, type LogLevel } from "./levels.ts";
import type { LogRecord } from "./logger.ts";

/** Writes a record as text. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** Options for {@linkcode BaseHandler}. */
export interface BaseHandlerOptions {
  /** Writes a record as text; without it `LEVEL message`. */
  formatter?: FormatterFunction;
}

/** What a handler extends; it says in `log` where the text goes. */
export abstract class BaseHandler {
  readonly #level: LogLevel;
  /** Writes a record as text. */
  formatter: FormatterFunction;

  /** Creates a handler for records of this level and above. */
  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    this.#level = getLevelByName(levelName);
    this.formatter = options?.formatter ?? formatPlainly;
  }

  /** The level below which records are dropped. */
  get level(): LogLevel {
    return this.#level;
  }

  /** Logs the record unless its level is too low. */
  handle(logRecord: LogRecord): void {
    if (this.level > logRecord.level) return;
    this.log(this.format(logRecord));
  }

  /** The text of a record. */
  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  /** Takes the text of a record. */
  abstract log(msg: string): void;
}

function formatPlainly({ levelName, msg }: LogRecord): string {
  return `${levelName} ${msg}`;
}
