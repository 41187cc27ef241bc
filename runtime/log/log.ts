// Copyright 2026 the Toukon Lambda authors. MIT license.

import { format } from "./format.ts";
import { toEntry } from "./json_entry.ts";

/** What the runtime needs of a logger. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** Lambda's names for log levels, the least severe first. */
export type LogLevel = typeof LEVELS[number];

/** Tells whether the text names a level. */
export function isLogLevel(text: string): text is LogLevel {
  return (LEVELS as readonly string[]).includes(text);
}

/** Where a log goes. */
export interface LogStream {
  /** Takes bytes, and gives how many of them. */
  writeSync(bytes: Uint8Array): number;
  /** Settles when everything that was taken is written. */
  flush?(): Promise<void>;
}

/** Writes everything, however little is taken at once. */
export function writeAll(stream: LogStream, bytes: Uint8Array): void {
  for (let rest = bytes; rest.byteLength > 0;) {
    rest = rest.subarray(stream.writeSync(rest));
  }
}

/** How an entry is written. Line breaks would split one in CloudWatch Logs. */
export type LogFormat = "line" | "text" | "json";

/** Options for {@linkcode LambdaLog}. */
export interface LogOptions {
  /** Where entries go. */
  stream: LogStream;
  /** Gives the id that an entry carries; empty between invocations. */
  requestId: () => string;
  /**
   * One line of text an entry, text with its line breaks, or one JSON object.
   *
   * @default {"line"}
   */
  format?: LogFormat;
}

const ENCODER = new TextEncoder();

/** The log of a thread. */
export class LambdaLog implements Log {
  /** Where entries go. */
  readonly stream: LogStream;
  /** How an entry is written. */
  readonly format: LogFormat;
  readonly #requestId: () => string;
  #level: number = LEVELS.indexOf("INFO");

  constructor({ stream, requestId, format = "line" }: LogOptions) {
    this.stream = stream;
    this.format = format;
    this.#requestId = requestId;
  }

  /** The level below which nothing is logged. */
  get level(): LogLevel {
    return LEVELS[this.#level];
  }

  /** Leaves out what is below the level. */
  setLevel(level: LogLevel): void {
    this.#level = LEVELS.indexOf(level);
  }

  debug(message: string): void {
    this.write("DEBUG", [message]);
  }

  info(message: string): void {
    this.write("INFO", [message]);
  }

  warn(message: string): void {
    this.write("WARN", [message]);
  }

  error(message: string): void {
    this.write("ERROR", [message]);
  }

  /**
   * Writes an entry of what `console.log` would be given. Never throws.
   *
   * @param fields Further members of an entry in JSON; text shows them last.
   */
  write(
    level: LogLevel,
    args: readonly unknown[],
    fields?: Record<string, unknown>,
  ): void {
    if (LEVELS.indexOf(level) < this.#level) return;
    const timestamp = new Date().toISOString();
    const requestId = this.#requestId();
    const entry = this.format === "json"
      ? toEntry({ timestamp, level, requestId, args, fields })
      : `${timestamp}\t${requestId || "-"}\t${level}\t${
        this.#toText(fields ? [...args, fields] : args)
      }`;
    try {
      writeAll(this.stream, ENCODER.encode(`${entry}\n`));
    } catch {
      // Nobody is left to tell that the log cannot be written.
    }
  }

  #toText(args: readonly unknown[]): string {
    const text = format(args);
    return this.format === "line" ? text.replaceAll(/\r?\n/g, "\r") : text;
  }
}

/** Where the log of a thread is kept for all copies of this package in it. */
const KEY = Symbol.for("@toukon/lambda log");

/** Makes a log that of this thread: `@toukon/lambda/log` writes to it. */
export function setThreadLog(log: LambdaLog): void {
  (globalThis as Record<symbol, unknown>)[KEY] = log;
}

/** Gives the log of this thread, where the runtime has made one. */
export function threadLog(): LambdaLog | undefined {
  return (globalThis as Record<symbol, LambdaLog | undefined>)[KEY];
}
