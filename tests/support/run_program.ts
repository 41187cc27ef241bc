// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type ChildResult, runToEnd } from "./child.ts";

/**
 * Runs the text of a program, which needs no file, in a process of its own.
 *
 * @throws {Error} If the program ends with another exit code than 0.
 */
export function runProgram(
  program: string,
  permissions: string[] = [],
  env: Record<string, string> = {},
): Promise<ChildResult> {
  return runToEnd(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      "--no-config",
      ...permissions,
      `data:text/javascript,${encodeURIComponent(program)}`,
    ],
    env: { NO_COLOR: "1", ...env },
  });
}
