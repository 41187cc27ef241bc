// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BaseHandler } from "./base_handler.ts";
import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevels,
} from "./levels.ts";

export type { LevelName, LogLevel };

/** Any function. */
// deno-lint-ignore no-explicit-any
export type GenericFunction = (...args: any[]) => any;

/** What is logged, or a function that makes it. */
type Message<T> = (T extends GenericFunction ? never : T) | (() => T);

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
  readonly #datetimeMs: number = Date.now();

  /** Creates a record of now. */
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

  /** When it was logged. */
  get datetime(): Date {
    return new Date(this.#datetimeMs);
  }
}

/** Options for {@linkcode Logger}. */
export interface LoggerOptions {
  /** What takes the records. */
  handlers?: BaseHandler[];
}

/** Passes what is logged to its handlers, unless the level is too low. */
export class Logger {
  #level: LogLevel;
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

  /** The level below which nothing is logged. */
  get level(): LogLevel {
    return this.#level;
  }

  set level(level: LogLevel) {
    try {
      this.#level = getLevelByName(getLevelName(level));
    } catch {
      throw new TypeError(`Invalid log level: ${level}`);
    }
  }

  /** The name of {@linkcode Logger.level}. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  /** The name that the records carry. */
  get loggerName(): string {
    return this.#loggerName;
  }

  /** Writes a value as the text of a message. */
  asString(data: unknown, isProperty = false): string {
    if (typeof data === "string") return isProperty ? `"${data}"` : data;
    if (typeof data === "function") return "undefined";
    if (typeof data !== "object" || data === null) return String(data);
    if (data instanceof Error) return data.stack ?? String(data);
    const members = Object.entries(data).map(([key, value]) =>
      `"${key}":${this.asString(value, true)}`
    );
    return `{${members.join(",")}}`;
  }

  /** Logs at level DEBUG and returns the message. */
  debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level DEBUG and returns the message. */
  debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  debug<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  /** Logs at level INFO and returns the message. */
  info<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level INFO and returns the message. */
  info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  info<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.INFO, msg, args);
  }

  /** Logs at level WARN and returns the message. */
  warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level WARN and returns the message. */
  warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  warn<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.WARN, msg, args);
  }

  /** Logs at level ERROR and returns the message. */
  error<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level ERROR and returns the message. */
  error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  error<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  /** Logs at level CRITICAL and returns the message. */
  critical<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level CRITICAL and returns the message. */
  critical<T>(
    msg: T extends GenericFunction ? never : T,
    ...args: unknown[]
  ): T;
  critical<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.CRITICAL, msg, args);
  }

  /** A function makes its message only when the message will be logged. */
  #log<T>(level: LogLevel, msg: Message<T>, args: unknown[]): T | undefined {
    const isMade = msg instanceof Function;
    if (this.level > level) return isMade ? undefined : msg;
    const value = isMade ? msg() : msg;
    const record = new LogRecord({
      msg: this.asString(value),
      args,
      level,
      loggerName: this.loggerName,
    });
    for (const handler of this.handlers) handler.handle(record);
    return value;
  }
}
