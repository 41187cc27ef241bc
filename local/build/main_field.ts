// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "./deno.ts";
import { WORK_FOLDER } from "./outputs.ts";
import type { Project } from "./project.ts";
import type { BundledModule } from "./source.ts";

/** What a package.json says of an npm package that a bundle has modules of. */
interface Package {
  name: string;
  version: string;
  /** The file that `main` names, as a path in the package. */
  main: string;
  /** The file that `module` names. */
  module: string;
  /** The URL of the package's folder, with a slash at its end. */
  url: string;
  /** Whether it says that importing it does nothing. */
  isPure: boolean;
}

/** What {@linkcode mapMainFields} has found and done. */
export interface MappedFields {
  /** The file of an import map to bundle with, where there has to be one. */
  importMap: string | undefined;
  /** The packages that only other packages import, which no map reaches. */
  unmapped: string[];
}

/** The folder of a package, in a cache of Deno's or in node_modules. */
const PACKAGE_FOLDER =
  /^file:.*(?:\/node_modules\/(?:@[^/]+\/)?[^/]+|\/npm\/[^/]+\/(?:@[^/]+\/)?[^/]+\/\d[^/]*)\//;

/**
 * Reads the packages in folders that have `module` and no `exports`. It runs by
 * itself, since a build may read the project only.
 */
const READ_PACKAGES = `
const isFile = (url) => { try { return Deno.statSync(url).isFile; } catch { return false; } };
const find = (name, url) => ["", ".js", ".json", "/index.js"].map((end) => name.replace(/^\\.?\\/|\\/$/g, "") + end)
  .find((path) => isFile(new URL(path, url)));
const packages = Deno.args.flatMap((url) => {
  try {
    const { name, version, main = "index.js", module, exports, sideEffects } = JSON.parse(Deno.readTextFileSync(new URL("package.json", url)));
    if (typeof module !== "string" || exports) return [];
    return [{ name, version, url, main: find(main, url), module: find(module, url), isPure: sideEffects === false }];
  } catch { return []; }
});
console.log(JSON.stringify(packages));`;

/**
 * Finds the packages of which a bundle has the file that the field `module` of
 * their package.json names, while `deno run` takes that of `main`, and writes an
 * import map with which the bundler takes it too.
 *
 * A package that says it is free of side effects, and of which the project
 * imports nothing but names, stays as it is: the file of `module` exports the
 * same names, and what is not used of it is left out.
 */
export async function mapMainFields(
  project: Project,
  { code, own, root }: {
    /** The text of the bundle, not minified. */
    code: string;
    /** The modules of the project. */
    own: BundledModule[];
    /** The project's URL, with a slash at its end. */
    root: string;
  },
): Promise<MappedFields> {
  const urls = modulesIn(code, root);
  const imports: Record<string, string> = {};
  const unmapped: string[] = [];
  for (const found of await readPackages(project, urls)) {
    const { name, version, main, module, url, isPure } = found;
    if (main === module || !urls.includes(url + module)) continue;
    const specifiers = specifiersOf(found, project, own);
    if (isPure && specifiers.every((it) => isImportedByName(it, own))) continue;
    if (specifiers.length === 0) unmapped.push(name);
    for (const specifier of specifiers) {
      imports[specifier] = `npm:${name}@${version}/${main}`;
    }
  }

  const isMapped = Object.keys(imports).length > 0;
  return {
    importMap: isMapped ? writeImportMap(project, imports) : undefined,
    unmapped: unmapped.sort(),
  };
}

/**
 * The URLs of the modules in a bundle, as the bundler writes them before each.
 * The map has others, where a package brings a map of its own.
 */
function modulesIn(code: string, root: string): string[] {
  return [...code.matchAll(/^\/\/ (\S.*\.\w+)$/gm)].map(([, path]) =>
    new URL(path.replace(/[%?#]/g, encodeURIComponent), root).href
  );
}

/** Writes the import map of deno.json, with further entries. */
function writeImportMap(
  { directory, imports = {} }: Project,
  further: Record<string, string>,
): string {
  const path = `${WORK_FOLDER}/import_map.json`;
  const fromHere = (text: string) =>
    /^\.{1,2}\//.test(text) ? `../${text}` : text;
  const entries = Object.entries(imports).flatMap(([name, value]) => {
    const entry = [fromHere(name), fromHere(value)];
    // In deno.json, a package brings what is below it.
    const [, scheme, rest] =
      /^(npm|jsr):\/?((?:@[^/]+\/)?[^/]+)$/.exec(value) ??
        [];
    if (scheme === undefined || name.endsWith("/")) return [entry];
    return [[`${name}/`, `${scheme}:/${rest}/`], entry];
  });
  Deno.writeTextFileSync(
    `${directory}/${path}`,
    JSON.stringify({ imports: { ...Object.fromEntries(entries), ...further } }),
  );
  return path;
}

async function readPackages(
  { directory }: Project,
  urls: string[],
): Promise<Package[]> {
  const folders = new Set(
    urls.flatMap((url) => PACKAGE_FOLDER.exec(url)?.[0] ?? []),
  );
  if (folders.size === 0) return [];
  const { success, text } = await runDeno([
    ...["run", "--quiet", "--no-config", "--no-prompt", "--allow-read"],
    `data:text/javascript,${encodeURIComponent(READ_PACKAGES)}`,
    ...folders,
  ], { directory });
  if (!success) throw new Error(`Cannot read packages: ${text}`);
  return JSON.parse(text).filter(({ main, module }: Package) => main && module);
}

/** The names under which the project itself imports a package. */
function specifiersOf(
  { name }: Package,
  { imports }: Project,
  own: BundledModule[],
): string[] {
  if (imports === undefined) return [];
  const isIt = (specifier: string) =>
    new RegExp(`^npm:/?${RegExp.escape(name)}(?:@[^/]*)?$`).test(specifier);
  const texts = own.flatMap(({ text }) =>
    [...text.matchAll(/["'`]([^"'`\n]+)["'`]/g)].map(([, it]) => it)
  );
  return [...new Set(texts)].filter((it) =>
    Object.hasOwn(imports, it) ? isIt(imports[it]) : it === name || isIt(it)
  );
}

function isImportedByName(specifier: string, own: BundledModule[]): boolean {
  const quoted = `["'\`]${RegExp.escape(specifier)}["'\`]`;
  const all = new RegExp(quoted, "g");
  const byName = new RegExp(
    String
      .raw`\b(?:import|export)\s+(?:type\s+)?\{(?![^}]*\bdefault\b)[^}]*\}\s*from\s*${quoted}`,
    "g",
  );
  return own.every(({ text }) =>
    [...text.matchAll(all)].length === [...text.matchAll(byName)].length
  );
}
