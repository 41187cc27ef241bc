// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How a run of Deno ended. */
export interface DenoResult {
  success: boolean;
  /** What it wrote to stdout and stderr. */
  text: string;
}

/** Options for {@linkcode runDeno}. */
export interface DenoOptions {
  /** The folder that it runs in. */
  directory: string;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** Keep the variables of this process, all but PATH, from it. */
  clearEnv?: boolean;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Runs Deno and waits for it to end. */
export async function runDeno(
  args: string[],
  { directory, env, clearEnv, signal }: DenoOptions,
): Promise<DenoResult> {
  const { success, stdout, stderr } = await new Deno.Command(denoCommand(), {
    args,
    cwd: directory,
    env: {
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      // Errors are shown to a person.
      RUST_BACKTRACE: "0",
      ...env,
    },
    clearEnv,
    signal,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/**
 * The Deno that runs this, or the one in PATH: the permission to run "deno"
 * does not hold for the former where the latter is a link to it.
 */
export function denoCommand(): string {
  const command = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command });
  return state === "granted" ? command : "deno";
}
