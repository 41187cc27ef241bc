// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { restoreModulePaths } from "./module_paths.ts";
import { replaceRequire } from "./run_time_modules.ts";
import { withPointer } from "./native.ts";
import { FUNCTION_FOLDER, WORK_FOLDER } from "./outputs.ts";
import { isPath, type Project, toFileUrl } from "./project.ts";
import { findUnresolved, importsAtTheTop } from "./unresolved.ts";

/** Options for {@linkcode bundle}. */
export interface BundleOptions {
  /** Write `main.js.map` too, for traces that name the sources. */
  sourceMap: boolean;
  /** Make it smaller; classes and functions lose their names. */
  minify: boolean;
}

/** A module of a bundle. */
export interface Source {
  /** Its path in the project, or a URL. */
  path: string;
  text: string;
}

/** What {@linkcode bundle} has found. */
export interface Bundled {
  /** The names that cannot be resolved and are left to run time. */
  left: string[];
  /** The modules that are in it. */
  sources: Source[];
}

/**
 * Bundles the program into `main.js` in the folder of the function.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function bundle(
  project: Project,
  { sourceMap, minify }: BundleOptions,
): Promise<Bundled> {
  const { directory, external } = project;
  const unresolved = await bundleWhatResolves(project, minify);
  const path = `${directory}/${FUNCTION_FOLDER}/main.js`;
  const { names, ...bundled } = replaceRequire(Deno.readTextFileSync(path));
  const { code, map } = restoreModulePaths({
    ...bundled,
    map: JSON.parse(Deno.readTextFileSync(`${path}.map`)),
  }, {
    root: `${toFileUrl(directory)}/`,
    mapUrl: toFileUrl(`${path}.map`),
  });
  const link = "//# sourceMappingURL=main.js.map\n";
  Deno.writeTextFileSync(path, sourceMap ? code : code.replace(link, ""));
  if (sourceMap) Deno.writeTextFileSync(`${path}.map`, JSON.stringify(map));
  else Deno.removeSync(`${path}.map`);
  // Names of one letter are used again in what is minified.
  const left = new Set(minify ? unresolved : [...unresolved, ...names]);
  return {
    left: [...left].filter((name) => !external.includes(name)).sort(),
    sources: map.sources.map((path, index) => ({
      path,
      text: map.sourcesContent[index] ?? "",
    })),
  };
}

/** Whether a module is one of the project's own. */
export function isOwn({ path }: Source): boolean {
  return isPath(path) && !/(?:^|\/)(?:node_modules|vendor)\//.test(path) &&
    !path.startsWith(`${WORK_FOLDER}/`);
}

/** Bundles again without what could not be resolved and need not be. */
async function bundleWhatResolves(
  { directory, configName, handler, external }: Project,
  minify: boolean,
): Promise<string[]> {
  const left = new Set<string>();
  for (;;) {
    const { success, text } = await runDeno([
      "bundle",
      "--quiet",
      `--config=${configName}`,
      "--platform=deno",
      // Not with --keep-names, which makes what Deno does for require() fail.
      ...(minify ? ["--minify"] : []),
      ...[...external, ...left].map((name) => `--external=${name}`),
      "--sourcemap=linked",
      `--output=${FUNCTION_FOLDER}/main.js`,
      `${WORK_FOLDER}/entry.ts`,
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
