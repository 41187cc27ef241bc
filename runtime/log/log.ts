// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BaseHandler } from "@std/log/base-handler";
import { type LevelName, LogLevels } from "@std/log/levels";
import { Logger, type LogRecord } from "@std/log/logger";

/** What the runtime needs of a logger. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Lambda's names for log levels. */
export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

const STD_LEVELS: Record<LogLevel, LevelName> = {
  TRACE: "NOTSET",
  DEBUG: "DEBUG",
  INFO: "INFO",
  WARN: "WARN",
  ERROR: "ERROR",
  FATAL: "CRITICAL",
};

/** Tells whether the text names a level. */
export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(STD_LEVELS, text);
}

/** Where a log goes. */
export interface LogStream {
  /** Takes bytes, and gives how many of them. */
  writeSync(bytes: Uint8Array): number;
  /** Settles when everything that was taken is written. */
  flush?(): Promise<void>;
}

/** Options for {@linkcode LambdaLog}. */
export interface LogOptions {
  /** Where entries go. */
  stream: LogStream;
  /** The id that a line carries; empty between invocations. */
  requestId: () => string;
  /**
   * One line of text an entry, text with its line breaks, or one JSON object.
   *
   * @default {"line"}
   */
  format?: LogFormat;
}

/** How an entry is written. Line breaks would split one in CloudWatch Logs. */
export type LogFormat = "line" | "text" | "json";

/** @std/log set up for Lambda. */
export class LambdaLog extends Logger implements Log {
  /** Where entries go. */
  readonly stream: LogStream;
  /** How an entry is written. */
  readonly format: LogFormat;

  constructor(options: LogOptions) {
    super("toukon", "INFO", { handlers: [new LineHandler(options)] });
    this.stream = options.stream;
    this.format = options.format ?? "line";
  }

  /** Leaves out what is below the level. */
  setLevel(level: LogLevel): void {
    this.levelName = STD_LEVELS[level];
  }
}

class LineHandler extends BaseHandler {
  readonly #stream: LogOptions["stream"];
  readonly #encoder = new TextEncoder();

  constructor({ stream, requestId, format = "line" }: LogOptions) {
    super("NOTSET", {
      formatter: (record) => FORMATS[format](record, requestId()),
    });
    this.#stream = stream;
  }

  override log(line: string): void {
    let bytes = this.#encoder.encode(line);
    try {
      while (bytes.length > 0) {
        bytes = bytes.subarray(this.#stream.writeSync(bytes));
      }
    } catch {
      // Nobody is left to tell that the log cannot be written.
    }
  }
}

const FORMATS: Record<
  LogFormat,
  (record: LogRecord, requestId: string) => string
> = {
  line: (record, requestId) =>
    toText(record, requestId, record.msg.replaceAll(/\r?\n/g, "\r")),
  text: (record, requestId) => toText(record, requestId, record.msg),
  json: toJson,
};

function toText(record: LogRecord, requestId: string, text: string): string {
  return `${record.datetime.toISOString()}\t${requestId || "-"}\t${
    levelOf(record)
  }\t${text}\n`;
}

/** The members that Lambda's own runtimes write. */
function toJson(record: LogRecord, requestId: string): string {
  const entry = {
    timestamp: record.datetime.toISOString(),
    level: levelOf(record),
    requestId: requestId || undefined,
    message: record.msg,
  };
  return `${JSON.stringify(entry)}\n`;
}

function levelOf({ level, levelName }: LogRecord): string {
  return level === LogLevels.CRITICAL ? "FATAL" : levelName;
}
