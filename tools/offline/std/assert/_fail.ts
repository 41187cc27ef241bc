// Copyright 2026 the Toukon Lambda authors. MIT license.

import { AssertionError } from "./assertion_error.ts";

/** Throws the failure that `text` describes, with the caller's `msg` added. */
export function failWith(text: string, msg?: string): never {
  throw new AssertionError(msg ? `${text}: ${msg}` : `${text}.`);
}

/** Writes a value so that a failure shows all that was compared. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
    sorted: true,
    trailingComma: true,
    compact: false,
  });
}
