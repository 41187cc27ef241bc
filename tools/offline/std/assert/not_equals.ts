// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith, show } from "./_fail.ts";
import { equal } from "./_equal.ts";

/** Throws if the two are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    failWith(`Expected a value that does not equal ${show(expected)}`, msg);
  }
}
