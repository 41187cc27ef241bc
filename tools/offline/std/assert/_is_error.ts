// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/** What `assertThrows()` and `assertRejects()` take as the class of an error. */
// deno-lint-ignore no-explicit-any
export type ErrorClass<E extends Error = Error> = new (...args: any[]) => E;

/**
 * Throws unless `error` is an instance of `type` whose message includes
 * `msgIncludes`.
 */
export function assertIsError(
  error: unknown,
  type: ErrorClass,
  msgIncludes = "",
): void {
  if (!(error instanceof Error)) {
    failWith(`Expected an Error object, got ${typeof error}`);
  }
  const { constructor, message } = error;
  if (!(error instanceof type)) {
    failWith(
      `Expected an instance of "${type.name}", ` +
        `got "${constructor.name}" with message "${message}"`,
    );
  }
  if (!message.includes(msgIncludes)) {
    failWith(
      `Expected an error message with "${msgIncludes}", got "${message}"`,
    );
  }
}
