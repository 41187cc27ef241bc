// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How a program ended, and what it wrote. */
export interface ProgramResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the text of a program, which needs no file, in a process of its own. */
export async function runProgram(
  program: string,
  permissions: string[] = [],
): Promise<ProgramResult> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      "--no-config",
      ...permissions,
      `data:text/javascript,${encodeURIComponent(program)}`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
