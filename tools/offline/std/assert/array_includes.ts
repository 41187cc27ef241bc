// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith, show } from "./_fail.ts";
import { equal } from "./equal.ts";

/** Whatever has members by index. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Throws unless each of `expected` is deeply equal to one of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const members = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) =>
    !members.some((member) => equal(member, wanted))
  );
  if (missing.length === 0) return;
  failWith(`Expected ${show(actual)} to include ${show(missing)}`, msg);
}
