// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An answer as a client sees it. */
export interface SeenAnswer {
  name: string;
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Says in lines where the answers through several gateways differ from the
 * first one.
 */
export function describeDifferences(
  { method, path }: { method: string; path: string },
  [first, ...others]: SeenAnswer[],
): string {
  const same = [first.name];
  const lines: string[] = [];
  for (const answer of others) {
    const differences = differencesOf(first, answer);
    if (differences.length === 0) same.push(answer.name);
    else {
      lines.push(
        `  ${answer.name.padEnd(7)} differs: ${differences.join("; ")}`,
      );
    }
  }
  const head = lines.length === 0
    ? `${method} ${path}: status ${first.status}, the same through ${
      list(same)
    }`
    : `${method} ${path}: status ${first.status} through ${list(same)}`;
  return [head, ...lines].join("\n");
}

function differencesOf(first: SeenAnswer, other: SeenAnswer): string[] {
  const differences: string[] = [];
  if (first.status !== other.status) {
    differences.push(`status ${other.status}`);
  }
  const names = new Set(
    [...first.headers, ...other.headers].map(([name]) => name),
  );
  for (const name of names) {
    const [mine, theirs] = [first, other].map(({ headers }) =>
      headers.filter(([it]) => it === name).map(([, value]) => value)
    );
    if (
      mine.length !== theirs.length || mine.some((it, i) => it !== theirs[i])
    ) {
      differences.push(
        theirs.length === 0
          ? `no ${name}`
          : `${name}: ${theirs.map((it) => JSON.stringify(it)).join(", ")}`,
      );
    }
  }
  if (!isEqual(first.body, other.body)) {
    differences.push(
      `body of ${other.body.length} bytes, not ${first.body.length}, or others`,
    );
  }
  return differences;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}

function list(names: string[]): string {
  return names.length === 1
    ? names[0]
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
