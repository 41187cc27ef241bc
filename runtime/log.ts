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

/** Options for {@linkcode createLog}. */
export interface LogOptions {
  /** Where lines go. */
  stream: { writeSync(bytes: Uint8Array): number };
  /** The id that a line carries; empty between invocations. */
  requestId: () => string;
  /** Keep line breaks, which would split an entry in CloudWatch Logs. */
  multiline: boolean;
}

/** @std/log set up for Lambda: one line of text an entry. */
export class LambdaLog extends Logger implements Log {
  constructor(options: LogOptions) {
    super("toukon", "INFO", { handlers: [new LineHandler(options)] });
  }

  /** Leaves out what is below the level. */
  setLevel(level: LogLevel): void {
    this.levelName = STD_LEVELS[level];
  }
}

class LineHandler extends BaseHandler {
  readonly #stream: LogOptions["stream"];
  readonly #encoder = new TextEncoder();

  constructor({ stream, requestId, multiline }: LogOptions) {
    super("NOTSET", {
      formatter: (record) => toLine(record, requestId(), multiline),
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

function toLine(
  { datetime, level, levelName, msg }: LogRecord,
  requestId: string,
  multiline: boolean,
): string {
  const name = level === LogLevels.CRITICAL ? "FATAL" : levelName;
  const text = multiline ? msg : msg.replaceAll(/\r?\n/g, "\r");
  return `${datetime.toISOString()}\t${requestId || "-"}\t${name}\t${text}\n`;
}
