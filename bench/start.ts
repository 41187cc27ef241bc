// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what importing the package adds to the start of Deno: programs that
 * only import an entry against an empty one, in turns. The goal for `mod.ts` is
 * at most 4 ms.
 *
 * ```sh
 * deno run -A bench/start.ts --modules
 * ```
 *
 * `mod.ts` imports no `@std` package, so it has one row, whatever lies in
 * `vendor/`. `@toukon/lambda/log` imports `@std/log`: it is measured with the
 * stand-ins of `tools/offline/`, and with the real package where that is in
 * `vendor/`. With `--modules` the table says how many modules each loads.
 *
 * A second table has the time from the start of Deno to the first `next`, over
 * each transport.
 *
 * @module
 */

import { stateOf } from "../tools/offline/vendor.ts";
import { stdPackages } from "../tools/offline/packages.ts";
import { startClient } from "./client.ts";
import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const GOAL_MS = 4;
const ROUNDS = 61;
const WARM_UP_ROUNDS = 5;
const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

interface Program {
  name: string;
  module: string;
  /** How Deno finds what the module imports. */
  options: string[];
  /** How long each round took. */
  roundsMs: number[];
}

const programs: Program[] = [
  program("empty program", "empty.ts"),
  program(`mod.ts (goal: at most ${GOAL_MS} ms more)`, "import_only.ts"),
  program("@toukon/lambda/log, stand-ins", "import_log.ts", withStandIns()),
];
if (hasRealLog()) {
  programs.push(program("@toukon/lambda/log, real @std", "import_log.ts"));
}

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const { module, options, roundsMs } of programs) {
    const durationMs = await timeRun(module, options);
    if (round >= 0) roundsMs.push(durationMs);
  }
}
await print();
await printFirstNext();
// The invokers' listeners would keep the process alive.
Deno.exit();

function program(name: string, file: string, options: string[] = []): Program {
  const module = import.meta.resolve(`./${file}`);
  return { name, module, options, roundsMs: [] };
}

/** Whether `vendor/` has JSR's own `@std/log`. */
function hasRealLog(): boolean {
  const item = stdPackages(Deno.readTextFileSync(`${ROOT}deno.json`))
    .find(({ name }) => name === "log");
  if (item === undefined) return false;
  return stateOf(`${ROOT}vendor/jsr.io/@std/log`, item) === "real";
}

/** Options that take the stand-ins, whatever lies in `vendor/`. */
function withStandIns(): string[] {
  const folder = `${ROOT}tools/offline/std/log`;
  const imports = {
    "@toukon/lambda/log": `file://${ROOT}runtime/log/mod.ts`,
    "@std/log/base-handler": `file://${folder}/base_handler.ts`,
    "@std/log/levels": `file://${folder}/levels.ts`,
    "@std/log/logger": `file://${folder}/logger.ts`,
  };
  const map = encodeURIComponent(JSON.stringify({ imports }));
  return ["--no-config", `--import-map=data:application/json,${map}`];
}

async function timeRun(module: string, options: string[]): Promise<number> {
  const start = performance.now();
  await deno(["run", ...options, module]);
  return performance.now() - start;
}

/** Counts what is loaded at the start, not what is imported when needed. */
async function countModules(
  { module: main, options }: Program,
): Promise<number> {
  const { modules, redirects } = JSON.parse(
    await deno(["info", "--json", ...options, main]),
  ) as Graph;
  const byUrl = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set<string>();
  const open = [main];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    const target = redirects[url] ?? url;
    const module = byUrl.get(target);
    if (!module || loaded.has(target)) continue;
    loaded.add(target);
    for (const { code, isDynamic } of module.dependencies ?? []) {
      if (code?.specifier && !isDynamic) open.push(code.specifier);
    }
  }
  loaded.delete(main);
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

async function print(): Promise<void> {
  const emptyMs = median(programs[0].roundsMs);
  const countsModules = Deno.args.includes("--modules");
  console.log(
    `| start, ${ROUNDS} rounds | median | over empty | modules |`,
  );
  console.log("| --- | ---: | ---: | ---: |");
  for (const item of programs) {
    const durationMs = median(item.roundsMs);
    const overMs = (durationMs - emptyMs).toFixed(1);
    const modules = countsModules ? await countModules(item) : "";
    console.log(
      `| ${item.name} | ${
        durationMs.toFixed(1)
      } ms | ${overMs} ms | ${modules} |`,
    );
  }
  if (!hasRealLog()) console.log("\nThe real @std/log is not in vendor/.");
}

/** Measures how soon a function is ready, over each transport in turns. */
async function printFirstNext(): Promise<void> {
  const overFetch: number[] = [];
  const overSockets: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const fetchMs = await timeToFirstNext("served.ts");
    const socketsMs = await timeToFirstNext("served_over_sockets.ts");
    if (round < 0) continue;
    overFetch.push(fetchMs);
    overSockets.push(socketsMs);
  }
  console.log(`\n| start to first next, ${ROUNDS} rounds | median |`);
  console.log("| --- | ---: |");
  console.log(`| over fetch | ${median(overFetch).toFixed(1)} ms |`);
  console.log(`| over sockets | ${median(overSockets).toFixed(1)} ms |`);
}

async function timeToFirstNext(name: string): Promise<number> {
  const invoker = new Invoker();
  const start = performance.now();
  await using _client = startClient(name, invoker);
  await invoker.invoke(0);
  const durationMs = performance.now() - start;
  invoker.close();
  return durationMs;
}
