// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What a handler of this folder is invoked with, and has to answer. */
export interface Case {
  /** What is invoked, as the table says it. */
  invoked: string;
  /**
   * The event. In its strings `{aws}`, `{postgres}` and `{redis}` stand for the
   * `host:port` of the servers that are there while it runs.
   */
  event: unknown;
  /**
   * The members that the answer has, or all of it where it is no object. A
   * streamed response has its status, headers and cookies beside its `body`.
   */
  answer: unknown;
  /** A part of what is logged. */
  log?: string;
  /** Environment variables. */
  env?: Record<string, string>;
  /** What it may do beside what every handler here may. */
  permissions?: Record<string, unknown>;
  /** What one has to know, as the table says it. */
  note?: string;
  /** Why it cannot work as a bundle, and a part of what is then said. */
  cannot?: { reason: string; error: string };
}
