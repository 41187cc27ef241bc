// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The name of what this package starts: its workers and its extension. */
export const NAME = "toukon-lambda";

/** The version of this package, as in its `deno.json`. */
export const VERSION = "0.1.0";
