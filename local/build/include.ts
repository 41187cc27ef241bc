// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isFile, isFolder, lstatOf } from "../cli/files.ts";
import { BuildError } from "./build_error.ts";

/** What a build puts into the folder itself. */
const TAKEN = ["bootstrap", "main.js", "main.js.map", "deno_dir"];

/** Paths in deno.json as they are seen from its folder, without `./`. */
export function normalizeIncluded(paths: string[]): string[] {
  const normal = paths.map((path) =>
    path.split("/").filter((part) => part !== "" && part !== ".").join("/")
  );
  for (const [index, path] of normal.entries()) {
    const isInside = !paths[index].startsWith("/") && path !== "" &&
      !path.split("/").includes("..");
    if (isInside && !path.includes(",")) continue;
    throw new BuildError(
      `Cannot include "${
        paths[index]
      }": expected the path of a file or folder in the folder of deno.json, without commas`,
    );
  }
  const taken = normal.find((path) => TAKEN.includes(path.split("/")[0]));
  if (taken === undefined) return [...new Set(normal)];
  throw new BuildError(
    `Cannot include "${taken}": a build writes something of that name itself. Give it another one`,
  );
}

/**
 * Copies the included files and folders, with their paths, so that they lie to
 * the program as they lie to the handler.
 *
 * @returns The paths of the files.
 */
export function copyIncluded(
  paths: string[],
  from: string,
  to: string,
): string[] {
  const files = paths.flatMap((path) => filesAt(path, from));
  for (const file of files) {
    const folder = file.slice(0, Math.max(file.lastIndexOf("/"), 0));
    Deno.mkdirSync(`${to}/${folder}`, { recursive: true });
    Deno.writeFileSync(`${to}/${file}`, Deno.readFileSync(`${from}/${file}`));
    // Whose file it was, and when, must not change the result.
    Deno.chmodSync(`${to}/${file}`, modeOf(`${from}/${file}`));
    Deno.utimeSync(`${to}/${file}`, 0, 0);
  }
  return [...new Set(files)].sort();
}

/** The mode of an included file: only the owner's bits count. */
export function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o100 ? 0o755 : 0o644;
}

function filesAt(path: string, from: string): string[] {
  const at = `${from}/${path}`;
  if (isFile(at)) return [path];
  if (!isFolder(at)) {
    throw new BuildError(
      `Cannot include "${path}": expected a file or folder in "${from}"`,
    );
  }
  if (lstatOf(at)?.isSymlink) {
    throw new BuildError(
      `Cannot include "${path}": it is a symbolic link to a folder. Include what it points to`,
    );
  }
  return [...Deno.readDirSync(at)].map(({ name }) => name).sort()
    .flatMap((name) => filesAt(`${path}/${name}`, from));
}
