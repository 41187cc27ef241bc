// Copyright 2026 the Toukon Lambda authors. MIT license.

import { lstatOf } from "../cli/files.ts";
import { BuildError } from "./build_error.ts";

/** The folder in the project that a build works in, removed at its end. */
export const WORK_FOLDER = ".toukon_build";

/** The folder in it where the function is put together. */
export const FUNCTION_FOLDER = `${WORK_FOLDER}/function`;

/** The program in the work folder; what it is bundled into has its name. */
export const ENTRY = "main.ts";

/** What a build writes into all that it makes, to know it again. */
export const MARK = "Made by @toukon/lambda/build";

/** The files in `dist` that no list names. */
const BUNDLE_FILES = ["bootstrap", "main.js", "main.js.map", "deno_dir"];

/** In `dist`: the paths of the included files, and of the parts of a bundle. */
const INCLUDED_LIST = "deno_dir/included.json";

/** What a build writes, and how to tell whether a build wrote what is there. */
interface Output {
  name: string;
  /** The first path that no build made. */
  findForeign(path: string): string | undefined;
}

/** Marks the work folder as the build's. */
const WORK_NOTE = "read_me.txt";

const WORK: Output = { name: WORK_FOLDER, findForeign: findInWork };
const DIST: Output = { name: "dist", findForeign: findInDist };
const PROGRAM: Output = { name: "bootstrap", findForeign: findUnmarked };
const ZIP: Output = { name: "bootstrap.zip", findForeign: findUnmarked };

/** Options for {@linkcode removeEarlierOutputs}. */
export interface OutputOptions {
  /** Whether a bundle is built, and no program. */
  bundle: boolean;
  /** Whether the program is packed too. */
  zip: boolean;
}

/**
 * Removes what earlier builds of the same form have left, so that nothing old
 * can be taken for the result of this one.
 *
 * @throws {BuildError} If something is in the way that no build has made. It is
 * left as it is.
 */
export function removeEarlierOutputs(
  directory: string,
  { bundle, zip }: OutputOptions,
): void {
  const outputs = bundle ? [DIST] : [PROGRAM, ZIP];
  const inTheWay = outputs.filter((output) => !remove(output, directory))
    // Without --zip, nothing is written to bootstrap.zip.
    .filter((output) => output !== ZIP || zip);
  if (inTheWay.length > 0) throw isInTheWay(inTheWay, directory);
}

/**
 * Makes the work folder, in the place of one that an earlier build has left.
 *
 * @throws {BuildError} If something is in the way that no build has made.
 */
export function makeWorkFolder(directory: string): string {
  if (!remove(WORK, directory)) throw isInTheWay([WORK], directory);
  const path = `${directory}/${WORK_FOLDER}`;
  Deno.mkdirSync(path);
  Deno.writeTextFileSync(`${path}/${WORK_NOTE}`, `${MARK}\n`);
  return path;
}

/** Removes an output, if it is one; says whether nothing is in its place now. */
function remove({ name, findForeign }: Output, directory: string): boolean {
  const path = `${directory}/${name}`;
  if (lstatOf(path) === undefined) return true;
  if (findForeign(path) !== undefined) return false;
  Deno.removeSync(path, { recursive: true });
  return true;
}

function isInTheWay(outputs: Output[], directory: string): BuildError {
  return new BuildError(
    outputs.map(({ name, findForeign }) =>
      `Cannot write "${name}": expected nothing there, or what an earlier build has made, found ${
        findForeign(`${directory}/${name}`)
      }. Move it away, or remove it if it is not needed`
    ).join("\n"),
  );
}

/** Writes down which files of a bundle are included ones. */
export function listIncluded(dist: string, paths: string[]): void {
  if (paths.length === 0) return;
  Deno.writeTextFileSync(
    `${dist}/${INCLUDED_LIST}`,
    `${JSON.stringify(paths)}\n`,
  );
}

function findUnmarked(path: string): string | undefined {
  const stat = lstatOf(path)!;
  if (!stat.isFile) return whatIs(stat);
  return isMarked(path) ? undefined : "a file that no build has made";
}

function findInWork(path: string): string | undefined {
  const stat = lstatOf(path)!;
  if (!stat.isDirectory) return whatIs(stat);
  // A build that was stopped may have written nothing yet.
  if ([...Deno.readDirSync(path)].length === 0) return undefined;
  return isMarked(`${path}/${WORK_NOTE}`)
    ? undefined
    : "a folder that no build has made";
}

function findInDist(path: string): string | undefined {
  const stat = lstatOf(path)!;
  if (!stat.isDirectory) return whatIs(stat);
  if ([...Deno.readDirSync(path)].length === 0) return undefined;
  if (!isMarked(`${path}/bootstrap`)) return "a folder that no build has made";
  const included = readIncluded(path);
  const foreign = pathsIn(path).find((it) =>
    !BUNDLE_FILES.includes(it.split("/")[0]) && !included.includes(it)
  );
  return foreign === undefined
    ? undefined
    : `"${foreign}" in it, which no build has made`;
}

function readIncluded(dist: string): unknown[] {
  try {
    const list = JSON.parse(Deno.readTextFileSync(`${dist}/${INCLUDED_LIST}`));
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** All below a folder but folders, by their paths in it. */
function pathsIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? pathsIn(`${folder}/${name}`).map((path) => `${name}/${path}`)
      : name
  );
}

/** Whether a file holds the mark, at its end as the zip has it or elsewhere. */
function isMarked(path: string): boolean {
  if (!lstatOf(path)?.isFile) return false;
  const text = new TextDecoder("latin1").decode(Deno.readFileSync(path));
  return text.includes(MARK);
}

function whatIs({ isDirectory, isSymlink }: Deno.FileInfo): string {
  if (isSymlink) return "a symbolic link";
  return isDirectory ? "a folder" : "what is no file";
}
