// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/**
 * Throws unless `error` is an instance of `ErrorClass` whose message includes
 * `msgMatches` or matches it.
 */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  // deno-lint-ignore no-explicit-any
  ErrorClass?: new (...args: any[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    failWith(`Expected an Error object, got ${typeof error}`, msg);
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    failWith(
      `Expected an instance of "${ErrorClass.name}", ` +
        `got "${error.constructor.name}" with message "${error.message}"`,
      msg,
    );
  }
  const matches = typeof msgMatches === "string"
    ? error.message.includes(msgMatches)
    : msgMatches?.test(error.message) ?? true;
  if (!matches) {
    failWith(
      `Expected an error message with ${Deno.inspect(msgMatches)}, ` +
        `got "${error.message}"`,
      msg,
    );
  }
}
