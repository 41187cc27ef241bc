// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Makes a release, and leaves its publication to who pushes it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { GitError } from "../git.ts";
import { makeRelease, planRelease, ReleaseError } from "./release.ts";

const HELP =
  `Makes a release on the branch main: version, changelog, commit, tag.

  --version X.Y.Z  The version, instead of what the commits ask for
  --dry-run        Changes nothing, and prints what would be
  -h, --help       Shows this help`;

function main(args: string[]): number {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  try {
    run(options.version, options["dry-run"] ?? false);
    return 0;
  } catch (error) {
    if (
      !(error instanceof ReleaseError || error instanceof GitError ||
        error instanceof SyntaxError)
    ) throw error;
    console.error(`Cannot release: ${error.message}`);
    return 1;
  }
}

/** @throws {TypeError} If an option is unknown or wrong. */
function parseOptions(args: string[]) {
  return parseArgs({
    args,
    options: {
      version: { type: "string" },
      "dry-run": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  }).values;
}

function run(version: string | undefined, isDry: boolean): void {
  const day = new Date().toISOString().slice(0, 10);
  const release = planRelease(".", { version, day });
  assertPublishable();
  const tag = `v${release.version}`;
  if (release.previous === undefined) {
    console.log(`${tag}, the first release`);
  } else {
    console.log(`${tag}, which has since ${release.previous}:`);
    for (const subject of release.subjects) console.log(`  ${subject}`);
  }
  if (isDry) {
    const paths = [...release.files.keys()].join(", ");
    console.log(`Would write ${paths}, and the range where files name it,`);
    console.log(`commit them as "chore(release): ${release.version}",`);
    console.log(`and tag that ${tag}; then to be pushed with:`);
  } else {
    makeRelease(".", release);
    console.log(`Committed and tagged. This publishes it:`);
  }
  console.log(`git push --atomic origin main ${tag}`);
}

/** @throws {ReleaseError} If JSR would not take the package. */
function assertPublishable(): void {
  const { success, stderr } = new Deno.Command("deno", {
    args: ["publish", "--dry-run"],
    env: { NO_COLOR: "1" },
  }).outputSync();
  if (success) return;
  throw new ReleaseError(
    `"deno publish --dry-run" failed:\n${new TextDecoder().decode(stderr)}`,
  );
}

if (import.meta.main) Deno.exit(main(Deno.args));
