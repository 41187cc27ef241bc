// Copyright 2026 the Toukon Lambda authors. MIT license.

import { lstatOf } from "../cli/files.ts";
import { CreateError } from "./create_error.ts";

/** Signals that ask a program to end, and what it exits with then. */
const SIGNALS: [Deno.Signal, number][] = Deno.build.os === "windows"
  ? [["SIGINT", 130], ["SIGBREAK", 149]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

/**
 * Makes a folder whole or not at all: it is filled beside the place where it
 * shall be, and moved there at the end. Where that fails, or a signal ends the
 * program, nothing is left.
 *
 * @param folder The absolute path of the folder.
 * @param fill Fills the folder that it is given.
 *
 * @throws {CreateError} If something is in the way.
 */
export async function makeFolder(
  folder: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  refuseTaken(folder);
  const { parent, name } = split(folder);
  const work = Deno.makeTempDirSync({ dir: parent, prefix: `.${name}-` });
  const remove = () => Deno.removeSync(work, { recursive: true });
  const listeners = SIGNALS.map(([signal, code]) => {
    const listener = () => {
      remove();
      Deno.exit(code);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  try {
    // Not the temporary folder itself, which is closed to others.
    const made = `${work}/${name}`;
    Deno.mkdirSync(made);
    await fill(made);
    move(made, folder);
  } finally {
    for (const { signal, listener } of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
    remove();
  }
}

/**
 * Refuses a place where anything is but an empty folder.
 *
 * @throws {CreateError} If it is taken.
 */
export function refuseTaken(folder: string): void {
  const found = lstatOf(folder);
  if (!found) return;
  const { name } = split(folder);
  if (!found.isDirectory) {
    throw new CreateError(
      `Cannot make "${name}": expected nothing there, found a ${
        found.isSymlink ? "link" : "file"
      }. Choose another name, or move it away`,
    );
  }
  const count = [...Deno.readDirSync(folder)].length;
  if (count === 0) return;
  throw new CreateError(
    `Cannot make "${name}": expected no such folder, or an empty one, found ${count} ${
      count === 1 ? "entry" : "entries"
    } in it. Choose another name, or move it away`,
  );
}

/** Moves the folder to its place, which may have been taken meanwhile. */
function move(made: string, folder: string): void {
  refuseTaken(folder);
  // Fails where it is not empty.
  if (lstatOf(folder)) Deno.removeSync(folder);
  Deno.renameSync(made, folder);
}

function split(path: string): { parent: string; name: string } {
  const end = path.lastIndexOf("/");
  return { parent: path.slice(0, end) || "/", name: path.slice(end + 1) };
}
