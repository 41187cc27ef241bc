// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { ask } from "../support/ask.ts";
import { FunctionProcess } from "../support/function_process.ts";
import { type Post, RuntimeApiServer } from "../support/runtime_api.ts";
import { testOverEach, type TransportName } from "../support/transports.ts";

let lastId = 0;

/** Runs the fixture's handler once and gives what it posted. */
async function invokeOnce(
  transport: TransportName,
  event: BodyInit,
  headers?: Record<string, string>,
): Promise<Post> {
  await using api = new RuntimeApiServer();
  await using _process = new FunctionProcess({ api, transport });
  return await api.invoke({ id: `id-${++lastId}`, body: event, headers });
}

/** The type header, and the document without its stack. */
function failureOf({ headers, text }: Post) {
  const { errorType, errorMessage } = JSON.parse(text);
  const header = headers.get("lambda-runtime-function-error-type");
  return { header, errorType, errorMessage };
}

testOverEach(
  "loop() answers 10,000 invocations, each once with its own id",
  async (transport) => {
    const count = 10_000;
    await using api = new RuntimeApiServer();
    await using _process = new FunctionProcess({ transport, api });
    for (let i = 0; i < count - 1; i++) {
      api.enqueue({ id: `id-${i}`, body: `{"number":${i}}` });
    }
    await api.invoke({ id: "last", body: `{"number":${count - 1}}` });
    assertEquals(api.posts.length, count);
    for (const [i, { path, text }] of api.posts.entries()) {
      const id = i === count - 1 ? "last" : `id-${i}`;
      assertEquals(path, `invocation/${id}/response`);
      assertEquals(text, `{"number":${i}}`);
    }
  },
);

testOverEach("loop() never polls ahead", async (transport) => {
  await using api = new RuntimeApiServer();
  await using _process = new FunctionProcess({ transport, api });
  for (let i = 0; i < 5; i++) {
    await api.invoke({ id: `id-${i}`, body: "{}" });
  }
  const order = api.requests.slice(0, 10).map(({ method }) => method);
  assertEquals(order, Array(5).fill(["GET", "POST"]).flat());
});

testOverEach(
  "loop() posts JSON with its type, one User-Agent token and the length",
  async (transport) => {
    const { headers, text } = await invokeOnce(
      transport,
      ask("echo", { a: "é🔥" }),
    );
    assertEquals(text, `{"a":"é🔥"}`);
    assertEquals(headers.get("content-type"), "application/json");
    assertEquals(headers.get("content-length"), "14");
    assertMatch(headers.get("user-agent")!, /^aws-lambda-deno\/\S+$/);
  },
);

testOverEach(
  "loop() takes an empty event for {} and undefined for null",
  async (transport) => {
    assertEquals((await invokeOnce(transport, "")).text, "{}");
    assertEquals((await invokeOnce(transport, ask("undefined"))).text, "null");
  },
);

testOverEach("loop() sends bytes as they are", async (transport) => {
  const { bytes, headers } = await invokeOnce(transport, ask("bytes"));
  assertEquals(bytes, new Uint8Array([0, 255, 10, 13]));
  assertEquals(headers.get("content-type"), "application/octet-stream");
});

testOverEach(
  "loop() reports an event that is not JSON without quoting it",
  async (transport) => {
    const post = await invokeOnce(
      transport,
      `{"secret": "s3cr3t",\n  nonsense}`,
    );
    assertEquals(failureOf(post), {
      header: "Runtime.UnmarshalError",
      errorType: "Runtime.UnmarshalError",
      errorMessage:
        "Cannot parse the event as JSON: expected a property name in double quotes at line 2, column 3",
    });
  },
);

testOverEach(
  "loop() names the place in a reply that JSON cannot carry",
  async (transport) => {
    const messages = [];
    for (const name of ["bigint", "cycle", "toJson"]) {
      const post = await invokeOnce(transport, ask(name));
      const { header, errorMessage } = failureOf(post);
      assertEquals(header, "Runtime.MarshalError");
      messages.push(errorMessage);
    }
    assertEquals(messages, [
      "Cannot send the reply as JSON: reply.order.items[0] is a BigInt",
      "Cannot send the reply as JSON: reply.self.value refers back to an outer object",
      "Cannot send the reply as JSON: the toJSON() of reply.at threw Error: no JSON",
    ]);
  },
);

testOverEach(
  "loop() sends the largest reply and reports one that is a byte larger",
  async (transport) => {
    const largest = await invokeOnce(transport, ask("largest"));
    assertEquals(largest.bytes.length, 6_291_556);
    assertMatch(largest.path, /\/response$/);
    const { header, errorMessage } = failureOf(
      await invokeOnce(transport, ask("tooLarge")),
    );
    assertEquals(header, "Function.ResponseSizeTooLarge");
    assertStringIncludes(errorMessage, "6291557 bytes");
    assertStringIncludes(errorMessage, "6291556");
  },
);

testOverEach(
  "loop() reports what the handler throws, with its cause",
  async (transport) => {
    const post = await invokeOnce(transport, ask("throw"));
    const { stackTrace, cause, ...document } = JSON.parse(post.text);
    assertMatch(post.path, /^invocation\/id-\d+\/error$/);
    assertEquals(document, {
      errorType: "PaymentError",
      errorMessage: "card\n declined \x7f é 🔥",
    });
    assertMatch(stackTrace[0], /^at .*tests\/fixtures\/handler\.ts:\d+:\d+\)$/);
    assertEquals(cause.errorType, "TypeError");
    assertEquals(cause.errorMessage, "no funds");
    const { headers } = post;
    assertEquals(
      headers.get("lambda-runtime-function-error-type"),
      "Function.PaymentError",
    );
    const line = headers.get("lambda-runtime-function-xray-error-cause")!;
    assertMatch(line, /^[\x20-\x7e]+$/);
    const { exceptions, paths } = JSON.parse(line);
    assertEquals(exceptions[0].message, "card\n declined \x7f é 🔥");
    assertMatch(
      exceptions[0].stack[0].path,
      /^\/.*tests\/fixtures\/handler\.ts$/,
    );
    assert(exceptions[0].stack[0].line > 0);
    assert(paths.includes(exceptions[0].stack[0].path));
  },
);

testOverEach(
  "loop() reports thrown values that are no errors",
  async (transport) => {
    assertEquals(failureOf(await invokeOnce(transport, ask("throwNull"))), {
      header: "Function.Null",
      errorType: "null",
      errorMessage: "null",
    });
    assertEquals(failureOf(await invokeOnce(transport, ask("throwText"))), {
      header: "Function.String",
      errorType: "string",
      errorMessage: "only text",
    });
    const { header } = failureOf(
      await invokeOnce(transport, ask("throwProxy")),
    );
    assertEquals(header, "Function.Error");
  },
);

testOverEach(
  "loop() makes errors of background work the invocation's, and goes on",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using _process = new FunctionProcess({ transport, api });
    const rejected = await api.invoke({
      id: "1",
      body: ask("rejectInBackground"),
    });
    assertEquals(failureOf(rejected), {
      header: "Runtime.UnhandledPromiseRejection",
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "RangeError: lost promise",
    });
    const thrown = await api.invoke({
      id: "2",
      body: ask("throwInBackground"),
    });
    assertEquals(failureOf(thrown), {
      header: "Runtime.UncaughtException",
      errorType: "Runtime.UncaughtException",
      errorMessage: "RangeError: lost timer",
    });
    await api.invoke({ id: "3", body: ask("rejectLater") });
    assertEquals((await api.invoke({ id: "4", body: "{}" })).text, "{}");
  },
);

const ISOLATED = new URL("../fixtures/serve_isolated.ts", import.meta.url);

for (const main of [undefined, ISOLATED.pathname]) {
  const where = main ? "in a worker" : "beside the runtime";

  testOverEach(
    `loop() blames what an earlier invocation has left over ${where} on no later one`,
    async (transport) => {
      await using api = new RuntimeApiServer();
      await using process = new FunctionProcess({ transport, api, main });
      let id = 0;
      const answer = async (name: string) => {
        const { text } = await api.invoke({ id: `${++id}`, body: ask(name) });
        return JSON.parse(text);
      };
      for (const leave of ["leaveTimer", "leaveTimer", "leavePromise"]) {
        assertEquals(await answer(leave), "left");
        assertEquals(await answer("wake"), "awake");
      }
      process.terminate();
      const { log } = await process.ended();
      const told = log.matchAll(
        /\t(\S+)\tERROR\t(Runtime\.\w+) between invocations: RangeError: left over\r +at /g,
      );
      assertEquals([...told].map(([, id, type]) => [id, type]), [
        // It is not known which invocation the first has left it over from.
        ["-", "Runtime.UncaughtException"],
        ["3", "Runtime.UncaughtException"],
        ["5", "Runtime.UnhandledPromiseRejection"],
      ]);
    },
  );

  testOverEach(
    `loop() blames background work ${where} on its invocation, whichever that is`,
    async (transport) => {
      await using api = new RuntimeApiServer();
      await using _process = new FunctionProcess({ transport, api, main });
      for (const id of ["1", "2", "3"]) {
        for (const name of ["throwInBackground", "rejectInBackground"]) {
          const { path } = await api.invoke({ id, body: ask(name) });
          assertEquals(path, `invocation/${id}/error`);
        }
      }
    },
  );

  testOverEach(
    `listeners of process hear of errors of background work ${where}, which fail the invocation nevertheless`,
    async (transport) => {
      await using api = new RuntimeApiServer();
      await using _process = new FunctionProcess({ transport, api, main });
      await api.invoke({ id: "1", body: ask("listen") });
      for (const name of ["throwInBackground", "rejectInBackground"]) {
        const { path } = await api.invoke({ id: "2", body: ask(name) });
        assertEquals(path, "invocation/2/error");
      }
      const { text } = await api.invoke({ id: "3", body: ask("told") });
      assertEquals(JSON.parse(text), [
        "RangeError: lost timer",
        "RangeError: lost promise",
      ]);
    },
  );

  testOverEach(
    `a stream of nothing but empty chunks ${where} times out`,
    async (transport) => {
      await using api = new RuntimeApiServer();
      await using _process = new FunctionProcess({ transport, api, main });
      // The start is not to count.
      await api.invoke({ id: "1", body: "{}" });
      const deadlineMs = Date.now() + 2_000;
      const headers = { "lambda-runtime-deadline-ms": String(deadlineMs) };
      const body = ask("emptyChunks");
      const { text } = await api.invoke({ id: "2", body, headers });
      assertEquals(text, "first");
      const next = await api.invoke({ id: "3", body: ask("told") });
      assertEquals(next.text, "[]");
    },
  );
}

testOverEach(
  "loop() reports a handler that never settles before the deadline",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using _process = new FunctionProcess({ transport, api });
    const headers = {
      "lambda-runtime-deadline-ms": String(Date.now() + 2_000),
    };
    const post = await api.invoke({ id: "1", body: ask("never"), headers });
    assertEquals(failureOf(post).header, "Function.Timeout");
    assertEquals((await api.invoke({ id: "2", body: "{}" })).text, "{}");
  },
);

testOverEach("context.signal aborts before the deadline", async (transport) => {
  const headers = { "lambda-runtime-deadline-ms": String(Date.now() + 3_000) };
  const { path, text } = await invokeOnce(
    transport,
    ask("untilAborted"),
    headers,
  );
  assertEquals(text, `"TimeoutError"`);
  assertMatch(path, /\/response$/);
});

testOverEach(
  "context carries what Lambda says, read as UTF-8",
  async (transport) => {
    const utf8 = String.fromCharCode(
      ...new TextEncoder().encode(`{"custom":{"name":"五郎"}}`),
    );
    const { text } = await invokeOnce(transport, ask("context"), {
      "lambda-runtime-deadline-ms": "4102444800000",
      "lambda-runtime-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
      "lambda-runtime-client-context": utf8,
      "lambda-runtime-cognito-identity": "",
      "lambda-runtime-aws-tenant-id": "tenant-1",
    });
    const { timestamp, ...context } = JSON.parse(text);
    assert(!Number.isNaN(Date.parse(timestamp)));
    const arn = "arn:aws:lambda:eu-west-1:123456789012:function:test";
    assertEquals(context, {
      awsRequestId: `id-${lastId}`,
      requestId: `id-${lastId}`,
      invokedFunctionArn: arn,
      functionArn: arn,
      functionName: "test",
      functionVersion: "7",
      memoryLimitInMB: "512",
      logGroupName: "/aws/lambda/test",
      logStreamName: "stream",
      clientContext: { custom: { name: "五郎" } },
      deadlineMs: 4102444800000,
      traceId: "Root=1-5759e988-bd862e3fe1be46a994272793",
      tenantId: "tenant-1",
      callbackWaitsForEmptyEventLoop: true,
      remains: true,
      aborted: false,
      traceVariable: "Root=1-5759e988-bd862e3fe1be46a994272793",
    });
  },
);

testOverEach(
  "loop() reports a client context that is not JSON",
  async (transport) => {
    const post = await invokeOnce(transport, "{}", {
      "lambda-runtime-client-context": "{secret",
    });
    const { header, errorMessage } = failureOf(post);
    assertEquals(header, "Runtime.UnmarshalError");
    assert(!errorMessage.includes("secret"));
  },
);

testOverEach(
  "loop() echoes the invocation id, and only where it came",
  async (transport) => {
    const name = "lambda-runtime-invocation-id";
    const attempt = { [name]: "attempt 1/ü" };
    assertEquals(
      (await invokeOnce(transport, "{}", attempt)).headers.get(name),
      "attempt 1/ü",
    );
    const failed = await invokeOnce(transport, ask("throw"), attempt);
    assertEquals(failed.headers.get(name), "attempt 1/ü");
    assertEquals((await invokeOnce(transport, "{}")).headers.get(name), null);
  },
);

testOverEach("loop() escapes a request id in the URL", async (transport) => {
  await using api = new RuntimeApiServer();
  await using _process = new FunctionProcess({ transport, api });
  const { path } = await api.invoke({ id: "../../x?y#z", body: "{}" });
  assertEquals(path, "invocation/..%2F..%2Fx%3Fy%23z/response");
});

testOverEach(
  "loop() reaches the Runtime API past HTTP_PROXY, which the handler's fetch obeys",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using proxy = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => new Response(`proxied ${request.url}`),
    );
    const url = `http://127.0.0.1:${proxy.addr.port}`;
    await using _process = new FunctionProcess({
      transport,
      api,
      env: { HTTP_PROXY: url, http_proxy: url },
    });
    const body = ask("fetch", "http://example.test/page");
    const { text } = await api.invoke({ id: "1", body });
    assertEquals(text, `"proxied http://example.test/page"`);
  },
);

testOverEach(
  "loop() is not disturbed by a handler that replaces fetch",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using _process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "1", body: ask("replaceFetch") });
    assertEquals((await api.invoke({ id: "2", body: "{}" })).text, "{}");
  },
);

testOverEach(
  "log lines carry the request id and stay one line",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "id-log", body: ask("log") });
    await api.invoke({ id: "id-throw", body: ask("throw") });
    process.terminate();
    const { log } = await process.ended();
    assertMatch(log, /^\S+Z\tid-log\tINFO\ttwo\rlines$/m);
    assertMatch(
      log,
      /^\S+Z\tid-throw\tERROR\tInvocation failed: PaymentError: card\r/m,
    );
    assert(!log.includes("hidden"));
  },
);

testOverEach(
  "AWS_LAMBDA_LOG_FORMAT makes each line of the log a JSON object",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({
      transport,
      api,
      env: { AWS_LAMBDA_LOG_FORMAT: "JSON" },
    });
    await api.invoke({ id: "id-log", body: ask("log") });
    process.terminate();
    const { log } = await process.ended();
    const [entry] = log.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(Object.keys(entry), [
      "timestamp",
      "level",
      "requestId",
      "message",
    ]);
    assertEquals([entry.level, entry.requestId, entry.message], [
      "INFO",
      "id-log",
      "two\nlines",
    ]);
  },
);

testOverEach(
  "AWS_LAMBDA_LOG_LEVEL decides what is logged",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({
      transport,
      api,
      env: { AWS_LAMBDA_LOG_LEVEL: "debug" },
    });
    await api.invoke({ id: "1", body: ask("log") });
    process.terminate();
    assertStringIncludes((await process.ended()).log, "\tDEBUG\thidden");
  },
);
