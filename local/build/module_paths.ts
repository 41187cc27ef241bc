// Copyright 2026 the Toukon Lambda authors. MIT license.

import { MAIN_FOLDER } from "./bootstrap_script.ts";
import { MARK } from "./outputs.ts";
import { decodeMappings, type SourceMap } from "./source_map.ts";

/** The text of a bundle, and its map. */
export interface Bundle {
  code: string;
  /** What has to be defined before the text. */
  definition: string;
  map: SourceMap;
}

/** Where a bundle is made. */
export interface BundlePlace {
  /** The project's URL, with a slash at its end. */
  root: string;
  /** The URL that the sources in the map are relative to. */
  mapUrl: string;
}

/** What a module of its own would know of itself. */
type Variable = "import.meta" | "__dirname" | "__filename";

const VARIABLES: readonly Variable[] = [
  "import.meta",
  "__dirname",
  "__filename",
];

/** A path below Deno's cache of npm packages, after its registry's name. */
export const CACHED_PACKAGE: RegExp =
  /\/npm\/[^/]+\/(?<name>(?:@[^/]+\/)?[^/]+)\/(?<version>\d[^/]*)\/(?<path>.+)$/;

/**
 * Code that makes the `import.meta` of a module. Where the bundle is started as
 * it is on Lambda, its URL tells nothing of its folder, which is the working
 * directory then.
 */
const MODULE_FUNCTION = [
  `const $toukon_folder = import.meta.url.startsWith("file://${MAIN_FOLDER}") ? "file://" + Deno.cwd().split("/").map(encodeURIComponent).join("/") + "/" : import.meta.url;`,
  'const $toukon_module = (path) => { const url = new URL(path, $toukon_folder).href; const filename = decodeURIComponent(new URL(url).pathname); const dirname = filename.slice(0, filename.lastIndexOf("/")); return { url, filename, dirname, main: false, resolve: (it) => /^\\.{0,2}\\//.test(it) ? new URL(it, url).href : import.meta.resolve(it) }; };',
];

/**
 * Gives each module of a bundle what it would know of itself if it lay in the
 * folder of the bundle as it lies in the project: `import.meta`, and
 * `__dirname` and `__filename` in CommonJS. So files that are laid beside them
 * are found. Sources are named by their paths in the project, too.
 */
export function restoreModulePaths(
  { code, definition, map }: Bundle,
  { root, mapUrl }: BundlePlace,
): { code: string; map: SourceMap } {
  const urls = map.sources.map((source) => new URL(source, mapUrl).href);
  const paths = urls.map((url) => pathInBundle(url, root));
  const isCommonJs = urls.map((url, index) =>
    hasCommonJs(url, map.sourcesContent[index] ?? "")
  );
  const lines = code.split("\n");
  const names = new NameTable();
  const shorthands = new Set<Variable>();
  for (const { line, column, source } of decodeMappings(map)) {
    const text = lines[line] ?? "";
    const variable = VARIABLES.find((it) => startsWithWord(text, column, it));
    if (variable === undefined) continue;
    if (variable !== "import.meta" && !isCommonJs[source]) continue;
    if (declares(map.sourcesContent[source] ?? "", variable)) continue;
    if (isShorthand(lines, { line, column }, variable)) {
      // `{ __dirname }` names the property too.
      shorthands.add(variable);
      continue;
    }
    // As long as what it replaces, so that the map stays right.
    const name = names.nameOf(variable, paths[source]);
    lines[line] = text.slice(0, column) + name +
      text.slice(column + variable.length);
  }
  const header = [
    `// ${MARK}`,
    "// deno-lint-ignore-file",
    "// deno-fmt-ignore-file",
    definition + definitionsOf(names, shorthands),
  ];
  return {
    code: [...header, ...lines].join("\n"),
    map: {
      ...map,
      sources: nameSources(map, { root, mapUrl }),
      mappings: ";".repeat(header.length) + map.mappings,
    },
  };
}

/** The names that stand for the variables of modules. */
class NameTable {
  readonly #names = new Map<string, string>();
  readonly #paths: string[] = [];

  nameOf(variable: Variable, path: string): string {
    const key = `${variable} ${path}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    if (!this.#paths.includes(path)) this.#paths.push(path);
    const prefix = {
      "import.meta": "$meta",
      __dirname: "$dir",
      __filename: "$file",
    }[variable];
    const digits = String(this.#paths.indexOf(path));
    const name = prefix + digits.padStart(variable.length - prefix.length, "0");
    this.#names.set(key, name);
    return name;
  }

  /** The names with the variables and the paths that they stand for. */
  get entries(): { name: string; variable: Variable; path: string }[] {
    return [...this.#names].map(([key, name]) => {
      const [variable, ...path] = key.split(" ");
      return { name, variable: variable as Variable, path: path.join(" ") };
    });
  }
}

/** Code that defines what the names stand for. */
function definitionsOf(names: NameTable, shorthands: Set<Variable>): string {
  const definitions = [
    ...names.entries.map(({ name, variable, path }) =>
      `const ${name} = ${valueOf(variable, path)};`
    ),
    ...[...shorthands].map((name) =>
      `var ${name} = ${valueOf(name, "./main.js")};`
    ),
  ];
  return definitions.length === 0
    ? ""
    : [...MODULE_FUNCTION, ...definitions].join(" ");
}

/** What a module would find in a variable. */
function valueOf(variable: Variable, path: string): string {
  const member = {
    "import.meta": "",
    __dirname: ".dirname",
    __filename: ".filename",
  }[variable];
  return `$toukon_module(${JSON.stringify(path)})${member}`;
}

/** Where a module is in the folder of the bundle, as a relative URL. */
function pathInBundle(url: string, root: string): string {
  if (url.startsWith(root)) return `./${url.slice(root.length)}`;
  const { name, path } = CACHED_PACKAGE.exec(url)?.groups ?? {};
  return name === undefined ? "./main.js" : `./node_modules/${name}/${path}`;
}

/** Names the sources as stack traces do: by their paths in the project. */
export function nameSources(
  { sources }: SourceMap,
  { root, mapUrl }: BundlePlace,
): string[] {
  return sources.map((source) =>
    nameOfSource(new URL(source, mapUrl).href, root)
  );
}

function nameOfSource(url: string, root: string): string {
  if (url.startsWith(root)) return url.slice(root.length);
  const { name, version, path } = CACHED_PACKAGE.exec(url)?.groups ?? {};
  return name === undefined ? url : `npm:/${name}@${version}/${path}`;
}

/** Whether a module has the variables of CommonJS. */
function hasCommonJs(url: string, text: string): boolean {
  const [, extension] = /\.([cm]?[jt]sx?)$/.exec(url) ?? [];
  if (extension === "cjs" || extension === "cts") return true;
  return extension === "js" &&
    !/^\s*(?:import\s*[\w${*"']|export\s*[\w${*])/m.test(text);
}

function startsWithWord(text: string, column: number, word: string): boolean {
  return text.startsWith(word, column) &&
    !/^[\w$]/.test(text.slice(column + word.length, column + word.length + 1));
}

/** Whether a variable stands for a property of its name in an object. */
function isShorthand(
  lines: string[],
  { line, column }: { line: number; column: number },
  variable: Variable,
): boolean {
  const after = lines[line].slice(column + variable.length, column + 99) +
    (lines[line + 1] ?? "");
  if (!/^\s*[,}]/.test(after)) return false;
  const before = [
    ...lines.slice(Math.max(line - 99, 0), line),
    lines[line].slice(Math.max(column - 9_999, 0), column),
  ].join("\n");
  if (!/[{,]\s*$/.test(before)) return false;
  let depth = 0;
  for (const char of [...before].reverse()) {
    if (")]}".includes(char)) depth++;
    else if ("([{".includes(char) && depth-- === 0) return char === "{";
  }
  return false;
}

/** Whether a module has a variable of its own of that name. */
function declares(text: string, variable: Variable): boolean {
  return new RegExp(
    `\\b(?:var|let|const|function)\\b[^;=]*\\b${
      RegExp.escape(variable)
    }\\b|\\(${RegExp.escape(variable)}\\b[^)]*\\)\\s*(?:=>|\\{)`,
  ).test(text);
}
