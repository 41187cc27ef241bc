// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";
import { assertIsError, type ErrorClass } from "./_is_error.ts";

/**
 * Throws unless `fn` throws.
 *
 * @returns What `fn` threw.
 */
export function assertThrows(fn: () => unknown): unknown;
/**
 * Throws unless `fn` throws an instance of `type` whose message includes
 * `msgIncludes`.
 *
 * @returns What `fn` threw.
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type: ErrorClass<E>,
  msgIncludes?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  type?: ErrorClass,
  msgIncludes?: string,
): unknown {
  const error = thrown(fn);
  if (type) assertIsError(error, type, msgIncludes);
  return error;
}

function thrown(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  failWith("Expected function to throw");
}
