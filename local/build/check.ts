// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { WORK_FOLDER } from "./entry.ts";
import type { Project } from "./project.ts";

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
  // Deeper in, there are places that only explain.
  const places = [...text.matchAll(/^ {4}at (\S+):\d+:\d+$/gm)];
  const isBehaviour = places.length === 0 ||
    places.some(([, file]) => !file.endsWith(`/${WORK_FOLDER}/check.ts`));
  throw new BuildError(
    isBehaviour
      ? `Cannot build "${handler}": it does not pass deno check\n\n${text}`
      : `Cannot build "${handler}": it is no handler. Expected a module that exports

import type { Context } from "@toukon/lambda";

export function handleEvent(event: unknown, context: Context) {
  return { message: "Hello", event, requestId: context.requestId };
}

or exports a handler as its default. In Deno's words:

${text}`,
  );
}
