// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what importing the package adds to the start of Deno: a program
 * that only imports it against an empty one, in turns. The goal is at most
 * 3 ms.
 *
 * ```sh
 * deno run -A bench/start.ts --modules
 * ```
 *
 * With `--modules` it also counts the modules that the import loads.
 *
 * @module
 */

import { median } from "./median.ts";

const GOAL_MS = 3;
const ROUNDS = 61;
const WARM_UP_ROUNDS = 5;

const empty = import.meta.resolve("./empty.ts");
const importing = import.meta.resolve("./import_only.ts");

const emptyMs: number[] = [];
const importingMs: number[] = [];
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const first = await timeRun(empty);
  const second = await timeRun(importing);
  if (round < 0) continue;
  emptyMs.push(first);
  importingMs.push(second);
}
print(median(emptyMs), median(importingMs));
if (Deno.args.includes("--modules")) {
  console.log(`| modules | ${await countModules()} |`);
}

async function timeRun(module: string): Promise<number> {
  const start = performance.now();
  await deno(["run", module]);
  return performance.now() - start;
}

/** Counts what is loaded at the start, not what is imported when needed. */
async function countModules(): Promise<number> {
  const { modules, redirects } = JSON.parse(
    await deno(["info", "--json", importing]),
  ) as Graph;
  const byUrl = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set<string>();
  const open = [importing];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    const target = redirects[url] ?? url;
    const module = byUrl.get(target);
    if (!module || loaded.has(target)) continue;
    loaded.add(target);
    for (const { code, isDynamic } of module.dependencies ?? []) {
      if (code?.specifier && !isDynamic) open.push(code.specifier);
    }
  }
  loaded.delete(importing);
  return loaded.size;
}

interface Graph {
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
  }[];
  redirects: Record<string, string>;
}

async function deno(args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(
    `Cannot run deno ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`,
  );
}

function print(emptyMs: number, importingMs: number): void {
  const differenceMs = importingMs - emptyMs;
  console.log(`| start, ${ROUNDS} rounds | median |`);
  console.log("| --- | ---: |");
  console.log(`| empty program | ${emptyMs.toFixed(1)} ms |`);
  console.log(`| with the import | ${importingMs.toFixed(1)} ms |`);
  console.log(
    `| difference (goal: at most ${GOAL_MS} ms) | ${
      differenceMs.toFixed(1)
    } ms |`,
  );
}
