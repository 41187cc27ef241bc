// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";
import { assertIsError } from "./is_error.ts";

/**
 * Rejects unless `fn` returns a promise that rejects.
 *
 * @returns What the promise was rejected with.
 */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/**
 * Rejects unless `fn` returns a promise that rejects with an instance of
 * `ErrorClass` whose message includes `msgIncludes`.
 *
 * @returns What the promise was rejected with.
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  ErrorClass: new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  classOrMsg?: (new (...args: any[]) => Error) | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  if (typeof classOrMsg === "string") return await rejected(fn, classOrMsg);
  const error = await rejected(fn, msg);
  if (classOrMsg) assertIsError(error, classOrMsg, msgIncludes, msg);
  return error;
}

async function rejected(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown> {
  const promise = started(fn, msg);
  try {
    await promise;
  } catch (error) {
    return error;
  }
  failWith("Expected function to reject", msg);
}

/** A function that throws at once does not reject. */
function started(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): PromiseLike<unknown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    failWith("Function throws when expected to reject", msg);
  }
  if (typeof promise?.then !== "function") {
    failWith("Function returns no promise when expected to reject", msg);
  }
  return promise;
}
