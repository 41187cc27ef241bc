// Copyright 2026 the Toukon Lambda authors. MIT license.

import { AssertionError } from "./assertion_error.ts";
import { diff } from "./_diff.ts";
import { show } from "./_fail.ts";
import { equal } from "./_equal.ts";

/** Throws unless the two are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${msg ? `: ${msg}` : "."}\n\n` +
      `    [Diff] - Actual / + Expected\n\n` +
      diff(show(actual), show(expected)),
  );
}
