// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Above this many pairs of lines a minimal diff costs more than it tells. */
const MAX_PAIRS = 1_000_000;

/**
 * Writes the lines of two texts, `-` before those of `actual` alone and `+`
 * before those of `expected` alone.
 */
export function diff(actual: string, expected: string): string {
  const left = actual.split("\n");
  const right = expected.split("\n");
  const prefix: string[] = [];
  const suffix: string[] = [];
  while (left.length && right.length && left[0] === right[0]) {
    prefix.push(`    ${left.shift()}`);
    right.shift();
  }
  while (left.length && right.length && left.at(-1) === right.at(-1)) {
    suffix.unshift(`    ${left.pop()}`);
    right.pop();
  }
  return [...prefix, ...diffLines(left, right), ...suffix].join("\n");
}

function diffLines(left: string[], right: string[]): string[] {
  const lengths = commonLengths(left, right);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length && lengths !== undefined) {
    if (left[i] === right[j]) {
      lines.push(`    ${left[i]}`);
      i++;
      j++;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
      lines.push(`-   ${left[i++]}`);
    } else {
      lines.push(`+   ${right[j++]}`);
    }
  }
  for (; i < left.length; i++) lines.push(`-   ${left[i]}`);
  for (; j < right.length; j++) lines.push(`+   ${right[j]}`);
  return lines;
}

/** How many lines the rests from line i and from line j have in common. */
function commonLengths(
  left: string[],
  right: string[],
): Uint32Array[] | undefined {
  if (left.length * right.length > MAX_PAIRS) return undefined;
  const lengths = Array.from(
    { length: left.length + 1 },
    () => new Uint32Array(right.length + 1),
  );
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i][j] = left[i] === right[j]
        ? lengths[i + 1][j + 1] + 1
        : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
