// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "../../build/deno.ts";
import type { Project } from "../../build/project.ts";
import type { Emulator } from "../emulator.ts";
import { handlerUrl } from "../function/command.ts";
import { filesOf } from "./module_graph.ts";
import { Watcher } from "./watcher.ts";

/** What a {@linkcode Reloader} is given. */
export interface ReloaderOptions {
  /** Reads what deno.json says now. */
  readProject: () => Promise<Project>;
  /** Further files that change the function. */
  files: string[];
  /** Whether types are left unchecked. */
  noCheck: boolean;
}

/**
 * Starts the function again when a file of it changes, and refuses to run one
 * whose types are wrong, as a build does.
 */
export class Reloader {
  readonly #emulator: Emulator;
  readonly #options: ReloaderOptions;
  readonly #watcher = new Watcher((paths) => this.#changed(paths));
  readonly #stopReady: () => void;
  #looking = Promise.resolve();
  #checking: AbortController | undefined;
  #isChecked = false;
  #isClosed = false;

  constructor(emulator: Emulator, options: ReloaderOptions) {
    this.#emulator = emulator;
    this.#options = options;
    // A start has the machine for itself; the check comes after it.
    this.#stopReady = emulator.happenings.watch(({ type }) => {
      if (type === "ready" && !this.#isChecked) this.check();
    });
  }

  /** How many files are watched. */
  get watched(): number {
    return this.#watcher.files.length;
  }

  /** Finds out which files the function is made of, and watches them. */
  async watch(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#watch());
    await this.#looking;
  }

  /** Checks the types, and has invocations fail if they are wrong. */
  async check(): Promise<void> {
    if (this.#options.noCheck || this.#isClosed) return;
    this.#isChecked = true;
    this.#checking?.abort();
    const controller = this.#checking = new AbortController();
    const problem = await this.#problemOf(controller.signal);
    if (this.#checking !== controller || problem === undefined) return;
    this.#emulator.refuse("Runtime.UserCodeTypeError", problem);
  }

  /** Stops watching. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopReady();
    this.#checking?.abort();
    this.#checking = undefined;
    await this.#watcher.close();
    await this.#looking;
    await this.#watcher.close();
  }

  #changed(paths: string[]): void {
    if (this.#isClosed) return;
    this.#checking?.abort();
    this.#checking = undefined;
    this.#isChecked = false;
    this.#emulator.happenings.tell({ type: "changed", paths });
    this.#emulator.restart();
    this.watch();
  }

  async #watch(): Promise<void> {
    if (this.#isClosed) return;
    const { files } = this.#options;
    let found: string[] | undefined;
    try {
      const project = await this.#options.readProject();
      // What is saved while Deno looks must not be missed.
      if (this.#watcher.files.length === 0) {
        await this.#watcher.watch([...files, ...handlerPath(project)]);
      }
      found = await filesOf(handlerUrl(project), project);
    } catch {
      // The start says what is wrong with deno.json.
    }
    if (this.#isClosed) return;
    const refused = await this.#watcher.watch([
      ...files,
      ...found ?? this.#watcher.files,
    ]);
    if (refused.length === 0) return;
    this.#emulator.say(
      `Not watched: "${refused[0]}"${
        refused.length > 1 ? ` and ${refused.length - 1} more` : ""
      }, which the permission set "local" does not let be read`,
    );
  }

  async #problemOf(signal: AbortSignal): Promise<string | undefined> {
    try {
      const project = await this.#options.readProject();
      const { directory, configName } = project;
      const { success, text } = await runDeno([
        "check",
        "--quiet",
        `--config=${directory}/${configName}`,
        handlerUrl(project),
      ], { directory, signal });
      if (signal.aborted || success) return undefined;
      return `${project.handler} does not pass "deno check": change it, or start with --no-check\n\n${text.trim()}`;
    } catch (error) {
      if (signal.aborted) return undefined;
      return (error as Error).message;
    }
  }
}

/** The file of the handler, where it is one. */
function handlerPath(project: Project): string[] {
  const url = handlerUrl(project);
  return url.startsWith("file:")
    ? [decodeURIComponent(new URL(url).pathname)]
    : [];
}
