// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";
import { assertIsError, type ErrorClass } from "./_is_error.ts";

/**
 * Rejects unless `fn` returns a promise that rejects.
 *
 * @returns What the promise was rejected with.
 */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
): Promise<unknown>;
/**
 * Rejects unless `fn` returns a promise that rejects with an instance of `type`
 * whose message includes `msgIncludes`.
 *
 * @returns What the promise was rejected with.
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  type?: ErrorClass,
  msgIncludes?: string,
): Promise<unknown> {
  const error = await rejected(started(fn));
  if (type) assertIsError(error, type, msgIncludes);
  return error;
}

async function rejected(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  failWith("Expected function to reject");
}

/** A function that throws at once does not reject. */
function started(fn: () => PromiseLike<unknown>): PromiseLike<unknown> {
  try {
    return fn();
  } catch {
    failWith("Function throws when expected to reject");
  }
}
