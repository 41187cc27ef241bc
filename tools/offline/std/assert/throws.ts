// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";
import { assertIsError } from "./is_error.ts";

/**
 * Throws unless `fn` throws.
 *
 * @returns What `fn` threw.
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Throws unless `fn` throws an instance of `ErrorClass` whose message includes
 * `msgIncludes`.
 *
 * @returns What `fn` threw.
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  ErrorClass: new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  classOrMsg?: (new (...args: any[]) => Error) | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  if (typeof classOrMsg === "string") return thrown(fn, classOrMsg);
  const error = thrown(fn, msg);
  if (classOrMsg) assertIsError(error, classOrMsg, msgIncludes, msg);
  return error;
}

function thrown(fn: () => unknown, msg?: string): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  failWith("Expected function to throw", msg);
}
