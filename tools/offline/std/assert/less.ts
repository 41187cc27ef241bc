// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith, show } from "./_fail.ts";

/** Throws unless `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (actual < expected) return;
  failWith(
    `Expected ${show(actual)} to be less than ${show(expected)}`,
    msg,
  );
}
