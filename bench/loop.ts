// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what the runtime adds to an invocation: `serve()` against a bare
 * loop over `fetch`, in turns. The goal is a ratio of at most 1.10. Over sockets
 * it is measured too, against the same loop.
 *
 * Two processes that run the same program may differ by more than the runtime
 * costs, so that each program is run in many, one at a time.
 *
 * ```sh
 * deno run -A bench/loop.ts
 * ```
 *
 * @module
 */

import { startClient } from "./client.ts";
import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const GOALS = "1.10 and 1.12";
const PROCESSES = 11;
const INVOCATIONS = 3_000;
const WARM_UP_INVOCATIONS = 3_000;

/** What one process took for an invocation. */
interface Cost {
  wallUs: number;
  /** Not a number where the system does not tell. */
  cpuUs: number;
}

async function main(): Promise<void> {
  const bare: Cost[] = [];
  const served: Cost[] = [];
  const overSockets: Cost[] = [];
  for (let round = 0; round < PROCESSES; round++) {
    bare.push(await measure("bare_loop.ts"));
    served.push(await measure("served.ts"));
    overSockets.push(await measure("served_over_sockets.ts"));
  }
  print(bare, served, overSockets);
}

async function measure(name: string): Promise<Cost> {
  const invoker = new Invoker();
  await using client = startClient(name, invoker);
  await invoker.invoke(WARM_UP_INVOCATIONS);
  const before = cpuTimeUs(client.pid);
  const wallUs = await invoker.invoke(INVOCATIONS);
  const cpuUs = (cpuTimeUs(client.pid) - before) / INVOCATIONS;
  return { wallUs, cpuUs };
}

/** The processor time of all threads, which Linux counts in nanoseconds. */
function cpuTimeUs(pid: number): number {
  try {
    let ns = 0;
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const file = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`);
      ns += Number(file.split(" ", 1)[0]);
    }
    return ns / 1000;
  } catch {
    return NaN;
  }
}

function print(bare: Cost[], served: Cost[], overSockets: Cost[]): void {
  console.log(
    `| µs an invocation, ${PROCESSES} processes each | time | processor time |`,
  );
  console.log("| --- | ---: | ---: |");
  const [bareWall, bareCpu] = medians(bare);
  const [servedWall, servedCpu] = medians(served);
  printRow("bare loop", bareWall.toFixed(1), bareCpu.toFixed(1));
  printRow("serve()", servedWall.toFixed(1), servedCpu.toFixed(1));
  printRow(
    `ratio (goal: at most ${GOALS})`,
    (servedWall / bareWall).toFixed(3),
    (servedCpu / bareCpu).toFixed(3),
  );
  const [socketsWall, socketsCpu] = medians(overSockets);
  printRow(
    "serve() over sockets",
    socketsWall.toFixed(1),
    socketsCpu.toFixed(1),
  );
  printRow(
    "ratio to the bare loop",
    (socketsWall / bareWall).toFixed(3),
    (socketsCpu / bareCpu).toFixed(3),
  );
}

function medians(costs: Cost[]): [wallUs: number, cpuUs: number] {
  return [
    median(costs.map(({ wallUs }) => wallUs)),
    median(costs.map(({ cpuUs }) => cpuUs)),
  ];
}

function printRow(...cells: string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

await main();
// The invokers' listeners would keep the process alive.
Deno.exit();
