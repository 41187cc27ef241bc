// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The version of this package, as in its `deno.json`. */
export const VERSION = "0.1.0";
