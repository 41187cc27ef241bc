// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/** Throws if `actual` is `null` or `undefined`. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    failWith(`Expected a value, got ${actual}`, msg);
  }
}
