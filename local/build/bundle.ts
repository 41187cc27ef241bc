// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runBundler } from "./bundler.ts";
import { mapMainFields } from "./main_field.ts";
import {
  type BundlePlace,
  nameSources,
  restoreModulePaths,
} from "./module_paths.ts";
import { FUNCTION_FOLDER } from "./outputs.ts";
import { isPath, type Project, toFileUrl } from "./project.ts";
import { replaceRequire } from "./run_time_modules.ts";
import { type BundledModule, isOwn } from "./source.ts";
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
  sources: BundledModule[];
  /** The files that it is in, beside `main.js` and its map. */
  parts: string[];
}

/**
 * From how many characters of modules on the bundle is split. In one file, what
 * is reached by `import()`, the handler above all, is a function for each of its
 * modules, which V8's code cache does not hold and of which nothing is left out.
 * A small handler would lose more by further files than it gains.
 */
const SPLIT_FROM = 500_000;

/**
 * Bundles the program into `main.js`, and parts of it, in the folder of the
 * function.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function bundle(
  project: Project,
  { sourceMap, minify }: BundleOptions,
): Promise<Bundled> {
  const { config, directory, external } = project;
  const folder = `${directory}/${FUNCTION_FOLDER}`;
  const path = `${folder}/main.js`;
  const root = `${toFileUrl(directory)}/`;
  const place = { root, mapUrl: toFileUrl(`${path}.map`) };
  const others = filesIn(folder);
  // As a person would read it, since what is minified tells less.
  const unresolved = await runBundler(project, { minify: false });
  const readable = Deno.readTextFileSync(path);
  const sources = sourcesOf(readMap(path), place);
  const { importMap, unmapped } = await mapMainFields(project, {
    code: readable,
    own: sources.filter(isOwn),
    root,
  });
  const split = readable.length >= SPLIT_FROM &&
    // A worker would need the permission to read each of the files.
    config.isolation !== "worker" && !sources.some(importsForEffect);
  if (minify || split || importMap !== undefined) {
    await runBundler(project, { minify, split, importMap, left: unresolved });
  }
  const files = filesIn(folder)
    .filter((name) => name.endsWith(".js") && !others.includes(name));
  for (const name of files) finish(`${folder}/${name}`, root, { sourceMap });
  const { names } = replaceRequire(readable);
  const left = new Set([...unresolved, ...names]);
  return {
    left: [...left].filter((name) => !external.includes(name)).sort(),
    unmapped,
    sources,
    parts: files.filter((name) => name !== "main.js")
      .flatMap((name) => sourceMap ? [name, `${name}.map`] : [name]),
  };
}

/**
 * Whether a module imports another for what that does. Modules in files of
 * their own may be evaluated before it, which a single file never does.
 */
function importsForEffect({ text }: BundledModule): boolean {
  return /^\s*import\s*["'][^"'\n]+["']/m.test(text);
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => name).sort();
}

/** Makes what the bundler has written into a file what is shipped. */
function finish(
  path: string,
  root: string,
  { sourceMap }: Pick<BundleOptions, "sourceMap">,
): void {
  const { code, map } = restoreModulePaths({
    ...replaceRequire(Deno.readTextFileSync(path)),
    map: readMap(path),
  }, { root, mapUrl: toFileUrl(`${path}.map`) });
  const name = path.slice(path.lastIndexOf("/") + 1);
  const link = `//# sourceMappingURL=${name}.map\n`;
  Deno.writeTextFileSync(path, sourceMap ? code : code.replace(link, ""));
  if (sourceMap) Deno.writeTextFileSync(`${path}.map`, JSON.stringify(map));
  else Deno.removeSync(`${path}.map`);
}

function readMap(path: string): SourceMap {
  return JSON.parse(Deno.readTextFileSync(`${path}.map`));
}

function sourcesOf(map: SourceMap, place: BundlePlace): BundledModule[] {
  return nameSources(map, place).map((path, index) => ({
    path: isPath(path) ? decodeURIComponent(path) : path,
    text: map.sourcesContent[index] ?? "",
  }));
}
