// Copyright 2026 the Toukon Lambda authors. MIT license.

import { fieldsOfError, toFields, toMembers } from "./fields.ts";
import { format, join } from "./format.ts";
import { toJson } from "./json.ts";
import { writeAll } from "./write_all.ts";

/** What the runtime needs of a logger. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** The fields follow the message in text; in JSON they are members. */
  error(message: string, ...fields: unknown[]): void;
}

/** Lambda's names for log levels. */
export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

const SEVERITY: Record<LogLevel, number> = {
  TRACE: 0,
  DEBUG: 1,
  INFO: 2,
  WARN: 3,
  ERROR: 4,
  FATAL: 5,
};

/** Tells whether the text names a level. */
export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(SEVERITY, text);
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
  /** Where records go. */
  stream: LogStream;
  /** The id that a record carries; empty between invocations. */
  requestId: () => string;
  /**
   * One line of text a record, text with its line breaks, or one JSON object.
   *
   * @default {"line"}
   */
  format?: LogFormat;
}

/** How a record is written. Line breaks would split one in CloudWatch Logs. */
export type LogFormat = "line" | "text" | "json";

/** Writes records with time, request id and level, unless the level is too low. */
export class LambdaLog implements Log {
  /** Where records go. */
  readonly stream: LogStream;
  /** How a record is written. */
  readonly format: LogFormat;
  readonly #requestId: () => string;
  readonly #encoder = new TextEncoder();
  #levelName: LogLevel = "INFO";

  constructor({ stream, requestId, format = "line" }: LogOptions) {
    this.format = format;
    this.stream = stream;
    this.#requestId = requestId;
  }

  /** The level below which records are left out. */
  get levelName(): LogLevel {
    return this.#levelName;
  }

  /** Leaves out what is below the level. */
  setLevel(level: LogLevel): void {
    this.#levelName = level;
  }

  debug(message: string): void {
    this.write("DEBUG", message);
  }

  info(message: string): void {
    this.write("INFO", message);
  }

  warn(message: string): void {
    this.write("WARN", message);
  }

  error(message: string, ...fields: unknown[]): void {
    this.write("ERROR", message, fields);
  }

  critical(message: string): void {
    this.write("FATAL", message);
  }

  /** Writes what a handler prints. */
  print(level: LogLevel, args: unknown[]): void {
    if (!this.#writes(level)) return;
    if (this.format !== "json") this.#writeText(level, format(args));
    else if (args.length === 1) this.#writeJson(level, toJson(args[0]));
    else this.#writeJson(level, toJson(format(args)), fieldsOfError(args));
  }

  /** Writes a message, with fields that are members of a JSON record. */
  write(level: LogLevel, message: unknown, fields: unknown[] = []): void {
    if (!this.#writes(level)) return;
    if (this.format === "json") {
      this.#writeJson(level, toJson(message), toFields(fields));
    } else {
      this.#writeText(level, join([message, ...fields]));
    }
  }

  #writes(level: LogLevel): boolean {
    return SEVERITY[level] >= SEVERITY[this.#levelName];
  }

  #writeText(level: LogLevel, text: string): void {
    const message = this.format === "line" ? toLine(text) : text;
    this.#put(`${now()}\t${this.#requestId() || "-"}\t${level}\t${message}\n`);
  }

  /** Writes the members that Lambda's own runtimes write, then the fields. */
  #writeJson(
    level: LogLevel,
    message: string,
    fields?: Record<string, unknown>,
  ): void {
    const id = this.#requestId();
    const requestId = id && `,"requestId":${JSON.stringify(id)}`;
    const members = fields === undefined ? "" : toMembers(fields);
    this.#put(
      `{"timestamp":"${now()}","level":"${level}"${requestId},"message":${message}${members}}\n`,
    );
  }

  #put(record: string): void {
    try {
      writeAll(this.stream, this.#encoder.encode(record));
    } catch {
      // Nobody is left to tell that the log cannot be written.
    }
  }
}

/**
 * Keeps a record on one line: CloudWatch Logs would split it at line breaks,
 * and a terminal would obey control characters that are not escaped.
 */
function toLine(text: string): string {
  return text
    .replaceAll(/\r?\n|[\v\f\x85\u2028\u2029]/g, "\r")
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\x00-\x08\x0e-\x1f\x7f-\x9f]/g, escape);
}

function escape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function now(): string {
  return new Date().toISOString();
}
