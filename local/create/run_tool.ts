// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CreateError } from "./create_error.ts";

/**
 * Runs a program in a folder to its end.
 *
 * @throws {CreateError} If it is not there or fails, with what it has written.
 */
export async function runTool(
  command: string,
  args: string[],
  directory: string,
): Promise<void> {
  const shown = `${command.replace(/^.*[\\/]/, "")} ${args.join(" ")}`;
  const { success, stderr } = await output(command, args, directory)
    .catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new CreateError(
        `Cannot run "${shown}": expected ${command} on the PATH, found none`,
      );
    });
  if (success) return;
  throw new CreateError(
    `Cannot run "${shown}":\n${new TextDecoder().decode(stderr).trimEnd()}`,
  );
}

async function output(
  command: string,
  args: string[],
  directory: string,
): Promise<Deno.CommandOutput> {
  return await new Deno.Command(command, {
    args,
    cwd: directory,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
}
