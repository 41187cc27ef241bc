// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what the runtime adds to an invocation: `serve()` against a bare
 * loop over `fetch`, in turns. The goal is a ratio of at most 1.10.
 *
 * One process is up to a quarter faster than the next that runs the same
 * program, so that each is measured in several.
 *
 * ```sh
 * deno run -A bench/loop.ts
 * ```
 *
 * @module
 */

import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const GOAL = 1.10;
const PAIRS = 9;
const ROUNDS = 15;
const INVOCATIONS = 100;
const WARM_UP_INVOCATIONS = 2_500;

/** What one process took for an invocation. */
interface Cost {
  wallUs: number;
  /** Not a number where the system does not tell. */
  cpuUs: number;
}

async function main(): Promise<void> {
  const bare: Cost[] = [];
  const served: Cost[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [first, second] = await measurePair("bare_loop.ts", "served.ts");
    bare.push(first);
    served.push(second);
  }
  print(bare, served);
}

async function measurePair(...names: string[]): Promise<Cost[]> {
  const clients = names.map((name) => new Client(name));
  try {
    for (const client of clients) {
      await client.invoker.invoke(WARM_UP_INVOCATIONS);
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const client of clients) await client.measure();
    }
    return clients.map((client) => client.cost());
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
  }
}

class Client {
  readonly invoker = new Invoker();
  readonly #process: Deno.ChildProcess;
  readonly #wallUs: number[] = [];
  readonly #cpuUs: number[] = [];

  constructor(name: string) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.resolve(`./${name}`)],
      env: {
        AWS_LAMBDA_RUNTIME_API: this.invoker.address,
        DENO_NO_UPDATE_CHECK: "1",
      },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  }

  async measure(): Promise<void> {
    const before = cpuTimeUs(this.#process.pid);
    this.#wallUs.push(await this.invoker.invoke(INVOCATIONS));
    const after = cpuTimeUs(this.#process.pid);
    this.#cpuUs.push((after - before) / INVOCATIONS);
  }

  cost(): Cost {
    return { wallUs: median(this.#wallUs), cpuUs: median(this.#cpuUs) };
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
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

function print(bare: Cost[], served: Cost[]): void {
  console.log(
    `| ${PAIRS} pairs of processes, ${ROUNDS} × ${INVOCATIONS} invocations each | time | processor time |`,
  );
  console.log("| --- | ---: | ---: |");
  const [bareWall, bareCpu] = medians(bare);
  const [servedWall, servedCpu] = medians(served);
  printRow("bare loop", bareWall.toFixed(1), bareCpu.toFixed(1));
  printRow("serve()", servedWall.toFixed(1), servedCpu.toFixed(1));
  printRow(
    `ratio (goal: at most ${GOAL.toFixed(2)})`,
    (servedWall / bareWall).toFixed(3),
    (servedCpu / bareCpu).toFixed(3),
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
