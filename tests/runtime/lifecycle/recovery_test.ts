// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  answerGarbage,
  answerHalf,
  FaultyProxy,
  hangUp,
} from "../../support/faulty_proxy.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";
import { testOverEach } from "../../support/transports.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url).pathname;

/** Ends a function that serves well, to read what it has logged. */
async function logOf(process: FunctionProcess): Promise<string> {
  process.terminate();
  return (await process.ended()).log;
}

for (const status of [204, 400, 403, 410, 502]) {
  testOverEach(
    `next() tries again when Lambda gives ${status}`,
    async (transport) => {
      await using api = new RuntimeApiServer({
        onNext: (poll) => poll < 2 ? new Response(null, { status }) : undefined,
      });
      await using process = new FunctionProcess({ transport, api });
      assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
      assertStringIncludes(await logOf(process), `gave status ${status}`);
    },
  );
}

testOverEach(
  "next() ends the process when Lambda gives 500",
  async (transport) => {
    await using api = new RuntimeApiServer({
      onNext: () => new Response(null, { status: 500 }),
    });
    await using process = new FunctionProcess({ transport, api });
    const { code, log } = await process.ended();
    assertEquals(code, 1);
    assertStringIncludes(log, "unrecoverable (status 500)");
    assertEquals(api.requests.length, 1);
  },
);

testOverEach(
  "next() tries again when the reply is no invocation",
  async (transport) => {
    await using api = new RuntimeApiServer({
      onNext: (poll) => poll === 0 ? new Response("{}") : undefined,
    });
    await using process = new FunctionProcess({ transport, api });
    assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
    assertStringIncludes(
      await logOf(process),
      "a reply without Lambda-Runtime-Aws-Request-Id",
    );
  },
);

testOverEach(
  "next() survives garbage, half a reply and closed connections",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using proxy = new FaultyProxy(api.address, [
      answerGarbage,
      answerHalf,
      hangUp,
    ]);
    await using process = new FunctionProcess({
      transport,
      api,
      address: proxy.address,
    });
    assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
    assertEquals((await logOf(process)).match(/trying again/g)?.length, 3);
  },
);

testOverEach(
  "next() waits for a Runtime API that refuses connections",
  async (transport) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await using process = new FunctionProcess({
      transport,
      address: `127.0.0.1:${port}`,
    });
    await using api = new RuntimeApiServer({ port });
    api.serveTo(process);
    assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
  },
);

for (const status of [400, 403, 410, 413]) {
  testOverEach(
    `reply() is not followed by an error when Lambda gives ${status}`,
    async (transport) => {
      await using api = new RuntimeApiServer({
        onPost: ({ path }) =>
          path === "invocation/1/response"
            ? Response.json({ errorType: "Refused" }, { status })
            : undefined,
      });
      await using process = new FunctionProcess({ transport, api });
      await api.invoke({ id: "1", body: "{}" });
      await api.invoke({ id: "2", body: "{}" });
      assertEquals(api.posts.map(({ path }) => path), [
        "invocation/1/response",
        "invocation/2/response",
      ]);
      assertStringIncludes(
        await logOf(process),
        `refused invocation/1/response with status ${status}: {"errorType":"Refused"}`,
      );
    },
  );
}

testOverEach(
  "reply() ends the process when Lambda gives 500",
  async (transport) => {
    await using api = new RuntimeApiServer({
      onPost: () => new Response(null, { status: 500 }),
    });
    await using process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "1", body: "{}" });
    assertEquals((await process.ended()).code, 1);
  },
);

testOverEach(
  "error() that Lambda refuses does not stop the loop",
  async (transport) => {
    await using api = new RuntimeApiServer({
      onPost: ({ path }) =>
        path.endsWith("/error")
          ? new Response(null, { status: 403 })
          : undefined,
    });
    await using _process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "1", body: `{"case":"throw"}` });
    assertEquals((await api.invoke({ id: "2", body: "{}" })).text, "{}");
  },
);

testOverEach(
  "reply() is sent again when the connection is lost meanwhile",
  async (transport) => {
    let posts = 0;
    await using api = new RuntimeApiServer();
    // Passes the poll on, and hangs up at the first reply on that connection.
    await using proxy = new FaultyProxy(api.address, [async (connection) => {
      const [hostname, port] = api.address.split(":");
      using server = await Deno.connect({ hostname, port: Number(port) });
      const buffer = new Uint8Array(65_536);
      for (;;) {
        const length = await connection.read(buffer);
        if (length === null) return;
        if (new TextDecoder().decode(buffer).startsWith("POST")) {
          posts++;
          return;
        }
        await server.write(buffer.subarray(0, length));
        const received = await server.read(buffer);
        if (received === null) return;
        await connection.write(buffer.slice(0, received));
      }
    }]);
    await using _process = new FunctionProcess({
      transport,
      api,
      address: proxy.address,
    });
    assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
    assertEquals(posts, 1);
  },
);

testOverEach("supervise() restarts a loop that crashes", async (transport) => {
  await using api = new RuntimeApiServer();
  await using process = new FunctionProcess({ transport, api });
  await api.invoke({ id: "1", body: `{"case":"crashLoop","value":2}` });
  assertEquals((await api.invoke({ id: "2", body: "{}" })).text, "{}");
  const log = await logOf(process);
  assertStringIncludes(log, "restarted (1 of 3 in 5 s): Error: sabotaged");
  assertStringIncludes(log, "restarted (2 of 3 in 5 s): Error: sabotaged");
});

testOverEach(
  "supervise() ends the process when the loop keeps crashing",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "1", body: `{"case":"crashLoop","value":1000}` });
    api.enqueue({ id: "2", body: "{}" });
    const { code, log } = await process.ended();
    assertEquals(code, 1);
    assertEquals(log.match(/Loop crashed and is restarted/g)?.length, 3);
  },
);

testOverEach(
  "serve() reports a rejected import as an init error",
  async (transport) => {
    await using api = new RuntimeApiServer();
    const reported = api.post(/^init\/error$/);
    await using process = new FunctionProcess({
      transport,
      api,
      main: `${FIXTURES}failing_import.ts`,
    });
    const { text, headers } = await reported;
    const { errorType, errorMessage, stackTrace } = JSON.parse(text);
    assertEquals(errorType, "TypeError");
    assertStringIncludes(errorMessage, "missing_module.ts");
    assert(Array.isArray(stackTrace));
    assertEquals(
      headers.get("lambda-runtime-function-error-type"),
      "Function.TypeError",
    );
    assertEquals((await process.ended()).code, 1);
    assertEquals(api.requests.length, 1);
  },
);

Deno.test("serve() reports a transport that does not exist as an init error", async () => {
  await using api = new RuntimeApiServer();
  const reported = api.post(/^init\/error$/);
  await using process = new FunctionProcess({
    api,
    env: { TEST_TRANSPORT: "pigeon" },
  });
  const { errorType, errorMessage } = JSON.parse((await reported).text);
  assertEquals([errorType, errorMessage], [
    "Runtime.InvalidConfig",
    'Cannot use "lambda.transport" of deno.json: expected "fetch" or "socket", found "pigeon"',
  ]);
  assertEquals((await process.ended()).code, 1);
});

testOverEach(
  "serve() reports a throwing init() with its stack",
  async (transport) => {
    await using api = new RuntimeApiServer();
    const reported = api.post(/^init\/error$/);
    await using process = new FunctionProcess({
      transport,
      api,
      main: `${FIXTURES}failing_init.ts`,
    });
    const { errorType, errorMessage, stackTrace } = JSON.parse(
      (await reported).text,
    );
    assertEquals([errorType, errorMessage], ["RangeError", "no database"]);
    assertMatch(stackTrace[0], /failing_init\.ts:\d+:\d+/);
    assertEquals((await process.ended()).code, 1);
  },
);

testOverEach(
  "serve() reports a rejection that nothing caught during init",
  async (transport) => {
    await using api = new RuntimeApiServer();
    const reported = api.post(/^init\/error$/);
    await using process = new FunctionProcess({
      transport,
      api,
      main: `${FIXTURES}rejecting_at_import.ts`,
    });
    const { headers } = await reported;
    assertEquals(
      headers.get("lambda-runtime-function-error-type"),
      "Runtime.UnhandledPromiseRejection",
    );
    assertEquals((await process.ended()).code, 1);
  },
);

testOverEach("serve() refuses an address that is none", async (transport) => {
  await using process = new FunctionProcess({
    transport,
    address: "host/path?query",
  });
  const { code, log } = await process.ended();
  assertEquals(code, 1);
  assertStringIncludes(log, `expected "host:port", found "host/path?query"`);
});

testOverEach(
  "serve() registers an extension for shutdown(), and runs it on SIGTERM",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({
      transport,
      api,
      main: `${FIXTURES}shutdown.ts`,
    });
    assertEquals((await api.invoke({ id: "1", body: "{}" })).text, `"done"`);
    process.terminate();
    const { code, log } = await process.ended();
    assertEquals(code, 0);
    assertMatch(log, /\tinit\n[^]*\tshutdown\n/);
    const [register] = api.requests;
    assertEquals(register.path, "/2020-01-01/extension/register");
    assertEquals(
      register.headers.get("lambda-extension-name"),
      "toukon-lambda-shutdown",
    );
  },
);

testOverEach(
  "serve() registers no extension without shutdown()",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using _process = new FunctionProcess({ transport, api });
    await api.invoke({ id: "1", body: "{}" });
    assert(!api.requests.some(({ path }) => path.includes("extension")));
  },
);

testOverEach(
  "serve() reports an init() that nothing is left to settle",
  async (transport) => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({
      transport,
      api,
      main: `${FIXTURES}stuck_init.ts`,
    });
    const { text } = await api.post(/^init\/error$/);
    assertEquals(JSON.parse(text).errorType, "Runtime.InitNotSettled");
    const { code, log } = await process.ended();
    assertEquals(code, 1);
    assertStringIncludes(
      log,
      "waits for a promise that nothing is left to settle",
    );
  },
);
