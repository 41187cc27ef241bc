// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
} from "./levels.ts";
import type { LogRecord } from "./logger.ts";

export type { LevelName, LogLevel, LogRecord };

/** Writes a record as text. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** Options for {@linkcode BaseHandler}. */
export interface BaseHandlerOptions {
  /** Writes a record as text; without it `LEVEL message`. */
  formatter?: FormatterFunction;
}

/** What a handler extends; it says in `log` where the text goes. */
export abstract class BaseHandler {
  #level: LogLevel;
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

  set level(level: LogLevel) {
    this.#level = getLevelByName(getLevelName(level));
  }

  /** The name of {@linkcode BaseHandler.level}. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
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

  /** Prepares the handler. */
  setup(): void {}

  /** Releases what the handler holds. */
  destroy(): void {}

  /** Releases what the handler holds. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}

function formatPlainly({ levelName, msg }: LogRecord): string {
  return `${levelName} ${msg}`;
}
