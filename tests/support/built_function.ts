// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BuildProject } from "./build_project.ts";
import { Child } from "./child.ts";
import { type Post, RuntimeApiServer } from "./runtime_api.ts";

/**
 * Starts the bundle that a project has in `dist/` and gives what it posts for
 * one event, or instead of taking one.
 */
export async function invokeBundle(
  { directory }: Pick<BuildProject, "directory">,
  { event = {}, bootstrap = "dist/bootstrap" }: {
    event?: unknown;
    /** The program, relative to the project. */
    bootstrap?: string;
  } = {},
): Promise<Post> {
  await using api = new RuntimeApiServer();
  await using child = new Child(`${directory}/${bootstrap}`, {
    env: { AWS_LAMBDA_RUNTIME_API: api.address },
  });
  api.serveTo(child);
  const answer = api.post(/^(?:init\/error|invocation\/1\/)/);
  api.enqueue({ id: "1", body: JSON.stringify(event) });
  return await answer;
}
