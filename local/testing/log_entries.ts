// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogStream } from "../../runtime/log/log.ts";

/** An entry of the log, with its fields as further members. */
export interface LogEntry {
  /** When it was written, in ISO 8601. */
  timestamp: string;
  /** The level, such as `INFO`. */
  level: string;
  /** The invocation that has written it; absent for others. */
  requestId?: string;
  /** What was logged: a text, or the value that was logged alone. */
  // deno-lint-ignore no-explicit-any
  message: any;
  /** What was logged beside the message. */
  [field: string]: unknown;
}

/** Keeps what is logged, until it ends: later entries go to stderr. */
export class LogEntries implements LogStream {
  readonly entries: LogEntry[] = [];
  #hasEnded = false;

  writeSync(bytes: Uint8Array): number {
    if (this.#hasEnded) return Deno.stderr.writeSync(bytes);
    const text = new TextDecoder().decode(bytes);
    this.entries.push(JSON.parse(text));
    return bytes.length;
  }

  /** Gives the entries of an invocation. */
  of(requestId: string): LogEntry[] {
    return this.entries.filter((entry) => entry.requestId === requestId);
  }

  end(): void {
    this.#hasEnded = true;
  }
}
