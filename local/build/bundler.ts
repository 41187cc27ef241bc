// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { withPointer } from "./native.ts";
import { ENTRY, FUNCTION_FOLDER, WORK_FOLDER } from "./outputs.ts";
import { isPath, type Project } from "./project.ts";
import { findUnresolved, importsAtTheTop } from "./unresolved.ts";

/** Options for {@linkcode runBundler}. */
export interface BundlerOptions {
  /** Make it smaller; classes and functions lose their names. */
  minify: boolean;
  /** Write what is reached by `import()` into files of its own. */
  split?: boolean;
  /** Names that are known not to be found. */
  left?: string[];
  /** The file of an import map, instead of that in deno.json. */
  importMap?: string;
}

/**
 * Has Deno bundle the entry into `main.js`, with its map, and again without what
 * cannot be resolved and need not be.
 *
 * @returns The names that are left out.
 * @throws {BuildError} With what Deno says about it.
 */
export async function runBundler(
  { directory, configName, handler, external }: Project,
  { minify, split = false, left: known = [], importMap }: BundlerOptions,
): Promise<string[]> {
  const left = new Set(known);
  for (;;) {
    const { success, text } = await runDeno([
      "bundle",
      "--quiet",
      `--config=${configName}`,
      ...(importMap === undefined ? [] : [`--import-map=${importMap}`]),
      "--platform=deno",
      // Not with --keep-names, which makes what Deno does for require() fail.
      ...(minify ? ["--minify"] : []),
      ...[...external, ...left].map((name) => `--external=${name}`),
      "--sourcemap=linked",
      ...(split
        ? ["--code-splitting", `--outdir=${FUNCTION_FOLDER}`]
        : [`--output=${FUNCTION_FOLDER}/main.js`]),
      `${WORK_FOLDER}/${ENTRY}`,
    ], { directory });
    if (success) break;
    const found = findUnresolved(text, directory);
    const isNew = found?.some((name) => !left.has(name)) ?? false;
    if (!isNew) throw cannotBundle(handler, text);
    for (const name of found!) left.add(name);
  }
  const code = Deno.readTextFileSync(`${directory}/${FUNCTION_FOLDER}/main.js`);
  const atTheTop = [...left].filter((name) => importsAtTheTop(code, name));
  if (atTheTop.length === 0) return [...left];
  throw cannotBundle(
    handler,
    `Cannot resolve ${
      atTheTop.map((name) => `"${name}"`).join(", ")
    }, which an npm package imports before anything runs. Add it to "imports" of deno.json`,
  );
}

function cannotBundle(handler: string, text: string): BuildError {
  const name = isPath(handler) ? handler : `the module ${handler}`;
  return new BuildError(`Cannot bundle "${name}"\n\n${withPointer(text)}`);
}
