// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogLevel } from "./log/log.ts";

/** The `lambda` key of deno.json. */
export interface Config {
  /** The handler module, relative to deno.json. */
  handler: string | undefined;
  /** A prefix that is taken off the path of HTTP requests. */
  basePath: string;
  /** More media types whose bodies leave as text. */
  textTypes: readonly string[];
  /** Whether HTTP responses are streamed; the invoke mode of the gateway. */
  invokeMode: "BUFFERED" | "RESPONSE_STREAM";
  /** The path to which a handler with only fetch gets other events posted. */
  passThroughPath: string | undefined;
  /** The least severe level that is logged; AWS_LAMBDA_LOG_LEVEL overrides it. */
  logLevel: LogLevel;
  /** Whether the log tells how long the start has taken. */
  logInit: boolean;
  /** What carries the requests of the runtime to the Runtime API. */
  transport: "fetch" | "socket";
  /** Whether the handler runs in the thread of the runtime or in a worker. */
  isolation: "none" | "worker";
  /** The permissions of the worker, of those that the process has. */
  permissions: Deno.PermissionOptions | undefined;
  /** Where failed invocations go; what sends them checks the value. */
  deadLetter: Record<string, unknown> | undefined;
  /**
   * How long the end of an environment with concurrent invocations waits for
   * what runs, in milliseconds.
   */
  drainMs: number;
  /** How often a crashed loop is restarted before the process ends. */
  supervisor: {
    /** How many restarts are tried within `maxSeconds`. */
    maxRestarts: number;
    /** The time in which restarts are counted, in seconds. */
    maxSeconds: number;
  };
}

/** A {@linkcode Config} and the file that it was read from. */
export interface ConfigFile {
  /** The values, defaults filled in. */
  config: Config;
  /** The deno.json or deno.jsonc, when there is one that may be read. */
  path: string | undefined;
}
