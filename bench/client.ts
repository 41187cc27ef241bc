// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invoker } from "./invoker.ts";

/** Options for {@linkcode startClient}. */
export interface ClientOptions {
  /** Arguments of the program. */
  args?: string[];
  /** Further environment variables. */
  env?: Record<string, string>;
}

/** A program that asks an invoker for invocations. */
export interface Client extends AsyncDisposable {
  /** The id of its process. */
  readonly pid: number;
}

/** Starts a program of this folder, which ends when it is disposed of. */
export function startClient(
  name: string,
  { address }: Invoker,
  { args = [], env = {} }: ClientOptions = {},
): Client {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve(`./${name}`), ...args],
    env: {
      AWS_LAMBDA_RUNTIME_API: address,
      DENO_NO_UPDATE_CHECK: "1",
      ...env,
    },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}
