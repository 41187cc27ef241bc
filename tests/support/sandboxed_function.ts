// Copyright 2026 the Toukon Lambda authors. MIT license.

// A program: serves a Runtime API to the bootstrap that is named, has it answer
// invocations, and prints what was seen, as JSON. Run in a sandbox, the two see
// nothing but each other.

import { Child } from "./child.ts";
import { RuntimeApiServer } from "./runtime_api.ts";

/** What the program prints. */
export interface Seen {
  /** The user that all ran as. */
  uid: number | null;
  /** The folders that could be written to, of those that were asked about. */
  writable: string[];
  /** The names of the network interfaces. */
  interfaces: string[];
  /** How many invocations were answered as expected. */
  answered: number;
  /** The first answer that was not as expected. */
  unexpected?: string;
  /** What was posted for an event of each kind. */
  posts: Record<string, { path: string; text: string }>;
  /** The heap of the function, in bytes. */
  heapBytes: number;
  /** What the function wrote to stdout and stderr. */
  log: string;
  /** What Deno says of V8's code cache for main.js when it starts again. */
  codeCache: string[];
  /** Other modules that it compiles then, which V8's code cache lacks. */
  notCached: string[];
}

const [bootstrap, port, count, kinds, folders] = Deno.args;
if (import.meta.main) console.log(JSON.stringify(await run()));

async function run(): Promise<Seen> {
  await using api = new RuntimeApiServer({ port: Number(port) });
  await using child = start(api);
  const seen: Seen = {
    uid: Deno.uid(),
    writable: folders.split(",").filter(isWritable),
    interfaces: [
      ...new Set(Deno.networkInterfaces().map(({ name }) => name)),
    ],
    answered: 0,
    posts: {},
    heapBytes: 0,
    log: "",
    codeCache: [],
    notCached: [],
  };
  for (let index = 0; index < Number(count); index++) {
    const id = `id-${index}`;
    const { path, text } = await api.invoke({ id, body: `{"index":${index}}` });
    const isExpected = path === `invocation/${id}/response` &&
      text === `{"index":${index}}`;
    if (isExpected) seen.answered++;
    else seen.unexpected ??= `${path}: ${text}`;
  }
  for (const kind of kinds.split(",")) {
    const { path, text } = await api.invoke({
      id: kind,
      body: JSON.stringify({ kind }),
    });
    seen.posts[kind] = { path, text };
  }
  const heap = await api.invoke({ id: "heap", body: `{"kind":"heap"}` });
  seen.heapBytes = Number(heap.text);
  seen.log = await endOf(child);
  await readCodeCache(seen);
  return seen;
}

/** Starts the function. */
function start(api: RuntimeApiServer, env: Record<string, string> = {}): Child {
  const child = new Child(bootstrap, {
    // Not there, as on Lambda.
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: "/home/nobody",
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      GREETING: "hello",
      SECRET: "for nobody",
      ...env,
    },
    clearEnv: true,
  });
  api.serveTo(child);
  return child;
}

/** Ends the function and gives what it wrote. */
async function endOf(child: Child): Promise<string> {
  child.kill();
  const { stdout, stderr } = await child.ended();
  return stdout + stderr;
}

async function readCodeCache(seen: Seen): Promise<void> {
  await using api = new RuntimeApiServer({ port: Number(port) });
  await using child = start(api, { DENO_LOG: "debug" });
  await api.invoke({ id: "started", body: "{}" });
  const lines = (await endOf(child)).matchAll(
    /(V8 code cache hit|Updating V8 code cache) for ES module: ([^,]+)/g,
  );
  for (const [, found, module] of lines) {
    if (module.endsWith("/main.js")) seen.codeCache.push(found);
    else if (found.startsWith("Updating")) seen.notCached.push(module);
  }
}

function isWritable(folder: string): boolean {
  try {
    const path = `${folder}/.written_${crypto.randomUUID()}`;
    Deno.writeTextFileSync(path, "");
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}
