// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UsageError } from "./usage_error.ts";

/**
 * Makes what `parseArgs` of @std/cli calls for an
 * argument that it does not know: it throws a {@linkcode UsageError} that names
 * the nearest option.
 *
 * @param names The options that there are.
 * @param hint What to do instead of giving an argument that is no option.
 */
export function refuseUnknown(
  names: string[],
  hint: string,
): (arg: string, key?: string) => never {
  return (arg, key) => {
    if (key === undefined) {
      throw new UsageError(
        `Cannot use "${arg}": expected options only; ${hint}`,
      );
    }
    const nearest =
      names.toSorted((a, b) => distance(a, key) - distance(b, key))[0];
    throw new UsageError(
      `Unknown option "${arg}": did you mean --${nearest}? See --help`,
    );
  };
}

/** The Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
