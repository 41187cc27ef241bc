// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what little memory costs: the bundle of a function of 128 MB against
 * the same of 512 MB, in turns, with events of 1 MiB over each transport. The
 * goal is a ratio of at most 1.3.
 *
 * ```sh
 * deno run -A bench/memory.ts
 * ```
 *
 * @module
 */

import { BuildProject } from "../tests/support/build_project.ts";
import { Invoker } from "./invoker.ts";
import { median } from "./median.ts";

const GOAL = 1.3;
const ROUNDS = 7;
const INVOCATIONS = 300;
const WARM_UP_INVOCATIONS = 100;
const SIZES_MB = [128, 512];
const HANDLER = `export function handleEvent(event: { name: string }) {
  return { message: \`Hello, \${event.name}\` };
}
`;
const EVENTS = {
  "one string": JSON.stringify({ name: "bench", text: "x".repeat(2 ** 20) }),
  "20,000 objects": JSON.stringify({
    name: "bench",
    items: Array.from(
      { length: 20_000 },
      (_, id) => ({ id, sku: `A-${id}`, price: id * 1.5, inStock: true }),
    ),
  }),
};

/** What one process took. */
interface Cost {
  invocationUs: number;
  /** The memory after all of them, in MiB. */
  residentMib: number;
}

console.log(
  `| medians of ${ROUNDS} processes each | ${
    SIZES_MB.map((mb) => `${mb} MB, µs`).join(" | ")
  } | ratio (goal: at most ${GOAL}) | ${
    SIZES_MB.map((mb) => `${mb} MB, resident MiB`).join(" | ")
  } |`,
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const transport of ["fetch", "socket"]) {
  using project = new BuildProject({
    handler: HANDLER,
    config: { lambda: { handler: "./handler.ts", transport } },
  });
  const { code, stderr } = await project.build(["--bundle"]);
  if (code !== 0) throw new Error(stderr);
  for (const [name, event] of Object.entries(EVENTS)) {
    await compare(`${transport}, ${name}`, project.directory, event);
  }
}
// The invokers' listeners would keep the process alive.
Deno.exit();

async function compare(
  name: string,
  directory: string,
  event: string,
): Promise<void> {
  const costs = SIZES_MB.map((): Cost[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, memoryMb] of SIZES_MB.entries()) {
      costs[index].push(await measure(directory, event, memoryMb));
    }
  }
  const times = costs.map((list) => median(list.map((it) => it.invocationUs)));
  const sizes = costs.map((list) => median(list.map((it) => it.residentMib)));
  const cells = [
    name,
    ...times.map((us) => us.toFixed(0)),
    (times[0] / times[1]).toFixed(2),
    ...sizes.map((mib) => mib.toFixed(0)),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

async function measure(
  directory: string,
  event: string,
  memoryMb: number,
): Promise<Cost> {
  const invoker = new Invoker(event);
  const child = new Deno.Command(`${directory}/dist/bootstrap`, {
    env: {
      AWS_LAMBDA_RUNTIME_API: invoker.address,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const ended = child.status.then(({ code }) =>
    invoker.lose(new Error(`The function has ended with code ${code}`))
  );
  try {
    await invoker.invoke(WARM_UP_INVOCATIONS);
    const invocationUs = await invoker.invoke(INVOCATIONS);
    return { invocationUs, residentMib: residentMib(child.pid) };
  } finally {
    child.kill("SIGKILL");
    await ended;
    invoker.close();
  }
}

/** Not a number where the system does not tell. */
function residentMib(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  } catch {
    return NaN;
  }
}
