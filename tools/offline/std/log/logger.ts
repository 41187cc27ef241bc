// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BaseHandler } from "./base_handler.ts";
import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevels,
} from "./levels.ts";

/** What a {@linkcode LogRecord} is made of. */
export interface LogRecordOptions {
  /** The message. */
  msg: string;
  /** What else was logged with it. */
  args: unknown[];
  /** The level. */
  level: LogLevel;
  /** The name of the logger. */
  loggerName: string;
}

/** One thing logged. */
export class LogRecord {
  /** The message. */
  readonly msg: string;
  /** The numeric level. */
  readonly level: number;
  /** The name of the level. */
  readonly levelName: string;
  /** The name of the logger. */
  readonly loggerName: string;
  readonly #args: unknown[];

  /** Creates a record. */
  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.#args = [...options.args];
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
  }

  /** What else was logged with the message, as a copy. */
  get args(): unknown[] {
    return [...this.#args];
  }
}

/** Options for {@linkcode Logger}. */
export interface LoggerOptions {
  /** What takes the records. */
  handlers?: BaseHandler[];
}

/** Passes what is logged to its handlers, unless the level is too low. */
export class Logger {
  readonly #level: LogLevel;
  readonly #loggerName: string;
  /** What takes the records. */
  handlers: BaseHandler[];

  /** Creates a logger for this level and above. */
  constructor(
    loggerName: string,
    levelName: LevelName,
    options: LoggerOptions = {},
  ) {
    this.#loggerName = loggerName;
    this.#level = getLevelByName(levelName);
    this.handlers = options.handlers ?? [];
  }

  /** Logs at level DEBUG. */
  debug(msg: string, ...args: unknown[]): void {
    this.#log(LogLevels.DEBUG, msg, args);
  }

  /** Logs at level INFO. */
  info(msg: string, ...args: unknown[]): void {
    this.#log(LogLevels.INFO, msg, args);
  }

  /** Logs at level WARN. */
  warn(msg: string, ...args: unknown[]): void {
    this.#log(LogLevels.WARN, msg, args);
  }

  /** Logs at level ERROR. */
  error(msg: string, ...args: unknown[]): void {
    this.#log(LogLevels.ERROR, msg, args);
  }

  /** Logs at level CRITICAL. */
  critical(msg: string, ...args: unknown[]): void {
    this.#log(LogLevels.CRITICAL, msg, args);
  }

  #log(level: LogLevel, msg: string, args: unknown[]): void {
    if (this.#level > level) return;
    const loggerName = this.#loggerName;
    const record = new LogRecord({ msg, args, level, loggerName });
    for (const handler of this.handlers) handler.handle(record);
  }
}
