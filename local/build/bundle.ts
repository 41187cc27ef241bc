// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runBundler } from "./bundler.ts";
import { mapMainFields } from "./main_field.ts";
import { restoreModulePaths } from "./module_paths.ts";
import { FUNCTION_FOLDER } from "./outputs.ts";
import { isPath, type Project, toFileUrl } from "./project.ts";
import { replaceRequire } from "./run_time_modules.ts";
import { isOwn, type Source } from "./source.ts";
import type { SourceMap } from "./source_map.ts";

/** Options for {@linkcode bundle}. */
export interface BundleOptions {
  /** Write `main.js.map` too, for traces that name the sources. */
  sourceMap: boolean;
  /** Make it smaller; classes and functions lose their names. */
  minify: boolean;
}

/** What {@linkcode bundle} has found. */
export interface Bundled {
  /** The names that cannot be resolved and are left to run time. */
  left: string[];
  /** Packages whose `module` it has, where `deno run` takes their `main`. */
  unmapped: string[];
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
  const path = `${directory}/${FUNCTION_FOLDER}/main.js`;
  const root = `${toFileUrl(directory)}/`;
  const read = () => {
    const { names, ...required } = replaceRequire(Deno.readTextFileSync(path));
    const map = JSON.parse(Deno.readTextFileSync(`${path}.map`));
    const mapUrl = toFileUrl(`${path}.map`);
    const bundled = restoreModulePaths({ ...required, map }, { root, mapUrl });
    return { ...bundled, names };
  };
  // As a person would read it, since what is minified tells less.
  const unresolved = await runBundler(project, { minify: false });
  const first = read();
  const sources = sourcesOf(first.map);
  const { importMap, unmapped } = await mapMainFields(project, {
    code: first.code,
    own: sources.filter(isOwn),
    root,
  });
  if (minify || importMap !== undefined) {
    await runBundler(project, { minify, importMap });
  }
  const { code, map } = minify || importMap !== undefined ? read() : first;
  const link = "//# sourceMappingURL=main.js.map\n";
  Deno.writeTextFileSync(path, sourceMap ? code : code.replace(link, ""));
  if (sourceMap) Deno.writeTextFileSync(`${path}.map`, JSON.stringify(map));
  else Deno.removeSync(`${path}.map`);
  const left = new Set([...unresolved, ...first.names]);
  return {
    left: [...left].filter((name) => !external.includes(name)).sort(),
    unmapped,
    sources,
  };
}

function sourcesOf({ sources, sourcesContent }: SourceMap): Source[] {
  return sources.map((path, index) => ({
    path: isPath(path) ? decodeURIComponent(path) : path,
    text: sourcesContent[index] ?? "",
  }));
}
