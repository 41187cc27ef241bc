// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FunctionProcess } from "../../support/function_process.ts";
import { type RawReply, RawRuntimeApi } from "../../support/raw_runtime_api.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

const MAIN =
  new URL("../../fixtures/awslambda/streams.ts", import.meta.url).pathname;
const PRELUDE = "application/vnd.awslambda.http-integration-response";
const NULS = "\0".repeat(8);

function ask(name: string, value?: unknown): string {
  return JSON.stringify({ case: name, value });
}

/** What was streamed: its content type, its content, and its trailers. */
interface Streamed {
  contentType: string;
  text: string;
  errorType: string | undefined;
}

/** A function that streams in AWS's way, and its Runtime API. */
class Function implements AsyncDisposable {
  readonly api = new RawRuntimeApi();
  readonly process: FunctionProcess;
  #count = 0;

  constructor(isolation = "none") {
    this.process = new FunctionProcess({
      api: this.api,
      main: MAIN,
      env: { ISOLATION: isolation },
    });
  }

  /** Begins an invocation whose reply the test reads. */
  async open(name: string, value?: unknown): Promise<RawReply> {
    const id = `${++this.#count}`;
    return await this.api.stream({ id, body: ask(name, value) });
  }

  /** Gives what is streamed. */
  async stream(name: string, value?: unknown): Promise<Streamed> {
    return await read(await this.open(name, value));
  }

  /** Gives the error that is posted instead of a stream. */
  async error(name: string, value?: unknown): Promise<Record<string, string>> {
    const id = `${++this.#count}`;
    const body = await this.api.invoke({ id, body: ask(name, value) });
    assertMatch(this.api.posts.at(-1)!.path, /\/error$/);
    return JSON.parse(body);
  }

  /** Gives what the last stream has left behind. */
  async found(): Promise<unknown> {
    return JSON.parse((await this.stream("found")).text);
  }

  /** Gives what was logged, and ends the function. */
  async log(): Promise<string> {
    this.process.terminate();
    return (await this.process.ended()).log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
  }
}

async function read(reply: RawReply): Promise<Streamed> {
  const bytes: number[] = [];
  for (;;) {
    const chunk = await reply.readChunk();
    if (!chunk) break;
    bytes.push(...chunk);
  }
  const trailers = await reply.readUntil("\r\n");
  const errorType = /^Lambda-Runtime-Function-Error-Type: (.*)\r\n$/
    .exec(trailers)?.[1];
  if (errorType) await reply.readUntil("\r\n\r\n");
  await reply.answer();
  return {
    contentType: /^content-type: (.*)\r$/im.exec(reply.head)![1],
    text: new TextDecoder().decode(Uint8Array.from(bytes)),
    errorType,
  };
}

for (const isolation of ["none", "worker"]) {
  const suffix = isolation === "worker" ? " in workers" : "";

  Deno.test(`streamifyResponse() sends what the handler writes${suffix}`, async () => {
    await using lambda = new Function(isolation);
    assertEquals(await lambda.stream("chunks", ["a", { b: 1 }, "", 2, [3]]), {
      contentType: "application/octet-stream",
      text: 'a{"b":1}2[3]',
      errorType: undefined,
    });
    assertEquals((await lambda.stream("chunks", [])).text, "");
    assertEquals((await lambda.stream("encodings")).text, "\ufffd\0\ufffdé");
    assertEquals(
      (await lambda.stream("typed", "text/html")).contentType,
      "text/html",
    );
  });

  Deno.test(`HttpResponseStream.from() has the stream begin with a prelude${suffix}`, async () => {
    await using lambda = new Function(isolation);
    const prelude = {
      statusCode: 201,
      headers: { "content-type": "text/plain" },
      cookies: ["a=1", "b=闘魂"],
    };
    const json = JSON.stringify(prelude);
    assertEquals(await lambda.stream("http", { prelude, body: "hi" }), {
      contentType: PRELUDE,
      text: `${json}${NULS}hi`,
      errorType: undefined,
    });
    assertEquals(
      (await lambda.stream("http", { prelude })).text,
      `${json}${NULS}`,
    );
    // A function URL waits for a first byte.
    const event = { ...JSON.parse(ask("http", { prelude })), version: "2.0" };
    const reply = await lambda.api.stream({
      id: "url",
      body: JSON.stringify(event),
    });
    assertEquals((await read(reply)).text, `${json}${NULS}\n`);
    assertEquals(
      (await lambda.stream("httpTwice")).text,
      `{"statusCode":500}${NULS}`,
    );
  });

  Deno.test(`responseStream works with pipeline(), pipe() and finished()${suffix}`, async () => {
    await using lambda = new Function(isolation);
    const chunks = ["a", "b", "c".repeat(5_000)];
    for (const name of ["pipeline", "webPipeline", "pipe"]) {
      assertEquals((await lambda.stream(name, chunks)).text, chunks.join(""));
    }
    await lambda.stream("pipeline", chunks);
    assertEquals(await lambda.found(), { ended: true });
    assertEquals((await lambda.stream("finish")).text, "ab");
    assertEquals(await lambda.found(), "finished");
  });

  Deno.test(`responseStream fails the invocation before the first byte${suffix}`, async () => {
    await using lambda = new Function(isolation);
    for (const name of ["throwFirst", "throwAfterPrelude", "destroy"]) {
      const { errorType, errorMessage } = await lambda.error(name);
      assertEquals([errorType, errorMessage], ["PaymentError", "declined"]);
    }
    const { errorType } = await lambda.error("destroyWithoutError");
    assertEquals(errorType, "Runtime.InvalidStreamingOperation");
  });

  Deno.test(`responseStream ends with trailers when it fails later${suffix}`, async () => {
    await using lambda = new Function(isolation);
    const expected = {
      throwLater: "ab",
      throwAfterEnd: "a",
      pipelineFails: "a",
      destroyLater: "a",
    };
    for (const [name, text] of Object.entries(expected)) {
      assertEquals(await lambda.stream(name), {
        contentType: "application/octet-stream",
        text,
        errorType: "Function.PaymentError",
      });
    }
    assertEquals(await lambda.stream("typedLate"), {
      contentType: "application/octet-stream",
      text: "a",
      errorType: "Runtime.InvalidStreamingOperation",
    });
  });

  Deno.test(`responseStream tells that nothing reads it any more${suffix}`, async () => {
    await using lambda = new Function(isolation);
    const reply = await lambda.open("untilClosed");
    assertEquals(await reply.readUntil("a\r\n"), "1\r\na\r\n");
    reply.hangUp();
    const found = await lambda.found() as Record<string, unknown>;
    assertEquals(found.isAborted, true);
    assertStringIncludes(String(found.message), "no longer read");
    assertEquals((await lambda.stream("chunks", ["b"])).text, "b");
  });
}

Deno.test("streamifyResponse() waits for what the handler does after the end", async () => {
  await using lambda = new Function();
  assertEquals((await lambda.stream("afterEnd")).text, "a");
  assertEquals(await lambda.found(), "worked on");
});

Deno.test("responseStream.write() is false until what was written has been sent", async () => {
  await using lambda = new Function();
  const chunks = 40;
  const bytes = 100_000;
  const { text } = await lambda.stream("backpressure", { chunks, bytes });
  assertEquals(text.length, chunks * bytes);
  const { refused, longest } = await lambda.found() as Record<string, number>;
  // Each is larger than the highWaterMark that the fixture asks for.
  assertEquals(refused, chunks);
  assert(longest <= bytes, `${longest} bytes were kept`);
});

Deno.test("streamifyResponse() refuses a handler that is not async", async () => {
  await using lambda = new Function();
  const { errorType } = await lambda.stream("notAsync");
  assertEquals(errorType, "Runtime.MalformedStreamingHandler");
});

Deno.test("streamifyResponse() warns of what the handler returns in vain", async () => {
  await using lambda = new Function();
  assertEquals((await lambda.stream("returns")).text, "a");
  assertStringIncludes(
    await lambda.log(),
    "What the handler has returned is not sent",
  );
});

Deno.test("streamifyResponse() tells of a stream that was not ended in time", async () => {
  await using lambda = new Function();
  const reply = await lambda.api.stream({
    id: "1",
    body: ask("notEnded"),
    headers: { "lambda-runtime-deadline-ms": `${Date.now() + 2_500}` },
  });
  const { text, errorType } = await read(reply);
  assertEquals([text, errorType], ["a", "Function.Timeout"]);
  assertStringIncludes(await lambda.log(), "call responseStream.end()");
});

Deno.test("streamifyResponse() streams several invocations at once", async () => {
  await using api = new RuntimeApiServer({ isConcurrent: true });
  await using _process = new FunctionProcess({
    api,
    main: MAIN,
    env: { AWS_LAMBDA_MAX_CONCURRENCY: "8" },
    permissions: ["--allow-all"],
  });
  const ids = Array.from({ length: 8 }, (_, index) => `${index}`);
  const posts = await Promise.all(
    ids.map((id) => api.invoke({ id, body: ask("pipeline", [id, id]) })),
  );
  assertEquals(posts.map(({ text }) => text), ids.map((id) => id + id));
});

Deno.test("streamifyResponse() writes to stdout in a local run", async () => {
  const event = await Deno.makeTempFile();
  try {
    const value = { prelude: { statusCode: 200 }, body: "hi" };
    await Deno.writeTextFile(event, ask("http", value));
    await using process = new FunctionProcess({
      main: MAIN,
      args: ["--event", event],
      permissions: ["--allow-all"],
    });
    const { code, log } = await process.ended();
    assertEquals([code, log], [0, '{"statusCode":200}\nhi']);
  } finally {
    await Deno.remove(event);
  }
});
