// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CreateError } from "./create_error.ts";

/** Options for {@linkcode runTool}. */
export interface RunToolOptions {
  /** The folder that it runs in. */
  directory: string;
  /** Ends it early. */
  signal: AbortSignal;
}

/**
 * Runs a program to its end.
 *
 * @throws {CreateError} If it is not there or fails, with what it has written.
 */
export async function runTool(
  command: string,
  args: string[],
  { directory, signal }: RunToolOptions,
): Promise<void> {
  const name = command.replace(/^.*[\\/]/, "");
  try {
    const { success, stderr } = await new Deno.Command(command, {
      args,
      cwd: directory,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", RUST_BACKTRACE: "0" },
      signal,
      stdin: "null",
    }).output();
    if (success) return;
    const text = new TextDecoder().decode(stderr).trimEnd();
    throw new CreateError(`Cannot run "${name} ${args.join(" ")}":\n${text}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CreateError(
      `Cannot run "${name}": expected it on the PATH, found none`,
    );
  }
}
