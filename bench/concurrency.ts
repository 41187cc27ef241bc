// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures how many invocations a second one environment answers, when it is
 * handed 1, 8 or 64 at once, with and without `"isolation": "worker"`.
 *
 * ```sh
 * deno run -A bench/concurrency.ts
 * ```
 *
 * What hands them out runs on the same machine, and takes its part of the
 * processors.
 *
 * @module
 */

import { startClient } from "./client.ts";
import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const ROUNDS = 5;
const CONCURRENCIES = [1, 8, 64];
const ISOLATIONS = ["none", "worker"];

/** A handler, and how often it is invoked for each that runs at once. */
const HANDLERS = [
  { name: "light", atLeast: 3_000, each: 0 },
  { name: "sleeping", atLeast: 50, each: 30 },
  { name: "heavy", atLeast: 128, each: 0 },
];

interface Row {
  handler: typeof HANDLERS[number];
  isolation: string;
  /** Invocations a second in each round, for each concurrency. */
  rates: number[][];
}

async function main(): Promise<void> {
  const rows: Row[] = HANDLERS.flatMap((handler) =>
    ISOLATIONS.map((isolation) => ({
      handler,
      isolation,
      rates: CONCURRENCIES.map(() => []),
    }))
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const row of rows) {
      for (const [index, concurrency] of CONCURRENCIES.entries()) {
        row.rates[index].push(await measure(row, concurrency));
      }
    }
  }
  print(rows);
}

/** Gives invocations a second. */
async function measure(
  { handler, isolation }: Row,
  concurrency: number,
): Promise<number> {
  const invoker = new Invoker();
  await using _client = startClient("concurrency/served.ts", invoker, {
    env: {
      AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency),
      HANDLER: handler.name,
      ISOLATION: isolation,
    },
  });
  const { atLeast, each } = handler;
  const count = Math.max(atLeast, each * concurrency);
  await invoker.invoke(count / 2, concurrency);
  return 1_000_000 / await invoker.invoke(count, concurrency);
}

function print(rows: Row[]): void {
  console.log(
    `Invocations a second, median of ${ROUNDS} processes each, ${navigator.hardwareConcurrency} cores\n`,
  );
  console.log(`| handler | isolation | ${CONCURRENCIES.join(" | ")} |`);
  console.log(`| --- | --- |${" ---: |".repeat(CONCURRENCIES.length)}`);
  for (const { handler, isolation, rates } of rows) {
    const cells = rates.map((rate) => Math.round(median(rate)));
    console.log(`| ${handler.name} | ${isolation} | ${cells.join(" | ")} |`);
  }
}

await main();
// The invokers' listeners would keep the process alive.
Deno.exit();
