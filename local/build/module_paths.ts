// Copyright 2026 the Toukon Lambda authors. MIT license.

import { MAIN } from "./bootstrap_script.ts";
import { MARK } from "./outputs.ts";
import { decodeMappings, type SourceMap } from "./source_map.ts";

/** The text of a bundle, and its map. */
export interface Bundle {
  code: string;
  /** What has to be defined before the text. */
  definition: string;
  map: SourceMap;
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
 * Gives each module of a bundle what it would know of itself if it lay in the
 * folder of the bundle as it lies in the project: `import.meta`, and
 * `__dirname` and `__filename` in CommonJS. So files that are laid beside them
 * are found. Sources are named by their paths in the project, too.
 *
 * @param root The project's URL, with a slash at its end.
 * @param mapUrl The URL that the sources in the map are relative to.
 */
export function restoreModulePaths(
  { code, definition, map }: Bundle,
  { root, mapUrl }: { root: string; mapUrl: string },
): { code: string; map: SourceMap } {
  const urls = map.sources.map((source) => new URL(source, mapUrl).href);
  const paths = urls.map((url) => pathInBundle(url, root));
  const isCommonJs = urls.map((url, index) =>
    hasCommonJs(url, map.sourcesContent[index] ?? "")
  );
  const lines = code.split("\n");
  const names = new NameTable();
  for (const { line, column, source } of [...decodeMappings(map)].reverse()) {
    const text = lines[line] ?? "";
    const variable = VARIABLES.find((it) => startsWithWord(text, column, it));
    if (variable === undefined) continue;
    if (variable !== "import.meta" && !isCommonJs[source]) continue;
    if (declares(map.sourcesContent[source] ?? "", variable)) continue;
    // As long as what it replaces, so that the map stays right.
    const name = names.nameOf(variable, paths[source]);
    lines[line] = text.slice(0, column) + name +
      text.slice(column + variable.length);
  }
  const header = [
    `// ${MARK}`,
    "// deno-lint-ignore-file",
    "// deno-fmt-ignore-file",
    definition + definitionsOf(names),
  ];
  return {
    code: [...header, ...lines].join("\n"),
    map: {
      ...map,
      sources: urls.map((url) => nameOfSource(url, root)),
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
  get entries(): { name: string; variable: string; path: string }[] {
    return [...this.#names].map(([key, name]) => {
      const [variable, ...path] = key.split(" ");
      return { name, variable, path: path.join(" ") };
    });
  }
}

/** Code that defines what the names stand for. */
function definitionsOf(names: NameTable): string {
  if (names.entries.length === 0) return "";
  const constants = names.entries.map(({ name, variable, path }) => {
    const member = { __dirname: ".dirname", __filename: ".filename" }[variable];
    return `${name} = $module(${JSON.stringify(path)})${member ?? ""}`;
  });
  // Where the bundle is started as it is on Lambda, its URL tells nothing of
  // its folder, which is the working directory then.
  return `const $folder = import.meta.url === "file://${MAIN}" ? "file://" + Deno.cwd().split("/").map(encodeURIComponent).join("/") + "/" : import.meta.url, $module = (path) => { const url = new URL(path, $folder).href, filename = decodeURIComponent(new URL(url).pathname), dirname = filename.slice(0, filename.lastIndexOf("/")); return { url, filename, dirname, main: false, resolve: (it) => /^\\.{0,2}\\//.test(it) ? new URL(it, url).href : import.meta.resolve(it) }; }, ${
    constants.join(", ")
  };`;
}

/** Where a module is in the folder of the bundle, as a relative URL. */
function pathInBundle(url: string, root: string): string {
  if (url.startsWith(root)) return `./${url.slice(root.length)}`;
  const { name, path } = CACHED_PACKAGE.exec(url)?.groups ?? {};
  return name === undefined ? "./main.js" : `./node_modules/${name}/${path}`;
}

/** What stack traces call a source. */
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

/** Whether a module has a variable of its own of that name. */
function declares(text: string, variable: Variable): boolean {
  return new RegExp(
    `\\b(?:var|let|const|function)\\b[^;=]*\\b${
      RegExp.escape(variable)
    }\\b|\\(${RegExp.escape(variable)}\\b[^)]*\\)\\s*(?:=>|\\{)`,
  ).test(text);
}
