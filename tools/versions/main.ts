// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Checks that every file names the versions of `versions.json`, and the range
 * of `deno.json`'s.
 *
 * ```sh
 * deno task versions           # names each place that differs
 * deno task versions --write   # writes them
 * ```
 *
 * @module
 */
import { checkVersions, readVersions, writeVersions } from "./versions.ts";

function main(args: string[]): number {
  const unknown = args.find((arg) => arg !== "--write");
  if (unknown !== undefined) {
    console.error(`Unknown argument "${unknown}": expected "--write" or none`);
    return 2;
  }
  const versions = readVersions(".");
  if (args.length > 0) {
    for (const path of writeVersions(".", versions)) console.log(path);
  }
  const { counts, differences } = checkVersions(".", versions);
  for (const { path, line, found, expected } of differences) {
    console.error(
      `${path}:${line}: found ${found}, expected ` +
        (expected ?? "an image of tools/versions/versions.json"),
    );
  }
  if (differences.length > 0) {
    console.error(`"deno task versions --write" writes what can be written`);
    return 1;
  }
  console.log(`${counts.size} files name the same versions`);
  return 0;
}

if (import.meta.main) Deno.exit(main(Deno.args));
