// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { ask } from "../../support/ask.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { RawRuntimeApi, trailersOf } from "../../support/raw_runtime_api.ts";
import { type Post, RuntimeApiServer } from "../../support/runtime_api.ts";
import { testOverEach, type TransportName } from "../../support/transports.ts";

const MAIN = new URL("../../fixtures/streams.ts", import.meta.url).pathname;
const MIB = 1024 * 1024;

/** Runs one stream and gives what reached the Runtime API. */
async function streamOnce(
  transport: TransportName,
  body: string,
): Promise<Post> {
  await using api = new RuntimeApiServer();
  await using _process = new FunctionProcess({
    api,
    transport,
    main: MAIN,
  });
  const post = await api.invoke({ id: "1", body });
  // The loop goes on only when the answer has been taken.
  assertEquals(
    (await api.invoke({ id: "2", body: ask("found") })).text,
    "null",
  );
  return post;
}

/** A function that streams, and its Runtime API. */
class Function implements AsyncDisposable {
  readonly api = new RawRuntimeApi();
  readonly process: FunctionProcess;

  constructor(transport: TransportName) {
    this.process = new FunctionProcess({
      api: this.api,
      transport,
      main: MAIN,
    });
  }

  /** Gives what the last stream has left behind. */
  async found(): Promise<unknown> {
    return JSON.parse(await this.api.invoke({ id: "x", body: ask("found") }));
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

testOverEach(
  "serve() streams a generator in the exact bytes of chunked HTTP",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({
      id: "id/1",
      body: ask("chunks", ["a", "", { b: 1 }, null, [2], "x".repeat(20)]),
      headers: { "lambda-runtime-invocation-id": "attempt ü" },
    });
    assertMatch(
      reply.head,
      /^POST \/2018-06-01\/runtime\/invocation\/id%2F1\/response HTTP\/1\.1\r\n/,
    );
    const [, ...lines] = reply.head.trimEnd().split("\r\n");
    assertEquals(lines.toSorted().filter((it) => !it.startsWith("User-")), [
      "Connection: close",
      "Content-Type: text/plain; charset=utf-8",
      `Host: ${lambda.api.address}`,
      "Lambda-Runtime-Function-Response-Mode: streaming",
      "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      "Transfer-Encoding: chunked",
      "lambda-runtime-invocation-id: attempt ü",
    ]);
    assertEquals(
      await reply.readAll(),
      `1\r\na\r\n8\r\n{"b":1}\n\r\n5\r\nnull\n\r\n4\r\n[2]\n\r\n14\r\n${
        "x".repeat(20)
      }\r\n0\r\n\r\n`,
    );
    await reply.answer();
    assertEquals(await lambda.found(), null);
  },
);

testOverEach(
  "serve() streams bytes as they are and text as UTF-8",
  async (transport) => {
    const { bytes, headers } = await streamOnce(transport, ask("bytes"));
    assertEquals(bytes, new Uint8Array([0, 255, 13, 10, 0xc3, 0xa9]));
    assertEquals(headers.get("content-type"), "application/octet-stream");
    assertEquals(
      headers.get("lambda-runtime-function-response-mode"),
      "streaming",
    );
  },
);

testOverEach(
  "serve() streams a ReadableStream, and a promise of one",
  async (transport) => {
    assertEquals((await streamOnce(transport, ask("readable"))).text, "ab");
    assertEquals((await streamOnce(transport, ask("promised"))).text, "ab");
  },
);

testOverEach(
  "serve() takes the content type of the stream, else of its first chunk",
  async (transport) => {
    const types = [];
    for (
      const body of [
        ask("chunks", [{ a: 1 }, "text"]),
        ask("chunks", ["text", { a: 1 }]),
        ask("chunks", []),
        ask("typed", "text/event-stream"),
      ]
    ) {
      types.push(
        (await streamOnce(transport, body)).headers.get("content-type"),
      );
    }
    assertEquals(types, [
      "application/x-ndjson",
      "text/plain; charset=utf-8",
      "application/octet-stream",
      "text/event-stream",
    ]);
  },
);

testOverEach(
  "serve() lets no content type bring headers of its own",
  async (transport) => {
    for (const type of ["a\r\nx: y", "a\u010d\u010ax: y"]) {
      const post = await streamOnce(transport, ask("typed", type));
      assertMatch(post.path, /\/error$/);
      assertStringIncludes(post.text, 'the header \\"Content-Type\\"');
    }
  },
);

testOverEach(
  "serve() reports what fails before the first chunk as any error",
  async (transport) => {
    const thrown = await streamOnce(transport, ask("throwFirst"));
    assertMatch(thrown.path, /\/error$/);
    assertEquals(JSON.parse(thrown.text).errorMessage, "declined");
    const bigint = await streamOnce(transport, ask("bigintFirst"));
    assertMatch(bigint.path, /\/error$/);
    assertEquals(JSON.parse(bigint.text).errorType, "Runtime.MarshalError");
  },
);

testOverEach(
  "serve() reports what fails in mid-stream in trailers",
  async (transport) => {
    await using lambda = new Function(transport);
    for (const name of ["throwLater", "erroring"]) {
      const reply = await lambda.api.stream({ id: "1", body: ask(name) });
      const bytes = await reply.readAll();
      assert(bytes.startsWith("5\r\nfirst\r\n0\r\n"));
      const { type, document } = trailersOf(bytes);
      assertEquals(type, "Function.PaymentError");
      assertEquals(document.errorType, "PaymentError");
      assertEquals(document.errorMessage, "declined");
      assertMatch(document.stackTrace[0], /^at .*streams\.ts:\d+:\d+/);
      await reply.answer();
    }
    // The last throws what cannot even be looked at.
    const types = {
      bigintLater: "Runtime.MarshalError",
      throwRevoked: "Function.Error",
    };
    for (const [name, expected] of Object.entries(types)) {
      const reply = await lambda.api.stream({ id: "2", body: ask(name) });
      const { type } = trailersOf(await reply.readAll());
      assertEquals(type, expected);
      await reply.answer();
    }
    assertEquals(await lambda.found(), null);
    assertStringIncludes(
      await lambda.log(),
      "Streamed reply failed: PaymentError: declined",
    );
  },
);

testOverEach(
  "serve() keeps trailers within the 4 KiB that Lambda reads",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({
      id: "1",
      body: ask("throwLater", "🔥\0".repeat(10_000)),
    });
    const bytes = await reply.readAll();
    const { document } = trailersOf(bytes);
    assert(bytes.slice(bytes.indexOf("\r\n0\r\n") + 5).length < 4_096);
    assert(document.errorMessage.startsWith("🔥\0🔥\0"));
    await reply.answer();
    assertEquals(await lambda.found(), null);
  },
);

testOverEach(
  "serve() sends a chunk before the next one is produced",
  async (transport) => {
    const gate = Promise.withResolvers<void>();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async () => {
        await gate.promise;
        return new Response();
      },
    );
    await using lambda = new Function(transport);
    const url = `http://127.0.0.1:${server.addr.port}`;
    const reply = await lambda.api.stream({ id: "1", body: ask("gated", url) });
    assertEquals(await reply.readUntil("first\r\n"), "5\r\nfirst\r\n");
    gate.resolve();
    assertEquals(await reply.readAll(), "6\r\nsecond\r\n0\r\n\r\n");
    await reply.answer();
    assertEquals(await lambda.found(), null);
  },
);

testOverEach("serve() streams 200 MiB in little memory", async (transport) => {
  await using lambda = new Function(transport);
  const count = 200;
  const reply = await lambda.api.stream({
    id: "1",
    body: ask("large", count),
  });
  let received = 0;
  for (;;) {
    const chunk = await reply.readChunk();
    if (!chunk) break;
    const expected = Math.floor(received / MIB);
    assertEquals([chunk[0], chunk.at(-1)], [expected, expected]);
    received += chunk.length;
  }
  assertEquals(received, count * MIB);
  await reply.readUntil("\r\n");
  await reply.answer();
  const growth = Number(await lambda.found());
  assert(growth < 32 * MIB, `grew by ${growth} bytes`);
});

testOverEach(
  "serve() streams 200 MiB of text in little memory",
  async (transport) => {
    await using lambda = new Function(transport);
    const count = 200;
    const body = ask("largeText", count);
    const reply = await lambda.api.stream({ id: "1", body });
    let received = 0;
    for (let chunk = await reply.readChunk(); chunk;) {
      received += chunk.length;
      chunk = await reply.readChunk();
    }
    assertEquals(received, count * MIB);
    await reply.readUntil("\r\n");
    await reply.answer();
    const growth = Number(await lambda.found());
    assert(growth < 32 * MIB, `grew by ${growth} bytes`);
  },
);

testOverEach(
  "serve() cancels a stream that Lambda hangs up on, and goes on",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({ id: "1", body: ask("endless") });
    await reply.readChunk();
    reply.hangUp();
    assertEquals(await lambda.found(), { aborted: true, cleanedUp: true });
  },
);

testOverEach(
  "serve() cancels a stream that has nothing to send when Lambda hangs up",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({ id: "1", body: ask("silent") });
    await reply.readUntil("first\r\n");
    reply.hangUp();
    assertEquals(await lambda.found(), "cancelled: StoppedError");
    const log = await lambda.log();
    assertStringIncludes(log, "no longer read: its stream is cancelled");
    assertStringIncludes(log, "Cannot send all of invocation/1/response");
  },
);

for (const status of [400, 403, 410, 413]) {
  testOverEach(
    `serve() cancels a stream that Lambda answers early with ${status}`,
    async (transport) => {
      await using lambda = new Function(transport);
      const reply = await lambda.api.stream({ id: "1", body: ask("silent") });
      await reply.readUntil("first\r\n");
      await reply.answer(status, `{"errorType":"Refused"}`);
      assertEquals(await lambda.found(), "cancelled: StoppedError");
      assertStringIncludes(
        await lambda.log(),
        `refused invocation/1/response with status ${status}: {"errorType":"Refused"}`,
      );
    },
  );
}

testOverEach(
  "serve() cancels a stream that comes when its invocation has failed",
  async (transport) => {
    await using lambda = new Function(transport);
    const failed = await lambda.api.invoke({ id: "1", body: ask("late") });
    assertStringIncludes(failed, "Runtime.UnhandledPromiseRejection");
    let found = await lambda.found();
    while (found === "not cancelled") found = await lambda.found();
    assertEquals(found, "cancelled: Runtime.UnhandledPromiseRejection");
  },
);

testOverEach(
  "serve() ends the process when Lambda answers a stream with 500",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({ id: "1", body: ask("readable") });
    await reply.readAll();
    await reply.answer(500);
    const { code, log } = await lambda.process.ended();
    assertEquals(code, 1);
    assertStringIncludes(log, "unrecoverable (status 500)");
  },
);

testOverEach(
  "serve() ends a stream with a timeout before the deadline",
  async (transport) => {
    await using lambda = new Function(transport);
    const headers = { "lambda-runtime-deadline-ms": `${Date.now() + 2_500}` };
    const reply = await lambda.api.stream({
      id: "1",
      body: ask("never"),
      headers,
    });
    const { type } = trailersOf(await reply.readAll());
    assertEquals(type, "Function.Timeout");
    await reply.answer();
    assertEquals(await lambda.found(), "TimeoutError");
  },
);

testOverEach(
  "context.signal aborts before the deadline of a stream",
  async (transport) => {
    await using lambda = new Function(transport);
    const headers = { "lambda-runtime-deadline-ms": `${Date.now() + 3_000}` };
    const reply = await lambda.api.stream({
      id: "1",
      body: ask("untilAborted"),
      headers,
    });
    assertEquals(
      await reply.readAll(),
      "5\r\nfirst\r\n7\r\naborted\r\n0\r\n\r\n",
    );
    await reply.answer();
    assertEquals(await lambda.found(), null);
  },
);

testOverEach(
  "serve() fails the stream for errors of background work",
  async (transport) => {
    await using lambda = new Function(transport);
    const reply = await lambda.api.stream({
      id: "1",
      body: ask("rejectInBackground"),
    });
    const { type, document } = trailersOf(await reply.readAll());
    assertEquals(type, "Runtime.UnhandledPromiseRejection");
    assertEquals(document.errorMessage, "RangeError: lost promise");
    await reply.answer();
    assertEquals(await lambda.found(), null);
  },
);
