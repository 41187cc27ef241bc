// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Happening } from "../../local/emulator/happenings.ts";
import { parseEmulatorFlags } from "../../local/emulator/flags.ts";
import { type Local, startLocal } from "../../local/emulator/local.ts";
import { Folder } from "./folder.ts";

/** The package of this checkout. */
const MOD = import.meta.resolve("../../mod.ts");
/** The handler that does what the event asks for. */
export const EMULATED = Deno.readTextFileSync(
  new URL("../fixtures/emulated/handler.ts", import.meta.url),
);

/** Options for {@linkcode startProject}. */
export interface LocalProjectOptions {
  /** The text of `handler.ts`. */
  handler?: string;
  /** Further files. */
  files?: Record<string, string>;
  /** What deno.json has beside what every one here has. */
  config?: Record<string, unknown>;
  /** Options of the command line. */
  args?: string[];
  /** Whether types are checked, which takes its time. */
  checks?: boolean;
  /** Whether the person is in the folder of the project. */
  cwd?: boolean;
}

/** A function of a temporary project in an emulator of this process. */
export class LocalProject implements AsyncDisposable {
  readonly folder: Folder;
  readonly local: Local;
  readonly happenings: Happening[] = [];
  readonly #watchers = new Set<() => void>();

  private constructor(folder: Folder, local: Local) {
    this.folder = folder;
    this.local = local;
    local.emulator.happenings.watch((happening) => {
      this.happenings.push(happening);
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** Starts the emulator; the function is about to start. */
  static async start(
    options: LocalProjectOptions = {},
  ): Promise<LocalProject> {
    const folder = createProject(options);
    const before = Deno.env.get("INIT_CWD");
    if (options.cwd) Deno.env.set("INIT_CWD", folder.path);
    const flags = parseEmulatorFlags([
      "--port=0",
      "--name=emulated",
      ...options.checks ? [] : ["--no-check"],
      ...options.args ?? [],
    ]);
    try {
      return new LocalProject(folder, await startLocal(flags, folder.path));
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    } finally {
      if (before === undefined) Deno.env.delete("INIT_CWD");
      else Deno.env.set("INIT_CWD", before);
    }
  }

  /** Where the function is invoked. */
  get invocations(): string {
    return `${this.local.endpoint}/2015-03-31/functions/emulated/invocations`;
  }

  /** Invokes the function over HTTP. */
  async invoke(
    event: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return await fetch(this.invocations, {
      method: "POST",
      headers,
      body: JSON.stringify(event),
    });
  }

  /** Invokes the function over HTTP and gives the reply. */
  async reply(event: unknown) {
    return await (await this.invoke(event)).json();
  }

  /** All of the log. */
  get log(): string {
    return this.happenings.map((it) => it.type === "log" ? it.text : "")
      .join("");
  }

  /** Waits until something has happened. */
  async until<Found>(find: () => Found): Promise<NonNullable<Found>> {
    const { promise, resolve, reject } = Promise.withResolvers<
      NonNullable<Found>
    >();
    const look = () => {
      const found = find();
      if (found) resolve(found);
    };
    const timer = setTimeout(
      () => reject(new Error(`Nothing came of it; the log is\n${this.log}`)),
      20_000,
    );
    this.#watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** Waits until so many of a kind have happened. */
  async times(type: Happening["type"], count: number): Promise<void> {
    await this.until(() => this.count(type) >= count);
  }

  /** How many of a kind have happened. */
  count(type: Happening["type"]): number {
    return this.happenings.filter((it) => it.type === type).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.local[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

/** Makes the folder of a project. */
export function createProject(
  { handler = EMULATED, files = {}, config = {} }: LocalProjectOptions = {},
): Folder {
  const { permissions, ...rest } = config;
  return new Folder({
    "handler.ts": handler,
    "deno.json": JSON.stringify({
      imports: { "@toukon/lambda": MOD },
      lambda: { handler: "./handler.ts" },
      ...rest,
      permissions: { default: { env: true }, ...permissions as object },
    }),
    ...files,
  });
}
