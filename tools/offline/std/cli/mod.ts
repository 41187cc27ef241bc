// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Stand-in for the part of `@std/cli` that this project uses.
 *
 * @module
 */
export * from "./parse_args.ts";
