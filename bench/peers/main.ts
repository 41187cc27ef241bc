// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures this package and the Lambda clients of other languages with one
 * Runtime API server, in turns, and writes a table and a plot.
 *
 * ```sh
 * deno task bench:peers --help
 * ```
 *
 * @module
 */

import { UsageError } from "../../local/cli/usage_error.ts";
import { type Client, SOURCES, type Workshop } from "./clients.ts";
import { helpText, parsePeersFlags, type PeersFlags } from "./flags.ts";
import { LeftOut } from "./left_out.ts";
import { describeMachine } from "./machine.ts";
import { buildServer } from "./native_clients.ts";
import { plotText } from "./plot.ts";
import { Quota } from "./quota.ts";
import { type Result, runRounds, scenariosOf } from "./rounds.ts";
import { type PageFacts, pageText } from "./table.ts";
import { runTool } from "./tool.ts";

const CACHE = `${import.meta.dirname}/.build`;
const INTERRUPTED = 130;

/** The reasons why something is not measured, by its title. */
const leftOut = new Map<string, string>();
const interruption = new AbortController();
const { signal } = interruption;

Deno.exitCode = await main();

async function main(): Promise<number> {
  const names = SOURCES.map(({ name }) => name);
  try {
    const flags = parsePeersFlags(Deno.args, names);
    if (flags.help) console.log(helpText(names));
    else await bench(flags);
    return 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    console.error((error as Error).message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function bench(flags: PeersFlags): Promise<void> {
  const interrupt = () => interruption.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  using stack = new DisposableStack();
  stack.defer(() => Deno.removeSignalListener("SIGINT", interrupt));
  stack.defer(() => Deno.removeSignalListener("SIGTERM", interrupt));
  Deno.mkdirSync(CACHE, { recursive: true });
  const workshop = { cache: CACHE, stack, signal };
  const server = await buildServer(workshop);
  const clients = await makeClients(flags, workshop);
  const quota = makeQuota(flags, stack);
  const scenarios = scenariosOf(flags, quota !== undefined);
  const results = await runRounds(clients, scenarios, {
    rounds: flags.rounds,
    place: { server, core: flags.core, quota, signal },
    onProgress: (text) => console.error(text),
  });
  await publish(flags, results, clients);
}

async function makeClients(
  { clients: wanted }: PeersFlags,
  workshop: Workshop,
): Promise<Map<string, Client>> {
  const clients = new Map<string, Client>();
  for (const { name, title, make } of SOURCES) {
    if (wanted && !wanted.includes(name)) continue;
    console.error(`Making ${title}`);
    try {
      clients.set(name, await make(workshop));
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error;
      leave(title, error.message);
    }
  }
  if (clients.size === 0) throw new Error("Nothing is left to be measured");
  return clients;
}

function makeQuota(
  { memory, quota }: PeersFlags,
  stack: DisposableStack,
): Quota | undefined {
  if (memory || quota === "without") return undefined;
  try {
    return stack.use(new Quota());
  } catch (error) {
    if (quota === "with") throw error;
    leave("the processor quota", (error as Error).message);
  }
}

function leave(title: string, reason: string): void {
  leftOut.set(title, reason);
  console.error(`Left out is ${title}: ${reason}`);
}

/** Prints the page, and writes it with its plot where it was asked to. */
async function publish(
  { core, memory, output, rounds }: PeersFlags,
  results: Result[],
  clients: Map<string, Client>,
): Promise<void> {
  const name = memory ? "peers_memory" : "peers";
  const facts: PageFacts = {
    command: ["deno task bench:peers", ...Deno.args].join(" "),
    core,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    rounds,
    versions: new Map(
      [...clients].map(([name, { version }]) => [name, version]),
    ),
    leftOut,
    plot: output === undefined ? undefined : `${name}.svg`,
  };
  const page = pageText(
    memory ? "Memory of a 128 MB function" : "Lambda clients compared",
    results,
    facts,
  );
  console.log(page);
  if (output === undefined) return;
  Deno.mkdirSync(output, { recursive: true });
  Deno.writeTextFileSync(`${output}/${name}.md`, page);
  const ours = SOURCES.filter(({ isOurs }) => isOurs).map(({ name }) => name);
  Deno.writeTextFileSync(
    `${output}/${name}.svg`,
    plotText(results, new Set(ours)),
  );
  // The committed files have to pass `deno fmt --check`.
  await runTool([Deno.execPath(), "fmt", "--quiet", "--no-config", output]);
}
