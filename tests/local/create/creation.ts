// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child, type ChildResult } from "../../support/child.ts";
import { Folder } from "../../support/folder.ts";
import { CHECKOUT, starterEnvironment } from "../../support/starter.ts";

/** The command, as it runs from this checkout. */
export const CREATE = ["run", "-A", `${CHECKOUT}/local/create/mod.ts`];

/** A folder in which projects are made, removed in the end. */
export class Workplace implements Disposable {
  readonly #folder = new Folder();
  readonly path: string = Deno.realPathSync(this.#folder.path);

  /** Starts the command; without options, stdin is no terminal. */
  start(args: string[], env: Record<string, string> = {}): Child {
    return this.deno([...CREATE, ...args], ".", env);
  }

  /** Runs the command to its end. */
  async create(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<ChildResult> {
    await using child = this.start(args, env);
    return await child.ended();
  }

  /** Starts Deno in a folder of this one. */
  deno(
    args: string[],
    folder: string,
    env: Record<string, string> = {},
  ): Child {
    return new Child(Deno.execPath(), {
      args,
      cwd: `${this.path}/${folder}`,
      env: { ...starterEnvironment(), ...env },
    });
  }

  /** Starts commands in a folder of this one. */
  shell(commands: string, folder: string): Child {
    return new Child("sh", {
      args: ["-euc", commands],
      cwd: `${this.path}/${folder}`,
      env: starterEnvironment(),
    });
  }

  /** What is in it, hidden files too. */
  entries(folder = "."): string[] {
    return [...Deno.readDirSync(`${this.path}/${folder}`)]
      .map(({ name }) => name).sort();
  }

  /** The texts of all files of a project, by their paths in it. */
  files(folder: string): Record<string, string> {
    return textsIn(`${this.path}/${folder}`);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** The texts of all files in a folder, by their paths in it. */
export function textsIn(root: string, prefix = ""): Record<string, string> {
  const entries = [...Deno.readDirSync(`${root}/${prefix}`)];
  return Object.assign(
    {},
    ...entries.map(({ name, isDirectory }) => {
      const path = `${prefix}${name}`;
      return isDirectory
        ? textsIn(root, `${path}/`)
        : { [path]: Deno.readTextFileSync(`${root}/${path}`) };
    }),
  );
}
