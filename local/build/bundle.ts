// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { WORK_FOLDER } from "./entry.ts";
import type { Project } from "./project.ts";

/** Options for {@linkcode bundle}. */
export interface BundleOptions {
  /** Write `main.js.map` too, for traces that name the sources. */
  sourceMap: boolean;
  /** Make it smaller; classes and functions lose their names. */
  minify: boolean;
}

/**
 * Bundles the program into `main.js` in the work folder.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function bundle(
  { directory, configName, handler }: Project,
  { sourceMap, minify }: BundleOptions,
): Promise<void> {
  const { success, text } = await runDeno([
    "bundle",
    "--quiet",
    `--config=${configName}`,
    "--platform=deno",
    // Not with --keep-names, which makes what Deno does for require() fail.
    ...(minify ? ["--minify"] : []),
    ...(sourceMap ? ["--sourcemap=linked"] : []),
    `--output=${WORK_FOLDER}/main.js`,
    `${WORK_FOLDER}/entry.ts`,
  ], { directory });
  if (success) return;
  throw new BuildError(`Cannot bundle "${handler}"\n\n${text}`);
}
