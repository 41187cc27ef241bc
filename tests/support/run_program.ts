// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child, describeEnd } from "./child.ts";

/** What a program wrote. */
export interface ProgramOutput {
  stdout: string;
  stderr: string;
}

/**
 * Runs the text of a program, which needs no file, in a process of its own.
 *
 * @throws {Error} If the program ends with another exit code than 0.
 */
export async function runProgram(
  program: string,
  permissions: string[] = [],
  env: Record<string, string> = {},
): Promise<ProgramOutput> {
  await using child = new Child(Deno.execPath(), {
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
  const result = await child.ended();
  if (result.code !== 0) throw new Error(describeEnd("The program", result));
  return result;
}
