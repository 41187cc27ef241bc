// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import { NAME } from "../version.ts";

/**
 * Starts the thread of a worker.
 *
 * @throws {RuntimeError} `Runtime.InvalidConfig` if Deno does not grant it the
 * permissions.
 */
export function createWorker(
  main: string,
  permissions: Deno.PermissionOptions | undefined,
): Worker {
  const options: WorkerOptions & { deno?: unknown } = {
    type: "module",
    name: NAME,
    ...(permissions !== undefined && { deno: { permissions } }),
  };
  try {
    return new Worker(main, options);
  } catch (cause) {
    if (permissions === undefined) throw cause;
    const [expected, advice] = cause instanceof Deno.errors.NotCapable
      ? [
        "what the process may do, or less of it",
        "Grant it to the process too, or leave it out",
      ]
      : ["permissions that Deno takes", (cause as Error).message];
    throw new RuntimeError(
      "Runtime.InvalidConfig",
      `Cannot use "lambda.permissions" of deno.json: expected ${expected}, found ${
        JSON.stringify(permissions)
      }. ${advice}`,
      { cause },
    );
  }
}
