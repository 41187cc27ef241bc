// Copyright 2026 the Toukon Lambda authors. MIT license.

import { cutMembers, fieldsOfError, toFields, toMembers } from "./fields.ts";
import { cutLine, format, join } from "./format.ts";
import { toOneLine, toRawJson } from "./json.ts";
import { writeAll } from "./write_all.ts";

/** What the runtime needs of a logger. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** The fields follow the message in text; in JSON they are members. */
  error(message: string, ...fields: unknown[]): void;
  /** How a record is written, where it is known. */
  readonly format?: LogFormat;
}

/** What a record is of. */
export interface LogOrigin {
  /** The id of the invocation; empty between invocations. */
  readonly requestId: string;
  /** The tenant that the invocation is for, where the function has tenants. */
  readonly tenantId: string | undefined;
  /** The X-Ray trace that the invocation belongs to. */
  readonly traceId: string | undefined;
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

/** The longest record, which is what CloudWatch Logs takes as one event. */
const MAX_RECORD_BYTES = 256 * 1024;

/** How large a record is that is encoded into the same memory as others. */
const BUFFER_BYTES = 16 * 1024;
/** The most bytes of UTF-8 that a unit of UTF-16 takes. */
const MAX_BYTES_A_UNIT = 3;

/** Tells whether the text names a level. */
export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(SEVERITY, text);
}

/** Where a log goes. */
export interface LogStream {
  /**
   * Takes bytes of a record at a level, and gives how many of them. They hold
   * for as long as it is called.
   */
  writeSync(bytes: Uint8Array, level?: LogLevel): number;
  /** Settles when everything that was taken is written. */
  flush?(): Promise<void>;
}

/** Options for {@linkcode LambdaLog}. */
export interface LogOptions {
  /** Where records go. */
  stream: LogStream;
  /** What the running code is of. */
  origin: () => LogOrigin;
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
  readonly #origin: () => LogOrigin;
  readonly #encoder = new TextEncoder();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #levelName: LogLevel = "INFO";
  #maxBytes = MAX_RECORD_BYTES;

  constructor({ stream, origin, format = "line" }: LogOptions) {
    this.format = format;
    this.stream = stream;
    this.#origin = origin;
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
    else if (args.length === 1) this.#writeJson(level, toRawJson(args[0]));
    else this.#writeJson(level, toRawJson(format(args)), fieldsOfError(args));
  }

  /**
   * Writes a message, with fields that are members of a JSON record.
   *
   * @param isWanted Whether the level lets it through.
   */
  write(
    level: LogLevel,
    message: unknown,
    fields: unknown[] = [],
    isWanted: boolean = this.#writes(level),
  ): void {
    if (!isWanted) return;
    if (this.format === "json") {
      this.#writeJson(level, toRawJson(message), toFields(fields));
    } else {
      this.#writeText(level, join([message, ...fields]));
    }
  }

  /** Writes a message of which no part may be lost, however long it is. */
  writeWhole(level: LogLevel, message: string): void {
    this.#maxBytes = Infinity;
    try {
      this.write(level, message);
    } finally {
      this.#maxBytes = MAX_RECORD_BYTES;
    }
  }

  /** Writes a line as it is, whatever the format and the level of the log are. */
  writeLine(line: string, level: LogLevel): void {
    this.#put(this.#encode(`${line}\n`), level);
  }

  #writes(level: LogLevel): boolean {
    return SEVERITY[level] >= SEVERITY[this.#levelName];
  }

  #writeText(level: LogLevel, text: string): void {
    const message = this.format === "line" ? toLine(text) : text;
    const { requestId } = this.#origin();
    const record = `${toTimestamp(Date.now())}\t${
      requestId || "-"
    }\t${level}\t${message}\n`;
    const bytes = this.#encode(record);
    const isTooLong = bytes.length > this.#maxBytes;
    this.#put(isTooLong ? cutLine(bytes, this.#maxBytes) : bytes, level);
  }

  /** Writes the members that Lambda's own runtimes write, then the fields. */
  #writeJson(
    level: LogLevel,
    message: string,
    fields?: Record<string, unknown>,
  ): void {
    const { requestId, tenantId, traceId } = this.#origin();
    let head = `{"timestamp":"${toTimestamp(Date.now())}","level":"${level}"`;
    if (requestId) head += `,"requestId":${toRawJson(requestId)}`;
    if (tenantId) head += `,"tenantId":${toRawJson(tenantId)}`;
    if (traceId) head += `,"traceId":${toRawJson(traceId)}`;
    const members = fields === undefined ? "" : toMembers(fields);
    const line = toOneLine(`${head},"message":${message}${members}}`);
    const bytes = this.#encode(`${line}\n`);
    if (bytes.length <= this.#maxBytes) return this.#put(bytes, level);
    head = toOneLine(head);
    const left = this.#maxBytes - this.#encode(head).length - 2;
    const cut = cutMembers(toOneLine(message), fields, left);
    this.#put(this.#encode(`${head}${cut}}\n`), level);
  }

  /** Gives bytes that hold until the next ones are given. */
  #encode(text: string): Uint8Array {
    if (text.length * MAX_BYTES_A_UNIT > this.#buffer.length) {
      return this.#encoder.encode(text);
    }
    const { written } = this.#encoder.encodeInto(text, this.#buffer);
    return this.#buffer.subarray(0, written);
  }

  #put(record: Uint8Array, level: LogLevel): void {
    try {
      writeAll(this.stream, record, level);
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

let lastSecond = NaN;
/** The last second as text, up to its point. */
let secondText = "";

/** Writes a time as ISO 8601 has it, which takes a while for each new second. */
export function toTimestamp(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = new Date(second * 1_000).toISOString().slice(0, -4);
  }
  return `${secondText}${String(ms % 1_000).padStart(3, "0")}Z`;
}
