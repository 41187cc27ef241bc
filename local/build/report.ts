// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Formats what was built, one fact a line. */
export function report(
  title: string,
  facts: Record<string, string | string[]>,
): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length)) + 2;
  const lines = Object.entries(facts).flatMap(([name, value]) =>
    [value].flat().map((line, index) =>
      `  ${(index === 0 ? name : "").padEnd(width)}${line}`
    )
  );
  return [title, ...lines].join("\n");
}

/** The size of a file, or of all files in a folder, for a person. */
export function sizeOf(path: string): string {
  return `${(bytesIn(path) / 1e6).toFixed(1)} MB`;
}

function bytesIn(path: string): number {
  const { isDirectory, size } = Deno.lstatSync(path);
  if (!isDirectory) return size;
  return [...Deno.readDirSync(path)].reduce(
    (sum, { name }) => sum + bytesIn(`${path}/${name}`),
    0,
  );
}
