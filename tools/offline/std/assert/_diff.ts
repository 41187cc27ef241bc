// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Writes the lines of two texts: between the first and the last that differ,
 * those of `actual` after `-`, and those of `expected` after `+`.
 */
export function diff(actual: string, expected: string): string {
  const left = actual.split("\n");
  const right = expected.split("\n");
  const before: string[] = [];
  const after: string[] = [];
  while (left.length && right.length && left[0] === right[0]) {
    before.push(`    ${left.shift()}`);
    right.shift();
  }
  while (left.length && right.length && left.at(-1) === right.at(-1)) {
    after.unshift(`    ${left.pop()}`);
    right.pop();
  }
  return [
    ...before,
    ...left.map((line) => `-   ${line}`),
    ...right.map((line) => `+   ${line}`),
    ...after,
  ].join("\n");
}
