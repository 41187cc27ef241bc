// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "./deno.ts";
import { WORK_FOLDER } from "./outputs.ts";
import { type Grant, toFlag } from "./permissions.ts";
import type { Project } from "./project.ts";

/** How often an import is measured, after one that fills V8's code cache. */
const ROUNDS = 3;

/** How long one process may take, in milliseconds. */
const LIMIT_MS = 10_000;

/** Tells the line of the measurement from what modules print. */
const RESULT = "toukon-import-ms ";

/** How long an import took, in milliseconds, or why that cannot be told. */
export type ImportTime = { ms: number } | { problem: string };

/** Measures imports, each in a process of its own. */
export class ImportClock {
  readonly #project: Project;
  readonly #denoDir: string;
  readonly #grants: Grant[];
  readonly #end: AbortSignal;

  /** @param end Ends the measurements that are left. */
  constructor(project: Project, denoDir: string, end: AbortSignal) {
    this.#project = project;
    this.#denoDir = denoDir;
    // As in the start that warms the cache of a bundle.
    this.#grants = project.grants.filter(({ flag }) => flag === "--allow-env");
    this.#end = end;
  }

  /** Whether there is no time left. */
  get isOver(): boolean {
    return this.#end.aborted;
  }

  /**
   * Measures how long it takes to compile and evaluate a module with all that
   * it imports and that is not there yet.
   *
   * @param url The module.
   * @param before Modules that are imported first, after the runtime itself.
   * @param rounds How many processes are started; the median of them counts.
   */
  async measure(
    url: string,
    before: string[] = [],
    rounds = ROUNDS,
  ): Promise<ImportTime> {
    const { directory, packageName } = this.#project;
    Deno.writeTextFileSync(
      `${directory}/${WORK_FOLDER}/import.ts`,
      programText(url, [packageName, ...before]),
    );
    const timesMs: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const time = await this.#run();
      if ("problem" in time) return time;
      if (round > 0) timesMs.push(time.ms);
    }
    return { ms: timesMs.sort((a, b) => a - b)[timesMs.length >> 1] };
  }

  async #run(): Promise<ImportTime> {
    const { directory, configName, unstableFlags } = this.#project;
    const limit = AbortSignal.timeout(LIMIT_MS);
    const { text } = await runDeno([
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      `--config=${configName}`,
      ...unstableFlags,
      ...this.#grants.map(toFlag),
      `${WORK_FOLDER}/import.ts`,
    ], {
      directory,
      env: { DENO_DIR: this.#denoDir, AWS_REGION: "us-east-1" },
      clearEnv: true,
      signal: AbortSignal.any([limit, this.#end]),
    });
    const lines = text.split("\n");
    const result = lines.findLast((line) => line.startsWith(RESULT));
    if (result !== undefined) {
      return { ms: Number(result.slice(RESULT.length)) };
    }
    if (this.#end.aborted) return { problem: "there was no time left" };
    if (limit.aborted) {
      return { problem: `not done after ${LIMIT_MS / 1000} s` };
    }
    return { problem: problemIn(lines) };
  }
}

function programText(url: string, before: string[]): string {
  return [
    ...before.map((it) => `import ${JSON.stringify(it)};`),
    // What the modules before have left to do is not what is measured.
    "await new Promise((resolve) => setTimeout(resolve, 10));",
    "const startMs = performance.now();",
    `await import(${JSON.stringify(url)});`,
    `console.log("\\n${RESULT}" + (performance.now() - startMs));`,
    // A timer of a module would keep the process.
    "Deno.exit();",
    "",
  ].join("\n");
}

/** The first line of an error, without Deno's words before it. */
function problemIn(lines: string[]): string {
  const line = lines.find((it) => it.startsWith("error: ")) ??
    "error: the process ended";
  return line.replace(/^error: (?:Uncaught (?:\(in promise\) )?)?/, "");
}
