// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A package of JSR's scope `@std` that deno.json asks for. */
export interface StdPackage {
  /** The name without the scope: `assert`. */
  readonly name: string;
  /** The lowest version that will do; its stand-in carries it. */
  readonly version: string;
}

/**
 * Reads from `deno.json` which `@std` packages the project needs.
 *
 * @param configText The text of `deno.json`.
 * @returns The packages, in the file's order.
 * @throws {SyntaxError} If the text is not JSON or a version is not of the
 * form `^1.2.3`.
 */
export function stdPackages(configText: string): StdPackage[] {
  const imports: Record<string, string> = JSON.parse(configText).imports ?? {};
  return Object.values(imports)
    .filter((specifier) => specifier.startsWith("jsr:@std/"))
    .map((specifier) => {
      const groups = specifier.match(
        /^jsr:@std\/(?<name>[a-z0-9-]+)@\^(?<version>\d+\.\d+\.\d+)$/,
      )?.groups;
      if (groups === undefined) {
        throw new SyntaxError(
          `Cannot tell the version of "${specifier}" in deno.json: ` +
            `expected the form "jsr:@std/name@^1.2.3"`,
        );
      }
      return { name: groups.name, version: groups.version };
    });
}

/**
 * Whether `version` will do where `^wanted` is asked for: the leftmost number
 * that is not zero is the same, and it is not lower.
 */
export function satisfies(version: string, wanted: string): boolean {
  const have = numbersOf(version);
  const want = numbersOf(wanted);
  if (have === undefined || want === undefined) return false;
  const fixed = want.findIndex((number) => number !== 0);
  for (let i = 0; i < want.length; i++) {
    if (have[i] !== want[i]) return i > fixed && have[i] > want[i];
  }
  return true;
}

function numbersOf(version: string): number[] | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  return version.split(".").map(Number);
}

/**
 * The files of a package's stand-in as Deno looks for them in
 * `vendor/jsr.io/@std/<name>/`, with the two metadata files that it wants. A
 * module whose name begins with `_` is not an export.
 *
 * @param source The folder with the stand-ins' sources, one folder a package.
 * @returns The text of each file by its path.
 * @throws {Deno.errors.NotFound} If the package has no stand-in.
 */
export function standInFiles(
  { name, version }: StdPackage,
  source: string,
): Map<string, string> {
  const files = new Map<string, string>();
  const exports: Record<string, string> = {};
  const modules = [...Deno.readDirSync(`${source}/${name}`)]
    .map((entry) => entry.name)
    .sort();
  for (const module of modules) {
    const text = Deno.readTextFileSync(`${source}/${name}/${module}`);
    files.set(`${version}/${module}`, text);
    if (!module.startsWith("_")) exports[exportOf(module)] = `./${module}`;
  }
  files.set("meta.json", toJson({ versions: { [version]: {} } }));
  files.set(
    `${version}_meta.json`,
    toJson({ standIn: true, manifest: {}, exports }),
  );
  return files;
}

function exportOf(module: string): string {
  if (module === "mod.ts") return ".";
  return `./${module.replace(/\.ts$/, "").replaceAll("_", "-")}`;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
