// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Runs the handler that `deno.json` names with events, and prints the least
 * `permissions.default` that it needs for them, to be pasted into `deno.json`.
 *
 * ```sh
 * deno run -P=build jsr:@toukon/lambda/permissions events/hello.json
 * ```
 *
 * It may do what a build may: read the project, write `.toukon_build/` and run
 * `deno`. The handler is run with all permissions but to run programs, at least
 * twice for each event.
 *
 * @module
 */

import { BuildError } from "../build/build_error.ts";
import { makeWorkFolder } from "../build/outputs.ts";
import { toPermissionSet } from "../build/permission_warning.ts";
import { findProject, type Project, readProject } from "../build/project.ts";
import type { Use } from "../build/uses.ts";
import { UsageError } from "../cli/usage_error.ts";
import { RuntimeError } from "../../runtime/failure/errors.ts";
import { findNeeds } from "./find_needs.ts";
import { HELP, parsePermissionsFlags } from "./flags.ts";

Deno.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { events, help } = parsePermissionsFlags(Deno.args);
    if (help) {
      console.log(HELP);
      return 0;
    }
    return await run(events);
  } catch (error) {
    if (error instanceof UsageError) return fail(error, 2);
    if (error instanceof BuildError || error instanceof RuntimeError) {
      return fail(error, 1);
    }
    throw error;
  }
}

async function run(events: string[]): Promise<number> {
  const directory = findProject(Deno.cwd());
  const project = await readProject(directory, { external: [], include: [] });
  const work = makeWorkFolder(directory);
  try {
    const { uses, failures } = await findNeeds(project, events);
    for (const failure of failures) console.error(failure);
    console.log(setText(project, uses.filter((use) => !isOfProject(use))));
    noteFiles(uses.filter(isOfProject));
    return failures.length > 0 ? 1 : 0;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

/** The set as deno.json has it, under the name that a build looks for. */
function setText({ grantsFrom }: Project, uses: Use[]): string {
  const [, name = "default"] = /^"permissions\.(.+)"$/.exec(grantsFrom) ?? [];
  return `${JSON.stringify(name)}: ${
    JSON.stringify(toPermissionSet(uses), null, 2)
  }`;
}

/** Files of the project are read where they are included. */
function noteFiles(uses: Use[]): void {
  if (uses.length === 0) return;
  const paths = [...new Set(uses.map(({ value }) => value!.slice(2)))].sort();
  console.error(
    `The handler reads files of the project. They go with the function, and may be read, if "lambda" has
"include": ${JSON.stringify(paths)}`,
  );
}

function isOfProject({ kind, value }: Use): boolean {
  return kind === "read" && value !== undefined && value.startsWith("./");
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}
