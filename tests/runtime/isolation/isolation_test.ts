// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertRejects } from "@std/assert/rejects";
import { NO_ORIGIN } from "../../support/origin.ts";
import { readConfig } from "../../../runtime/config.ts";
import { createReport } from "../../../runtime/failure/report.ts";
import { readFunctionFacts } from "../../../runtime/handler/invocation_context.ts";
import { toFailure } from "../../../runtime/failure/failure.ts";
import { callWithin } from "../../../runtime/isolation/watchdog.ts";
import {
  HandlerWorker,
  type HandlerWorkerOptions,
} from "../../../runtime/isolation/handler_worker.ts";
import { NotBegunError } from "../../../runtime/isolation/worker_runs.ts";
import { LambdaLog } from "../../../runtime/log/log.ts";
import type { ReplyStream } from "../../../runtime/reply/stream.ts";
import { ask } from "../../support/ask.ts";
import { Folder } from "../../support/folder.ts";
import {
  FunctionProcess,
  type FunctionProcessOptions,
} from "../../support/function_process.ts";
import { createRandom } from "../../support/random.ts";
import {
  ByteReader,
  RawRuntimeApi,
  trailersOf,
} from "../../support/raw_runtime_api.ts";
import { type Post, RuntimeApiServer } from "../../support/runtime_api.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const FIXTURES = `${ROOT}tests/fixtures/isolation/`;
/** More worker ends than any test here causes. */
const MANY = { supervisor: { maxRestarts: 1_000 } };

/** Options for {@linkcode start}. */
interface StartOptions {
  /** What the `lambda` key has beside the isolation. */
  config?: Record<string, unknown>;
  /** What init() and shutdown() do, by the number of the worker. */
  faults?: Record<string, string>;
  /** Which program. */
  main?: string;
  /** Arguments for Deno. */
  flags?: string[];
  /** Further environment variables. */
  env?: Record<string, string>;
  /** Where the Runtime API is to be found, when it is not there yet. */
  address?: string;
}

/** Starts a function whose handler runs in a worker. */
function start(
  api: FunctionProcessOptions["api"],
  {
    config = {},
    faults = {},
    main = "serve.ts",
    flags = [],
    env = {},
    address,
  }: StartOptions = {},
): FunctionProcess {
  return new FunctionProcess({
    api,
    address,
    main: FIXTURES + main,
    args: [JSON.stringify(config), JSON.stringify(faults)],
    env,
    permissions: [
      "--allow-net",
      "--allow-env",
      `--allow-read=${ROOT}`,
      ...flags,
    ],
  });
}

/** An invocation that times out within a second or so. */
function soon(id: string, body: string) {
  const deadlineMs = String(Date.now() + 1_000);
  return { id, body, headers: { "lambda-runtime-deadline-ms": deadlineMs } };
}

/** Which worker answers, and in which process. */
async function who(
  api: RuntimeApiServer,
  id: string,
): Promise<{ worker: number; invocations: number; pid: number }> {
  return JSON.parse((await api.invoke({ id, body: "{}" })).text);
}

function errorOf({ path, text }: Post): string {
  assertMatch(path, /\/error$/);
  return JSON.parse(text).errorType;
}

/** Ends a function that serves well, to read what it has logged. */
async function logOf(process: FunctionProcess): Promise<string> {
  process.terminate();
  const { code, log } = await process.ended();
  assertEquals(code, 0, log);
  return log;
}

Deno.test("serve() runs the handler in a worker of the same process, with its state", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api);
  const first = await who(api, "1");
  const { pid } = first;
  assertEquals(first as unknown, {
    worker: 1,
    invocations: 1,
    pid,
    state: { worker: 1 },
  });
  assertEquals((await who(api, "2")).invocations, 2);
});

Deno.test("serve() keeps the handler that load() imports out of the main thread", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  await api.invoke({ id: "1", body: ask("untilStarted", 2) });
  // The module counts its evaluations: the worker's, and the spare's.
  assertEquals((await who(api, "2")).worker, 1);
  assertEquals(
    (await logOf(process)).match(/init of worker \d/g),
    ["init of worker 1", "init of worker 2"],
  );
});

Deno.test("serve() starts a worker whose program awaits something before it serves", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, { main: "late.ts" });
  await api.invoke({ id: "1", body: ask("exit") });
  assertEquals(
    (await api.invoke({ id: "2", body: ask("bytes") })).bytes,
    new Uint8Array([0, 255, 10, 13]),
  );
});

// What each fault is answered with, and whether it costs the worker.
const FAULTS: {
  fault: string;
  value?: unknown;
  errorType: string;
  endsWorker: boolean;
}[] = [
  { fault: "loop", errorType: "Function.Timeout", endsWorker: true },
  { fault: "loopCaught", errorType: "Function.Timeout", endsWorker: true },
  { fault: "loopAfterAwait", errorType: "Function.Timeout", endsWorker: true },
  { fault: "exit", errorType: "Runtime.WorkerExit", endsWorker: true },
  {
    fault: "exitAfterAwait",
    errorType: "Runtime.WorkerExit",
    endsWorker: true,
  },
  { fault: "close", errorType: "Runtime.WorkerExit", endsWorker: true },
  {
    fault: "throwInErrorListener",
    errorType: "Runtime.UncaughtException",
    endsWorker: true,
  },
  {
    fault: "throwInTimer",
    errorType: "Runtime.UncaughtException",
    endsWorker: false,
  },
  {
    fault: "reject",
    value: 5_000,
    errorType: "Runtime.UnhandledPromiseRejection",
    endsWorker: false,
  },
  {
    fault: "tooLarge",
    errorType: "Function.ResponseSizeTooLarge",
    endsWorker: false,
  },
  // What is thrown cannot even be looked at.
  { fault: "throwRevoked", errorType: "Error", endsWorker: false },
];

for (const { fault, value, errorType, endsWorker } of FAULTS) {
  Deno.test(
    `serve() answers ${fault} with ${errorType}, and ${
      endsWorker ? "replaces" : "keeps"
    } the worker`,
    async () => {
      await using api = new RuntimeApiServer();
      await using process = start(api);
      const before = await who(api, "1");
      const failed = await api.invoke(soon("2", ask(fault, value)));
      assertEquals(errorOf(failed), errorType);
      const after = await who(api, "3");
      assertEquals(after.pid, before.pid);
      assertEquals(after.worker !== 1, endsWorker);
      assertEquals(after.invocations, endsWorker ? 1 : 3);
      assertEquals(api.posts.map(({ path }) => path), [
        "invocation/1/response",
        "invocation/2/error",
        "invocation/3/response",
      ]);
      await logOf(process);
    },
  );
}

// With which code the process ends, where the handler runs beside the runtime.
for (
  const [fault, code] of [["exit", 3], ["close", 0], [
    "throwInErrorListener",
    1,
  ]] as const
) {
  Deno.test(`serve() cannot answer ${fault} without isolation: the process ends with ${code}`, async () => {
    await using api = new RuntimeApiServer();
    await using process = start(api, { config: { isolation: "none" } });
    await who(api, "1");
    api.enqueue({ id: "2", body: ask(fault) });
    assertEquals((await process.ended()).code, code);
    assertEquals(api.posts.map(({ path }) => path), [
      "invocation/1/response",
    ]);
  });
}

Deno.test("callWithin() calls a function that has more time than V8 can measure", () => {
  for (const timeoutMs of [2 ** 32, Infinity]) {
    assertEquals(callWithin(() => "called", timeoutMs), "called");
  }
});

Deno.test("serve() gives back the memory of workers that it replaces", async () => {
  const lambda = { handler: "./handler.js", isolation: "worker", ...MANY };
  using folder = new Folder({
    "deno.json": JSON.stringify({ lambda }),
    "main.ts": 'import { serve } from "@toukon/lambda";\nawait serve();\n',
    "handler.js": `export function handleEvent({ exit }) {
  if (exit) Deno.exit();
  return Deno.memoryUsage().rss;
}
// ${"x".repeat(4 * 1024 * 1024)}
`,
  });
  await using api = new RuntimeApiServer();
  await using _process = new FunctionProcess({
    api,
    main: `${folder.path}/main.ts`,
    permissions: ["--allow-all"],
  });
  const rssAfter = async (ends: number) => {
    for (let end = 0; end < ends; end++) {
      await api.invoke({ id: "exit", body: '{"exit":true}' });
    }
    return Number((await api.invoke({ id: "rss", body: "{}" })).text);
  };
  const before = await rssAfter(10);
  const grownBytes = await rssAfter(40) - before;
  // Less than the sources of all the workers.
  assert(grownBytes < 40 * 2 * 1024 * 1024, `${grownBytes} bytes`);
});

Deno.test("serve() says how long a handler has not yielded", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  const { text, headers } = await api.invoke(soon("1", ask("loop")));
  const { errorMessage } = JSON.parse(text);
  assertMatch(
    errorMessage,
    /^Handler has not yielded after \d+ ms, \d+ ms before the deadline: its worker is replaced/,
  );
  assertEquals(
    headers.get("lambda-runtime-function-error-type"),
    "Function.Timeout",
  );
  // A loop that was interrupted is not counted as a crash.
  assert(!(await logOf(process)).includes("Worker has ended"));
});

Deno.test("serve() ends with the heap of a worker, so that Lambda replaces the process", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, {
    flags: ["--v8-flags=--max-old-space-size=64"],
  });
  await who(api, "1");
  api.enqueue({ id: "2", body: ask("exhaust") });
  const { code, log } = await process.ended();
  // A signal, which the process cannot catch.
  assert(code > 128, `code ${code}`);
  assertMatch(log, /out of memory/i);
  assertEquals(api.posts.map(({ path }) => path), ["invocation/1/response"]);
});

Deno.test("serve() has a spare take over without waiting for a start", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  await api.invoke({ id: "1", body: ask("untilStarted", 2) });
  await api.invoke({ id: "2", body: ask("exit") });
  assertEquals((await who(api, "3")).worker, 2);
  assertMatch(
    await logOf(process),
    /init of worker 1\n[^]*init of worker 2\n[^]*Invocation failed: Runtime\.WorkerExit/,
  );
});

Deno.test("serve() starts another spare when one has taken over", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, { config: MANY });
  for (let worker = 1; worker <= 5; worker++) {
    const body = ask("untilStarted", worker + 1);
    await api.invoke({ id: `until ${worker}`, body });
    assertEquals((await who(api, `who ${worker}`)).worker, worker);
    await api.invoke({ id: `exit ${worker}`, body: ask("exit") });
  }
});

Deno.test("serve() keeps the reply of a worker that ends after it, and has another take what it has not begun", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, { config: MANY });
  const ids = Array.from({ length: 40 }, (_, number) => `id-${number}`);
  for (const id of ids) await api.invoke({ id, body: ask("replyAndExit") });
  assertEquals(
    api.posts.map(({ path }) => path),
    ids.map((id) => `invocation/${id}/response`),
  );
  process.terminate();
  const { log } = await process.ended();
  assertEquals(
    log.match(/\t\S+\tINFO\tbegan/g),
    ids.map((id) => `\t${id}\tINFO\tbegan`),
  );
});

Deno.test("serve() answers each invocation exactly once, whatever the faults before it", async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const random = createRandom(seed);
  // What each is answered with. A stream that has begun cannot become an error,
  // but the worker may end before, by what the invocation before has left.
  const kinds: Record<string, RegExp> = {
    bytes: /response/,
    stream: /response|error/,
    streamAndThrow: /response|error/,
    streamAndExit: /response|error/,
    exitWhileOpening: /response|error/,
    replyAndExit: /response/,
    replyAndThrow: /response/,
    exit: /error/,
    exitAfterAwait: /error/,
    throwInTimer: /error/,
    throwInErrorListener: /error/,
  };
  const names = Object.keys(kinds);
  const faults = Array.from(
    { length: 60 },
    () => names[Math.floor(random() * names.length)],
  );
  await using api = new RuntimeApiServer();
  await using process = start(api, { config: MANY });
  const { pid } = await who(api, "first");
  for (const [index, fault] of faults.entries()) {
    await api.invoke({ id: `${index}-${fault}`, body: ask(fault) });
  }
  assertEquals((await who(api, "last")).pid, pid);
  process.terminate();
  await process.ended();
  const answers = api.posts.slice(1, -1).map(({ path }) => path.split("/"));
  assertEquals(
    answers.map(([, id]) => id),
    faults.map((fault, index) => `${index}-${fault}`),
  );
  for (const [index, [, , kind]] of answers.entries()) {
    assertMatch(kind, kinds[faults[index]], faults[index]);
  }
});

Deno.test("serve() ends the process when workers end too often, with each invocation answered", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  for (const id of ["1", "2", "3", "4"]) {
    assertEquals(
      errorOf(await api.invoke({ id, body: ask("exit") })),
      "Runtime.WorkerExit",
    );
  }
  const { code, log } = await process.ended();
  assertEquals(code, 1);
  assertStringIncludes(log, "Worker has ended and is replaced (3 of 3 in 5 s)");
  assertStringIncludes(log, "Process ends: Runtime.WorkerExit");
});

Deno.test("serve() ends the process when no worker lives long enough to begin an invocation", async () => {
  await using api = new RuntimeApiServer();
  const answer = api.invoke({ id: "1", body: "{}" });
  await using process = start(api, { faults: { all: "exitSoon" } });
  assertEquals(errorOf(await answer), "Runtime.WorkerExit");
  assertEquals((await process.ended()).code, 1);
  assertEquals(api.posts.length, 1);
});

Deno.test("serve() ends the process when too many threads stay blocked", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, {
    config: { supervisor: { maxRestarts: 1 } },
  });
  for (const id of ["1", "2"]) {
    const failed = await api.invoke(soon(id, ask("loopAfterAwait")));
    assertEquals(errorOf(failed), "Function.Timeout");
  }
  const { code, log } = await process.ended();
  assertEquals(code, 1);
  assertStringIncludes(log, "Process ends: Function.Timeout");
});

Deno.test("serve() does not count loops that it could interrupt", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, {
    config: { supervisor: { maxRestarts: 1 } },
  });
  for (const id of ["1", "2"]) {
    const failed = await api.invoke(soon(id, ask("loop")));
    assertEquals(errorOf(failed), "Function.Timeout");
  }
  assertEquals((await who(api, "3")).worker, 3);
});

Deno.test("serve() fails what a blocked worker has begun beside, and goes on in the others", async () => {
  await using api = new RuntimeApiServer({ isConcurrent: true });
  const cores = navigator.hardwareConcurrency;
  await using process = start(api, {
    env: { AWS_LAMBDA_MAX_CONCURRENCY: String(2 * cores) },
  });
  // All but one of the places: until there is a spare once more.
  const waiting = Array.from({ length: 2 * cores - 1 }, (_, index) => {
    const body = ask("untilStarted", cores + 2);
    return api.invoke({ id: `waiting-${index}`, body });
  });
  const blocked = await api.invoke(soon("blocked", ask("loop")));
  assertEquals(errorOf(blocked), "Function.Timeout");
  const answers = await Promise.all(waiting);
  const errors = answers.filter(({ path }) => path.endsWith("/error"));
  assertEquals(errors.map(errorOf), ["Runtime.WorkerStopped"]);
  await logOf(process);
});

Deno.test("serve() reports an init() that throws in the worker, with its stack", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = start(api, { faults: { 1: "throw" } });
  const { errorType, errorMessage, stackTrace } = JSON.parse(
    (await reported).text,
  );
  assertEquals([errorType, errorMessage], ["RangeError", "no database"]);
  assertMatch(stackTrace[0], /isolation\/handler\.ts:\d+:\d+/);
  const { code, log } = await process.ended();
  assertEquals(code, 1);
  assert(!log.includes("is replaced"), log);
});

Deno.test("serve() reports an init() that ends the worker", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = start(api, { faults: { 1: "exit" } });
  assertEquals(errorOf(await reported), "Runtime.WorkerExit");
  assertEquals((await process.ended()).code, 1);
  assertEquals(api.posts.length, 1);
});

Deno.test("serve() reports a program that throws in the worker before it serves", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = start(api, { main: "throws.ts" });
  const post = await reported;
  assertEquals(errorOf(post), "Runtime.UncaughtException");
  assertStringIncludes(post.text, "RangeError: no worker");
  assertEquals((await process.ended()).code, 1);
});

Deno.test("serve() keeps the `this` of an instance in a worker", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, { main: "instance.ts" });
  const { text } = await api.invoke({ id: "1", body: '"Deno"' });
  assertEquals(text, '"Hello, Deno"');
});

Deno.test("serve() reports a handler whose module serves too", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = start(api, { main: "twice.ts" });
  const post = await reported;
  assertEquals(errorOf(post), "Runtime.InvalidHandler");
  assertStringIncludes(
    post.text,
    "Cannot serve: expected one call of serve(), found two. Take it out of the module of the handler",
  );
  assertEquals((await process.ended()).code, 1);
});

Deno.test("serve() answers with what keeps the next worker from starting", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, {
    faults: { 2: "throw", 3: "throw", 4: "throw" },
    config: MANY,
  });
  await api.invoke({ id: "0", body: ask("untilCounted", 2) });
  await api.invoke({ id: "1", body: ask("exit") });
  const answers = [];
  for (const id of ["2", "3", "4", "5"]) {
    answers.push(await api.invoke({ id, body: "{}" }));
  }
  // How many fail depends on which start has failed before it was needed.
  for (const answer of answers.filter(({ path }) => path.endsWith("/error"))) {
    assertEquals(errorOf(answer), "RangeError");
  }
  assert(JSON.parse(answers.at(-1)!.text).worker >= 5);
  assertEquals(api.posts.length, 6);
  await logOf(process);
});

Deno.test("serve() answers where the init() of the next worker never yields, and tries another", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, { faults: { 2: "loop" } });
  await api.invoke({ id: "0", body: ask("untilCounted", 2) });
  await api.invoke({ id: "1", body: ask("exit") });
  const failed = await api.invoke(soon("2", "{}"));
  assertEquals(errorOf(failed), "Function.Timeout");
  assertEquals((await who(api, "3")).worker, 3);
  await logOf(process);
});

Deno.test("serve() runs shutdown() in the worker and in the spare", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  await api.invoke({ id: "1", body: ask("untilStarted", 2) });
  const log = await logOf(process);
  assertEquals(log.match(/shutdown of worker \d/g)?.toSorted(), [
    "shutdown of worker 1",
    "shutdown of worker 2",
  ]);
});

Deno.test("serve() ends where shutdown() ends the worker", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api, { faults: { shutdown: "exit" } });
  await who(api, "1");
  process.terminate();
  const { code, log } = await process.ended();
  assertEquals(code, 1);
  assertStringIncludes(log, "Shutdown failed: Runtime.WorkerExit");
});

Deno.test("serve() logs what the handler prints with its request id", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  await api.invoke({ id: "id-1", body: ask("log") });
  await api.invoke({ id: "id-2", body: ask("log") });
  const log = await logOf(process);
  assertEquals(log.match(/\t\S+\tINFO\tinfo of the handler/g), [
    "\tid-1\tINFO\tinfo of the handler",
    "\tid-2\tINFO\tinfo of the handler",
  ]);
  assertMatch(log, /\t-\tINFO\tinit of worker 1\n/);
  assert(!log.includes("hidden"));
});

Deno.test("serve() gives the handler less than the process may do", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, {
    flags: ["--unstable-worker-options"],
    config: {
      permissions: { net: ["127.0.0.1:1"], env: "inherit" },
    },
  });
  const url = `http://${api.address}/2018-06-01/runtime/invocation/next`;
  const { text } = await api.invoke({ id: "1", body: ask("fetch", url) });
  assertEquals(text, `"NotCapable"`);
});

Deno.test("serve() reports permissions that the process does not have", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = start(api, {
    flags: ["--unstable-worker-options"],
    config: { permissions: { run: true } },
  });
  const post = await reported;
  assertEquals(errorOf(post), "Runtime.InvalidConfig");
  assertStringIncludes(post.text, `found {\\"run\\":true}`);
  assertEquals((await process.ended()).code, 1);
});

Deno.test("serve() sends what a worker replies, byte for byte", async () => {
  await using api = new RuntimeApiServer();
  await using process = start(api);
  const bytes = await api.invoke({ id: "1", body: ask("bytes") });
  assertEquals(bytes.bytes, new Uint8Array([0, 255, 10, 13]));
  assertEquals(bytes.headers.get("content-type"), "application/octet-stream");
  const large = await api.invoke({ id: "2", body: ask("large") });
  assertEquals(large.bytes.length, 6 * 1024 * 1024 + 100);
  const stream = await api.invoke({ id: "3", body: ask("stream") });
  assertEquals(stream.text, "aéc");
  await logOf(process);
});

Deno.test("serve() answers HTTP from a worker", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, { main: "http.ts" });
  const event = {
    version: "2.0",
    rawPath: "/orders",
    rawQueryString: "id=1",
    headers: { host: "example.com" },
    requestContext: {
      http: { method: "GET", path: "/orders", sourceIp: "192.0.2.1" },
    },
  };
  const { text } = await api.invoke({ id: "1", body: JSON.stringify(event) });
  const { statusCode, body } = JSON.parse(text);
  assertEquals([statusCode, body], [201, "https://example.com/orders?id=1"]);
});

Deno.test("serve() loads the handler that the configuration names in the worker", async () => {
  await using api = new RuntimeApiServer();
  await using _process = start(api, {
    main: "named.ts",
    env: { _HANDLER: "handler.handleEvent", LAMBDA_TASK_ROOT: FIXTURES },
  });
  assertEquals((await who(api, "1")).worker, 1);
});

/** A stream that fails: what its reader is told, and whether it costs the worker. */
const STREAM_FAULTS = [
  { fault: "streamAndThrow", type: "Function.RangeError", endsWorker: false },
  { fault: "streamAndExit", type: "Runtime.WorkerExit", endsWorker: true },
  { fault: "streamAndLoop", type: "Function.Timeout", endsWorker: true },
  { fault: "exitWhileOpening", type: "Runtime.WorkerExit", endsWorker: true },
];

for (const { fault, type, endsWorker } of STREAM_FAULTS) {
  Deno.test(`serve() ends the reply of ${fault} with ${type}`, async () => {
    await using api = new RawRuntimeApi();
    await using _process = start(api, { main: "streams.ts" });
    // Its deadline is soon: the function has started before it begins.
    await api.invoke({ id: "1", body: "{}" });
    const reply = await api.stream(soon("2", ask(fault)));
    assertEquals(trailersOf(await reply.readAll()).type, type);
    await reply.answer();
    const after = JSON.parse(await api.invoke({ id: "3", body: "{}" }));
    assertEquals(after.worker !== 1, endsWorker);
    assertEquals(api.posts.length, 2);
  });
}

Deno.test("serve() cancels the stream of a worker when the Runtime API hangs up", async () => {
  await using api = new RawRuntimeApi();
  await using process = start(api, { main: "streams.ts" });
  const reply = await api.stream({ id: "1", body: ask("streamWithoutEnd") });
  await reply.readUntil("b");
  reply.hangUp();
  const after = JSON.parse(await api.invoke({ id: "2", body: "{}" }));
  assertEquals(after.worker, 1);
  process.terminate();
  assertStringIncludes((await process.ended()).log, "stream aborted");
});

for (const isolation of ["none", "worker"]) {
  Deno.test(`serve() with isolation ${isolation} replies again when the Runtime API comes back`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const process = start(undefined, {
      address: `127.0.0.1:${port}`,
      config: { isolation },
    });
    await using _process = process;
    // It disappears while it is sent a reply, and nothing listens any more.
    await process.unlessLost(disappearAtReply(listener));
    await using api = new RuntimeApiServer({ port });
    api.serveTo(process);
    const { path, text } = await api.post(/^invocation\/1\//);
    assertEquals(path, "invocation/1/response");
    assertEquals(JSON.parse(text).worker, 1);
    assertEquals((await who(api, "2")).invocations, 2);
    assertEquals(api.posts.length, 2);
    await logOf(process);
  });
}

/** Hands out one invocation, and is gone when its reply comes. */
async function disappearAtReply(listener: Deno.TcpListener): Promise<void> {
  for (;;) {
    const reader = new ByteReader(await listener.accept());
    try {
      const head = await reader.readUntil("\r\n\r\n");
      if (!head.includes("/invocation/next")) continue;
      await reader.write(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" +
          "Lambda-Runtime-Aws-Request-Id: 1\r\n" +
          `Lambda-Runtime-Deadline-Ms: ${Date.now() + 60_000}\r\n\r\n{}`,
      );
      await reader.readUntil("\r\n\r\n");
      listener.close();
      return;
    } finally {
      reader.close();
    }
  }
}

/** A worker under this thread, which sees what it logs. */
class TestWorker extends HandlerWorker implements AsyncDisposable {
  static async start(
    { openReply, onLog = () => {}, isConcurrent = false }: {
      openReply?: HandlerWorkerOptions["openReply"];
      onLog?: (line: string) => void;
      isConcurrent?: boolean;
    } = {},
  ): Promise<TestWorker> {
    const stream = {
      writeSync(bytes: Uint8Array) {
        onLog(new TextDecoder().decode(bytes));
        return bytes.length;
      },
    };
    const log = new LambdaLog({ stream, origin: () => NO_ORIGIN });
    return new TestWorker({
      openReply: openReply ??
        (() => Promise.reject(new Error("nothing is streamed"))),
      report: createReport(log),
      main: `file://${FIXTURES}streams.ts`,
      start: {
        file: await readConfig(undefined, { isolation: "worker" }),
        facts: readFunctionFacts(),
        isConcurrent,
        isLocal: false,
        logFormat: "line",
        logsToMain: true,
        beganAtMs: undefined,
        sendsLetters: false,
        isRestored: false,
      },
      stream,
    });
  }

  ask(requestId: string, body: string, remainingMs = 60_000) {
    const deadlineMs = String(Date.now() + remainingMs);
    const headers = new Map([["lambda-runtime-deadline-ms", deadlineMs]]);
    return { requestId, headers, body };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop(new Error("The test is over"));
    await this.gone;
    // The environment is that of the processes that other tests start.
    for (const name of ["WORKERS", "STARTED"]) Deno.env.delete(name);
  }
}

Deno.test("HandlerWorker fails a reply that is being opened when it ends, once it is open", async () => {
  const opened = Promise.withResolvers<ReplyStream>();
  await using worker = await TestWorker.start({
    openReply: () => opened.promise,
  });
  const settled = worker.invoke(worker.ask("1", ask("exitWhileOpening")));
  await worker.ended;
  const ends: unknown[] = [];
  opened.resolve({
    stopped: new Promise(() => {}),
    write: () => Promise.resolve(),
    end: (failure) => {
      ends.push(failure?.type);
      return Promise.resolve();
    },
  });
  assertEquals(await settled, undefined);
  assertEquals(ends, ["Runtime.WorkerExit"]);
});

Deno.test("HandlerWorker fails the invocation when a reply cannot be opened and it has ended", async () => {
  const opened = Promise.withResolvers<ReplyStream>();
  await using worker = await TestWorker.start({
    openReply: () => opened.promise,
  });
  const settled = worker.invoke(worker.ask("1", ask("exitWhileOpening")));
  await worker.ended;
  opened.reject(new Error("refused"));
  const error = await assertRejects(() => settled);
  assertEquals(toFailure(error).type, "Runtime.WorkerExit");
});

Deno.test("HandlerWorker tells which invocations an end has cost: the cause, the begun, the others", async () => {
  const began = Promise.withResolvers<void>();
  await using worker = await TestWorker.start({
    isConcurrent: true,
    onLog: (line) => line.includes("began") && began.resolve(),
  });
  const begun = worker.invoke(worker.ask("1", ask("untilStarted", 99)));
  const cause = worker.ask("2", ask("loop"), 2_000);
  const blocked = worker.invoke(cause);
  const waiting = worker.invoke(worker.ask("3", "{}"));
  await began.promise;
  assert(worker.isRunning(cause));
  worker.stop(new RangeError("blocked"), cause);
  assertEquals(
    (await Promise.allSettled([begun, blocked, waiting])).map((it) =>
      it.status === "rejected" && it.reason.name
    ),
    ["Runtime.WorkerStopped", "RangeError", "NotBegunError"],
  );
  assert(!worker.isRunning(cause));
});

Deno.test("HandlerWorker takes nothing more once it has ended", async () => {
  await using worker = await TestWorker.start();
  await worker.started;
  const called = worker.call("shutdown");
  worker.stop(new RangeError("ended"));
  await assertRejects(() => called, RangeError);
  await assertRejects(
    () => worker.invoke(worker.ask("1", "{}")),
    NotBegunError,
  );
  await worker.call("shutdown");
});

for (const fault of ["replyAndExit", "replyAndThrow"]) {
  Deno.test(`HandlerWorker hears what was said before ${fault}, even where it was busy meanwhile`, async () => {
    await using worker = await TestWorker.start({
      onLog: (line) => {
        if (!line.includes("began")) return;
        // This thread is told of the lines, the reply and the end at once.
        const sleeping = new Int32Array(new SharedArrayBuffer(4));
        Atomics.wait(sleeping, 0, 0, 300);
      },
    });
    const reply = await worker.invoke(worker.ask("1", ask(fault, 1_000)));
    assertEquals(reply?.body, `"replied"`);
    await worker.ended;
  });
}
