// Copyright 2026 the Toukon Lambda authors. MIT license.

import { invalidConfig, type RuntimeError } from "./errors.ts";

/** A key that differs by more is not taken for one that was meant. */
const MAX_MISTYPED_LETTERS = 3;

/** Makes the error of a key of deno.json that nothing reads. */
export function unknownKey(
  prefix: string,
  unknown: string,
  known: string[],
): RuntimeError {
  const meant = nearest(unknown, known, MAX_MISTYPED_LETTERS);
  return invalidConfig(
    `${prefix}${unknown}`,
    `expected one of ${known.map((name) => `"${prefix}${name}"`).join(", ")}${
      meant === undefined ? "" : `. Did you mean "${prefix}${meant}"?`
    }`,
  );
}

/**
 * Gives the name that a mistyped one is nearest to.
 *
 * @param maxDistance How many letters may be added, left out or changed.
 */
export function nearest(
  mistyped: string,
  names: string[],
  maxDistance = Infinity,
): string | undefined {
  let found: string | undefined;
  let least = maxDistance + 1;
  for (const name of names) {
    const changes = distance(name, mistyped);
    if (changes >= least) continue;
    least = changes;
    found = name;
  }
  return found;
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
