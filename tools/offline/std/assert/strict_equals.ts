// Copyright 2026 the Toukon Lambda authors. MIT license.

import { AssertionError } from "./assertion_error.ts";
import { diff } from "./_diff.ts";
import { show } from "./_fail.ts";

/** Throws unless the two are the same value, as `Object.is` tells. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(
    `Values are not strictly equal${msg ? `: ${msg}` : "."}\n\n` +
      `    [Diff] - Actual / + Expected\n\n` +
      diff(show(actual), show(expected)),
  );
}
