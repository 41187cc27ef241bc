// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith, show } from "./_fail.ts";

/** Throws unless `actual` is greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  failWith(
    `Expected ${show(actual)} to be greater than ${show(expected)}`,
    msg,
  );
}
