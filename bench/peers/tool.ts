// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Options for {@linkcode runTool}. */
export interface ToolOptions {
  directory?: string;
  env?: Record<string, string>;
  /** Ends the tool. */
  signal?: AbortSignal;
}

const SHOWN_LINES = 40;

/**
 * Runs a program to its end, and gives what it wrote to stdout.
 *
 * @throws {Error} If it is missing, or ends with another exit code than 0.
 */
export async function runTool(
  [command, ...args]: string[],
  { directory, env, signal }: ToolOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: directory,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdin: "null",
    signal,
  }).output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${command} is not on this machine`);
  });
  signal?.throwIfAborted();
  const decoder = new TextDecoder();
  const written = decoder.decode(stdout);
  if (code === 0) return written;
  const lines = `${written}${decoder.decode(stderr)}`.trim().split("\n");
  throw new Error(
    `${command} has ended with exit code ${code}: ${
      lines.slice(-SHOWN_LINES).join("\n")
    }`,
  );
}
