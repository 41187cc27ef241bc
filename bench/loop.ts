// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what the runtime adds to an invocation: `serve()` against a bare
 * loop over `fetch`, in turns. The goal is a ratio of at most 1.10.
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
const LIMIT_MS = 55_000;
const ROUNDS = 60;
const INVOCATIONS = 200;
const WARM_UP_INVOCATIONS = 5_000;

const bare = new Invoker();
const served = new Invoker();
const clients = [
  startClient("bare_loop.ts", bare),
  startClient("served.ts", served),
];
try {
  await Promise.race([measure(), lateness(), ...clients.map(death)]);
} finally {
  for (const client of clients) stop(client);
  await Promise.all(clients.map((client) => client.status));
}
// The listeners and the limit's timer would keep the process alive.
Deno.exit();

function startClient(name: string, { address }: Invoker): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve(`./${name}`)],
    env: { AWS_LAMBDA_RUNTIME_API: address, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

function stop(client: Deno.ChildProcess): void {
  try {
    client.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

async function death({ status }: Deno.ChildProcess): Promise<never> {
  const { code } = await status;
  throw new Error(`Client ended by itself, with ${code}`);
}

function lateness(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(
      () => reject(new Error(`No result after ${LIMIT_MS} ms`)),
      LIMIT_MS,
    )
  );
}

async function measure(): Promise<void> {
  await bare.invoke(WARM_UP_INVOCATIONS);
  await served.invoke(WARM_UP_INVOCATIONS);
  const bareUs: number[] = [];
  const servedUs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bareUs.push(await bare.invoke(INVOCATIONS));
    servedUs.push(await served.invoke(INVOCATIONS));
  }
  print(median(bareUs), median(servedUs));
}

function print(bareUs: number, servedUs: number): void {
  const ratio = servedUs / bareUs;
  console.log(`| ${ROUNDS} × ${INVOCATIONS} invocations | median |`);
  console.log("| --- | ---: |");
  console.log(`| bare loop | ${bareUs.toFixed(1)} µs |`);
  console.log(`| serve() | ${servedUs.toFixed(1)} µs |`);
  console.log(
    `| ratio (goal: at most ${GOAL.toFixed(2)}) | ${ratio.toFixed(3)} |`,
  );
}
