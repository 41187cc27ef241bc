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

/**
 * Starts a program of this folder, which ends when it is disposed of. What the
 * invoker waits for fails when the program ends before.
 */
export function startClient(
  name: string,
  invoker: Invoker,
  { args = [], env = {} }: ClientOptions = {},
): Client {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve(`./${name}`), ...args],
    env: {
      AWS_LAMBDA_RUNTIME_API: invoker.address,
      DENO_NO_UPDATE_CHECK: "1",
      ...env,
    },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const ended = child.status.then(({ code }) => {
    const where = "what it wrote is above";
    invoker.lose(new Error(`${name} has ended with code ${code}: ${where}`));
  });
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await ended;
    },
  };
}
