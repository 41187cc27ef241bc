// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BuildProject } from "./build_project.ts";
import { type Post, RuntimeApiServer } from "./runtime_api.ts";

/**
 * Starts the bundle that a project has in `dist/` and gives what it posts for
 * one event, or instead of taking one.
 */
export async function invokeBundle(
  { directory }: BuildProject,
  { event = {}, bootstrap = "dist/bootstrap" }: {
    event?: unknown;
    /** The program, relative to the project. */
    bootstrap?: string;
  } = {},
): Promise<Post> {
  await using api = new RuntimeApiServer();
  const child = new Deno.Command(`${directory}/${bootstrap}`, {
    env: { AWS_LAMBDA_RUNTIME_API: api.address },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const died = output.then(({ code, stdout, stderr }) => {
    const decoder = new TextDecoder();
    throw new Error(
      `the function has ended with ${code}: ${decoder.decode(stdout)}${
        decoder.decode(stderr)
      }`,
    );
  });
  const answer = Promise.race([
    api.post(/^(?:init\/error|invocation\/1\/)/),
    died,
  ]);
  api.enqueue({ id: "1", body: JSON.stringify(event) });
  try {
    return await answer;
  } finally {
    child.kill("SIGKILL");
    await output;
    await died.catch(() => {});
  }
}
