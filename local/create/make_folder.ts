// Copyright 2026 the Toukon Lambda authors. MIT license.

import { lstatOf } from "../cli/files.ts";
import { CreateError } from "./create_error.ts";

/** Signals that ask a program to end, and what it exits with then. */
const SIGNALS: [Deno.Signal, number][] = Deno.build.os === "windows"
  ? [["SIGINT", 130], ["SIGBREAK", 149]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

/**
 * Makes a folder whole or not at all: it is filled beside the place where it
 * shall be, and moved there at the end. Where that fails, or a signal asks the
 * program to end, nothing is left.
 *
 * @param folder The absolute path of the folder.
 * @param fill Fills the folder that it is given, and ends early when the signal
 * aborts.
 *
 * @throws {CreateError} If something is in the way, or a signal has come.
 */
export async function makeFolder(
  folder: string,
  fill: (folder: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  using interruption = new Interruption();
  const { signal } = interruption;
  refuseTaken(folder);
  const { parent, name } = split(folder);
  const work = makeWorkFolder(parent, name);
  try {
    // Not the temporary folder itself, which is closed to others.
    const made = `${work}/${name}`;
    Deno.mkdirSync(made);
    await fill(made, signal);
    signal.throwIfAborted();
    move(made, folder);
  } catch (error) {
    // What fails after a signal fails because of it.
    signal.throwIfAborted();
    throw error;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

/** Listens for the signals that ask the program to end. */
class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listeners = SIGNALS.map(([signal, exitCode]) => {
    const reason = new CreateError("Nothing is made: interrupted", {
      exitCode,
    });
    const listener = () => this.#controller.abort(reason);
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });

  /** Aborts when one has come. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const { signal, listener } of this.#listeners) {
      Deno.removeSignalListener(signal, listener);
    }
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

function makeWorkFolder(parent: string, name: string): string {
  try {
    return Deno.makeTempDirSync({ dir: parent, prefix: `.${name}-` });
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) {
      throw error;
    }
    throw new CreateError(
      `Cannot make "${name}": expected a folder that can be written to, found "${parent}": ${error.message}`,
    );
  }
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
