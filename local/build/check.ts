// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { NO_CALLBACK } from "./entry.ts";
import { WORK_FOLDER } from "./outputs.ts";
import type { Project } from "./project.ts";

/** What Deno says where a package.json is, and node_modules is not up to date. */
const NOT_INSTALLED =
  /Could not find a matching package for 'npm:(.+?)' in the node_modules directory|Could not resolve "(.+?)", but found it in a package\.json/;

/**
 * Type-checks the handler, and that it is one. It is not run: importing it
 * might do what it should do only on Lambda.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function check(project: Project): Promise<void> {
  const { directory, configName, handler } = project;
  const { success, text } = await runDeno(
    ["check", "--quiet", `--config=${configName}`, `${WORK_FOLDER}/check.ts`],
    { directory },
  );
  if (success) return;
  throw new BuildError(
    `Cannot build "${handler}": ${reasonOf(text)}\n\n${text}`,
  );
}

function reasonOf(text: string): string {
  const [, typed, imported] = NOT_INSTALLED.exec(text) ?? [];
  const missing = typed ?? imported;
  if (missing !== undefined) {
    return `with a package.json, Deno looks for "${missing}" in node_modules, where it is not. Add "nodeModulesDir": "auto" to deno.json. In Deno's words:`;
  }
  if (isBehaviour(text)) return "it does not pass deno check";
  if (text.includes(NO_CALLBACK)) {
    return `it takes a callback as its third parameter. Callbacks ended with Node.js 24. Return the reply, or a promise of it:

export async function handleEvent(event, context) {
  return { message: "Hello", requestId: context.requestId };
}

In Deno's words:`;
  }
  return `it is no handler. Expected a module that exports

import type { Context } from "@toukon/lambda";

export function handleEvent(event: unknown, context: Context) {
  return { message: "Hello", event, requestId: context.requestId };
}

or exports a handler as its default. In Deno's words:`;
}

/** Whether the problem is in the handler, not in what it exports. */
function isBehaviour(text: string): boolean {
  // Deeper in, there are places that only explain.
  const places = [...text.matchAll(/^ {4}at (\S+):\d+:\d+$/gm)];
  return places.length === 0 ||
    places.some(([, file]) => !file.endsWith(`/${WORK_FOLDER}/check.ts`));
}
