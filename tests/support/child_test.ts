// Copyright 2026 the Toukon Lambda authors. MIT license.

// What waits for a process fails as soon as that ends. Without it, a test that
// waits for a function which cannot start would wait for ever.

import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { startClient } from "../../bench/client.ts";
import { Invoker } from "../../bench/invoker.ts";
import { Child } from "./child.ts";
import { ConcurrentFunction } from "./concurrent_function.ts";
import { Folder } from "./folder.ts";
import { FunctionProcess } from "./function_process.ts";
import { clientRequest, HttpFunction } from "./http_function.ts";
import { LogReader } from "./log_reader.ts";
import { RawRuntimeApi } from "./raw_runtime_api.ts";
import { runProgram } from "./run_program.ts";
import { RuntimeApiServer } from "./runtime_api.ts";
import { SqsServer } from "./sqs_server.ts";

const EXITS = new URL("../fixtures/exits.ts", import.meta.url).pathname;
const STARTS_AND_EXITS = `
console.log("starting");
console.error("no database");
Deno.exit(7);
`;

/** Fails unless what is waited for fails with how the process has ended. */
async function assertLost(wait: () => Promise<unknown>): Promise<void> {
  const { message } = await assertRejects(wait, Error, "ended with code 7");
  assertStringIncludes(message, "starting\n");
  assertStringIncludes(message, "no database\n");
}

Deno.test("RuntimeApiServer fails what waits for a function that has ended", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = new FunctionProcess({ api, main: EXITS });
  await assertLost(() => api.invoke({ id: "1", body: "{}" }));
  await assertLost(() => reported);
  await assertLost(() => process.unlessLost(new Promise(() => {})));
});

Deno.test("RuntimeApiServer takes the answer of a function that ends with it", async () => {
  await using api = new RuntimeApiServer({
    onPost: () => new Response(null, { status: 500 }),
  });
  await using process = new FunctionProcess({ api });
  await api.invoke({ id: "1", body: "{}" });
  await assertRejects(() => process.lost, Error, "ended with code 1");
});

Deno.test("RuntimeApiServer refuses that a test waits for a function that it does not watch", async () => {
  const api = new RuntimeApiServer();
  await using _process = new FunctionProcess({ address: api.address });
  await api.invoke({ id: "1", body: "{}" });
  await assertRejects(
    () => api[Symbol.asyncDispose](),
    Error,
    "give the API to FunctionProcess",
  );
});

Deno.test("RawRuntimeApi fails what waits for a function that has ended", async () => {
  await using api = new RawRuntimeApi();
  await using _process = new FunctionProcess({ api, main: EXITS });
  await assertLost(() => api.invoke({ id: "1", body: "{}" }));
  await assertLost(() => api.stream({ id: "2", body: "{}" }));
});

Deno.test("RawReply fails what waits for a function that has ended", async () => {
  await using api = new RawRuntimeApi();
  await using _process = new FunctionProcess({
    api,
    main: new URL("../fixtures/streams.ts", import.meta.url).pathname,
  });
  const reply = await api.stream({ id: "1", body: '{"case":"exit"}' });
  await assertLost(() => reply.readUntil("never"));
  await assertLost(() => reply.readChunk());
  await assertLost(() => reply.readAll());
});

Deno.test("ConcurrentFunction fails what waits for a function that has ended", async () => {
  await using fn = new ConcurrentFunction({ main: "../exits.ts" });
  await assertLost(() => fn.invoke("state"));
  await assertLost(() => fn.gate.arrived(1));
  await assertLost(() => fn.invokeTogether(2, "wait"));
  await assertLost(() => fn.terminate());
});

Deno.test("HttpFunction fails what waits for a function that has ended", async () => {
  await using lambda = new HttpFunction({ handler: EXITS });
  await assertLost(() => lambda.request(clientRequest("GET", "/")));
});

Deno.test("LogReader fails what waits for a function that has ended", async () => {
  await using reader = await LogReader.start();
  await using fn = new ConcurrentFunction({ main: "../exits.ts" });
  reader.serveTo(fn.process);
  await assertLost(() => reader.more(1_000));
});

Deno.test("LogReader fails what waits for a reader that has ended", async () => {
  await using reader = await LogReader.start();
  await reader.hangUp();
  await assertRejects(() => reader.more(1_000), Error, "ended with code 137");
});

Deno.test("runProgram() fails for a program that fails", async () => {
  await assertLost(() => runProgram(STARTS_AND_EXITS));
});

Deno.test("until() gives what is found in the output, and fails when that ends", async () => {
  await using child = new Child(Deno.execPath(), {
    args: ["eval", "--no-config", STARTS_AND_EXITS],
  });
  await child.until(({ stdout }) => /start/.exec(stdout));
  await assertLost(() => child.until(({ stderr }) => /Listening/.exec(stderr)));
  // It ended with it, but it was there.
  await child.until(({ stderr }) => /no database/.exec(stderr));
});

Deno.test("the program in the sandbox fails with the function that has ended", async () => {
  using folder = new Folder({
    bootstrap: "#!/bin/sh\necho starting\necho no database >&2\nexit 7\n",
  });
  const bootstrap = `${folder.path}/bootstrap`;
  Deno.chmodSync(bootstrap, 0o755);
  const program = import.meta.resolve("./sandboxed_function.ts");
  await using child = new Child(Deno.execPath(), {
    args: ["run", "-A", "--no-config", program, bootstrap, "0", "1", "", ""],
  });
  const { stderr } = await child.ended();
  await assertLost(() => Promise.reject(new Error(stderr)));
});

Deno.test("SqsServer fails what asks it when it has ended", async () => {
  const sqs = await SqsServer.start();
  await sqs.stop();
  await assertRejects(() => sqs.createQueue("q"), Error, "ended with code 0");
  await assertRejects(
    () => sqs.createTopic("t", "q"),
    Error,
    "ended with code 0",
  );
});

Deno.test("Invoker fails what waits for a client that has ended", async () => {
  const invoker = new Invoker();
  try {
    await using _client = startClient("../tests/fixtures/exits.ts", invoker);
    for (let attempt = 0; attempt < 2; attempt++) {
      await assertRejects(() => invoker.invoke(1), Error, "ended with code 7");
    }
  } finally {
    invoker.close();
  }
});
