// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Config } from "../../runtime/config.ts";

/** What the configuration says where deno.json says nothing. */
export const DEFAULT_CONFIG: Config = {
  handler: undefined,
  basePath: "",
  textTypes: [],
  invokeMode: "BUFFERED",
  passThroughPath: undefined,
  logLevel: "INFO",
  logInit: false,
  transport: "fetch",
  isolation: "none",
  permissions: undefined,
  deadLetter: undefined,
  drainMs: 300,
  supervisor: { maxRestarts: 3, maxSeconds: 5 },
};
