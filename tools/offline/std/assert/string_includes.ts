// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/** Throws unless `actual` includes `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  failWith(`Expected "${actual}" to include "${expected}"`, msg);
}
