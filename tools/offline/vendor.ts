// Copyright 2026 the Toukon Lambda authors. MIT license.

import { satisfies, type StdPackage } from "./packages.ts";

/**
 * What a vendored package is:
 *
 * - `"real"`: JSR's, with metadata and modules of a version that will do;
 * - `"stand-in"`: laid by this project;
 * - `"partial"`: not there, or begun: Deno fetches what is missing;
 * - `"damaged"`: with metadata that Deno cannot read.
 */
export type PackageState = "real" | "stand-in" | "partial" | "damaged";

/**
 * Tells what a vendored package is.
 *
 * @param directory The package's folder, `vendor/jsr.io/@std/<name>`.
 * @param item The package as deno.json asks for it.
 */
export function stateOf(directory: string, item: StdPackage): PackageState {
  const names = namesIn(directory);
  const versions = names
    .filter((name) => name.endsWith("_meta.json"))
    .map((name) => name.slice(0, -"_meta.json".length));
  try {
    const metas = versions.map((version) =>
      readRecord(`${directory}/${version}_meta.json`)
    );
    if (metas.some((meta) => meta.standIn === true)) return "stand-in";
    if (!names.includes("meta.json")) return "partial";
    readRecord(`${directory}/meta.json`);
  } catch (error) {
    if (error instanceof SyntaxError) return "damaged";
    throw error;
  }
  const isComplete = versions.some((version) =>
    satisfies(version, item.version) &&
    namesIn(`${directory}/${version}`).length > 0
  );
  return isComplete ? "real" : "partial";
}

/** Whether each of the files is in the folder, with exactly its text. */
export function holds(directory: string, files: Map<string, string>): boolean {
  for (const [path, text] of files) {
    if (readIfThere(`${directory}/${path}`) !== text) return false;
  }
  return true;
}

/**
 * Replaces a folder by one with these files. The files are written beside it
 * and moved to its place when they are complete, so that a run that is cut
 * short leaves no folder half written.
 *
 * @param directory The folder to replace; it need not be there.
 * @param files The text of each file by its path in the folder.
 * @param scratch A folder on the same disk; emptied and removed.
 */
export function replace(
  directory: string,
  files: Map<string, string>,
  scratch: string,
): void {
  remove(scratch);
  for (const [path, text] of files) {
    const file = `${scratch}/${path}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
  remove(directory);
  Deno.mkdirSync(directory.slice(0, directory.lastIndexOf("/")), {
    recursive: true,
  });
  Deno.renameSync(scratch, directory);
}

/** Removes a file or folder that need not be there. */
export function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function namesIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function readRecord(path: string): Record<string, unknown> {
  const value = JSON.parse(Deno.readTextFileSync(path));
  if (typeof value !== "object" || value === null) {
    throw new SyntaxError(`Cannot read "${path}": expected a JSON object`);
  }
  return value;
}
