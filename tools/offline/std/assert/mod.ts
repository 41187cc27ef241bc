// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Stand-ins for the assertions of `@std/assert` that this project uses.
 *
 * @module
 */
export * from "./assert.ts";
export * from "./assertion_error.ts";
export * from "./equals.ts";
export * from "./exists.ts";
export * from "./greater.ts";
export * from "./instance_of.ts";
export * from "./less.ts";
export * from "./less_or_equal.ts";
export * from "./match.ts";
export * from "./not_equals.ts";
export * from "./rejects.ts";
export * from "./strict_equals.ts";
export * from "./string_includes.ts";
export * from "./throws.ts";
