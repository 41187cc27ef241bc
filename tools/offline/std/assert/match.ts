// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/** Throws unless `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  failWith(`Expected "${actual}" to match ${expected}`, msg);
}
