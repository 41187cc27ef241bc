// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Happenings } from "../happenings.ts";
import { LIMITS } from "../limits.ts";

const ENCODER = new TextEncoder();

/** The log of one invocation. */
export class InvocationLog {
  readonly requestId: string;
  #text = "";

  constructor(requestId: string) {
    this.requestId = requestId;
  }

  /** Adds whole lines. */
  add(lines: string): void {
    this.#text += lines.slice(-LIMITS.log);
    if (this.#text.length > 4 * LIMITS.log) {
      this.#text = this.#text.slice(-LIMITS.log);
    }
  }

  /** The last 4 KB. */
  tail(): string {
    const bytes = ENCODER.encode(this.#text).subarray(-LIMITS.log);
    // The first character may have been cut.
    return new TextDecoder().decode(bytes).replace(/^\ufffd+/, "");
  }
}

/** The log of an environment, which knows what runs. */
export class EnvironmentLog {
  readonly #happenings: Happenings;
  readonly #isConcurrent: boolean;
  readonly #open = new Set<InvocationLog>();

  constructor(happenings: Happenings, concurrency: number) {
    this.#happenings = happenings;
    this.#isConcurrent = concurrency > 1;
  }

  /** Begins the log of an invocation. */
  begin(requestId: string): InvocationLog {
    const log = new InvocationLog(requestId);
    this.#open.add(log);
    return log;
  }

  /** Ends the log of an invocation. */
  end(log: InvocationLog): void {
    this.#open.delete(log);
  }

  /** Adds what the function has printed. */
  function(text: string): void {
    this.#add("function", text);
  }

  /** Adds what Lambda says itself. */
  platform(text: string): void {
    this.#add("platform", text);
  }

  #add(source: "function" | "platform", text: string): void {
    const [current] = this.#isConcurrent ? [] : this.#open;
    this.#happenings.tell({
      type: "log",
      source,
      text,
      requestId: current?.requestId,
    });
    for (const log of this.#open) log.add(text);
  }
}
