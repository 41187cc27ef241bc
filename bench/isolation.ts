// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what `"isolation": "worker"` costs: the time that it adds to an
 * invocation and to the start, and the memory that it takes, against the same
 * handler beside the runtime, in turns; and how much of it the spare worker is.
 *
 * ```sh
 * deno run -A bench/isolation.ts
 * ```
 *
 * Memory is read where Linux tells it, once the spare has started.
 *
 * @module
 */

import { startClient } from "./client.ts";
import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const ROUNDS = 11;
const INVOCATIONS = 3_000;
const WARM_UP_INVOCATIONS = 3_000;
const FORMS = [
  { name: "none", main: "isolated.ts", args: ["none"] },
  { name: "worker", main: "isolated.ts", args: ["worker"] },
  { name: "worker, no spare", main: "isolated_without_spare.ts", args: [] },
];

/** What one process took. */
interface Cost {
  /** From its start to its first request for an invocation. */
  startMs: number;
  /** One invocation, once warm. */
  invocationUs: number;
  /** The memory before the first invocation, in MiB. */
  idleMib: number;
  /** The memory after all of them, in MiB. */
  busyMib: number;
}

async function main(): Promise<void> {
  const costs = FORMS.map((): Cost[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, form] of FORMS.entries()) {
      costs[index].push(await measure(form));
    }
  }
  printRow(
    `medians of ${ROUNDS} processes each`,
    ...FORMS.map(({ name }) => name),
    "worker / none",
  );
  console.log("| --- | ---: | ---: | ---: | ---: |");
  print("start to first request, ms", costs, "startMs");
  print("an invocation, µs", costs, "invocationUs");
  print("memory when idle, MiB", costs, "idleMib");
  print(
    `memory after ${WARM_UP_INVOCATIONS + INVOCATIONS} invocations, MiB`,
    costs,
    "busyMib",
  );
}

async function measure({ main, args }: typeof FORMS[number]): Promise<Cost> {
  const invoker = new Invoker();
  const start = performance.now();
  await using client = startClient(main, invoker, { args });
  await invoker.invoke(0);
  const startMs = performance.now() - start;
  // A spare that is starting takes memory, and time of the invocations.
  await settled(client.pid);
  const idleMib = memoryMib(client.pid);
  await invoker.invoke(WARM_UP_INVOCATIONS);
  const invocationUs = await invoker.invoke(INVOCATIONS);
  return { startMs, invocationUs, idleMib, busyMib: memoryMib(client.pid) };
}

/** Settles when the memory of a process does not change for a while. */
async function settled(pid: number): Promise<void> {
  for (let before = NaN, same = 0; same < 5;) {
    const now = memoryMib(pid);
    if (Number.isNaN(now)) return;
    same = now === before ? same + 1 : 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The resident memory; not a number where the system does not tell. */
function memoryMib(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
  } catch {
    return NaN;
  }
}

function print(what: string, costs: Cost[][], key: keyof Cost): void {
  const values = costs.map((of) => median(of.map((cost) => cost[key])));
  printRow(
    what,
    ...values.map((value) => value.toFixed(1)),
    (values[1] / values[0]).toFixed(2),
  );
}

function printRow(...cells: string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

await main();
// The invokers' listeners would keep the process alive.
Deno.exit();
