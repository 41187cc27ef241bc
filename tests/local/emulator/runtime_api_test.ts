// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { Running } from "../../../local/emulator/runtime_api/running.ts";
import type { RuntimeApiOptions } from "../../../local/emulator/runtime_api/options.ts";
import { RuntimeApi } from "../../../local/emulator/runtime_api/runtime_api.ts";

/** A Runtime API and a client of it. */
class TestApi implements AsyncDisposable {
  readonly api: RuntimeApi;
  readonly initErrors: string[] = [];
  ready = 0;

  constructor(options: Partial<RuntimeApiOptions> = {}) {
    this.api = new RuntimeApi({
      concurrency: 1,
      isSnapStart: false,
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:test",
      functionFacts: { functionName: "test" },
      maxStreamBytes: 1_000,
      onReady: () => this.ready++,
      onInitError: ({ errorType }) => this.initErrors.push(errorType!),
      onIdle: () => {},
      ...options,
    });
  }

  /** Hands out an invocation. */
  handOut(requestId: string): Running {
    const running = new Running({
      requestId,
      payload: new TextEncoder().encode(`"${requestId}"`),
      traceId: "Root=1-0-0",
    }, 1_000);
    this.api.handOut(running);
    return running;
  }

  async call(
    method: string,
    path: string,
    init: RequestInit = {},
  ): Promise<
    { status: number; text: string; type?: string; headers: Headers }
  > {
    const response = await fetch(`http://${this.api.address}${path}`, {
      method,
      ...init,
    });
    const text = await response.text();
    const type = text.startsWith("{") ? JSON.parse(text).errorType : undefined;
    return { status: response.status, text, type, headers: response.headers };
  }

  next() {
    return this.call("GET", "/2018-06-01/runtime/invocation/next");
  }

  post(path: string, body = "{}", headers: Record<string, string> = {}) {
    return this.call("POST", `/2018-06-01/runtime/${path}`, { body, headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api.close();
  }
}

Deno.test("next gives the event, with what the context is made of", async () => {
  await using test = new TestApi();
  const running = test.handOut("id-1");
  const { status, text, headers } = await test.next();

  assertEquals([status, text, test.ready], [200, '"id-1"', 1]);
  assertEquals(headers.get("lambda-runtime-aws-request-id"), "id-1");
  assertEquals(
    headers.get("lambda-runtime-invocation-id"),
    running.invocationId,
  );
  assertEquals(headers.get("lambda-runtime-deadline-ms"), "1000");
  assertEquals(headers.get("lambda-runtime-trace-id"), "Root=1-0-0");
  assertMatch(headers.get("lambda-runtime-invoked-function-arn")!, /:test$/);
  assertEquals(headers.has("lambda-runtime-client-context"), false);
});

Deno.test("an invocation is handed out again until it is answered", async () => {
  await using test = new TestApi();
  test.handOut("id-1");
  assertEquals((await test.next()).text, '"id-1"');
  assertEquals((await test.next()).text, '"id-1"');
  assertEquals((await test.post("invocation/id-1/response")).status, 202);
  test.handOut("id-2");
  assertEquals((await test.next()).text, '"id-2"');
});

Deno.test("several polls wait for as many invocations", async () => {
  await using test = new TestApi({ concurrency: 2 });
  const polls = [test.next(), test.next()];
  for (const id of ["a", "b"]) test.handOut(id);
  const texts = (await Promise.all(polls)).map(({ text }) => text).toSorted();
  assertEquals(texts, ['"a"', '"b"']);
  assertEquals((await test.post("invocation/b/response")).status, 202);
  // It is not running any more.
  const again = await test.post("invocation/b/response");
  assertEquals([again.status, again.type], [400, "InvalidRequestID"]);
});

Deno.test("an answer that does not fit the state is refused as Lambda refuses it", async () => {
  await using test = new TestApi();
  const unknown = await test.post("invocation/other/response");
  assertEquals([unknown.status, unknown.type], [400, "InvalidRequestID"]);

  test.handOut("id-1");
  await test.next();
  const other = await test.post("invocation/id-1/response", "{}", {
    "lambda-runtime-invocation-id": "another attempt",
  });
  assertEquals([other.status, other.type], [410, "InvokeTimeout"]);
  assertEquals((await test.post("invocation/id-1/response")).status, 202);
  const second = await test.post("invocation/id-1/error");
  assertEquals([second.status, second.type], [403, "InvalidStateTransition"]);
  const late = await test.post("init/error");
  assertEquals([late.status, late.type], [403, "InvalidStateTransition"]);
  assertEquals(test.initErrors, []);
});

Deno.test("a response mode that is none fails the invocation", async () => {
  await using test = new TestApi();
  const running = test.handOut("id-1");
  await test.next();
  const refused = await test.post("invocation/id-1/response", "{}", {
    "lambda-runtime-function-response-mode": "buffered",
  });
  assertEquals([refused.status, refused.type], [
    400,
    "InvalidFunctionResponseMode",
  ]);
  const { errorType } = await running.outcome;
  assertEquals(errorType, "Runtime.InvalidResponseModeHeader");
});

Deno.test("a reply beyond 6 MB is refused with status 413, to a client that still sends it", async () => {
  await using test = new TestApi();
  const running = test.handOut("id-1");
  await test.next();
  const refused = await test.post(
    "invocation/id-1/response",
    "x".repeat(20_000_000),
  );
  assertEquals([refused.status, refused.type], [413, "RequestEntityTooLarge"]);
  const { errorType } = await running.outcome;
  assertEquals(errorType, "Function.ResponseSizeTooLarge");
});

Deno.test("init/error tells the environment, with a type that Lambda keeps", async () => {
  await using test = new TestApi();
  for (const type of ["Runtime.NoSuchThing", "Function.x y", "other"]) {
    const { status } = await test.post("init/error", "{}", {
      "lambda-runtime-function-error-type": type,
    });
    assertEquals(status, 202);
  }
  assertEquals(test.initErrors, [
    "Runtime.NoSuchThing",
    "Function.Unknown",
    "Runtime.Unknown",
  ]);
});

Deno.test("restore/next is there for a snapshot only, and waits for an invocation", async () => {
  await using without = new TestApi();
  const path = "/2018-06-01/runtime/restore/next";
  assertEquals((await without.call("GET", path)).status, 404);

  await using test = new TestApi({ isSnapStart: true });
  const restored = test.call("GET", path);
  while (test.ready === 0) await new Promise((resolve) => setTimeout(resolve));
  assertEquals(test.api.hasRoom, true);
  const running = test.handOut("id-1");
  assertEquals((await restored).status, 200);
  assertEquals((await test.next()).text, '"id-1"');

  const failed = await test.post("restore/error", "{}", {
    "lambda-runtime-function-error-type": "Runtime.AfterRestoreError",
  });
  assertEquals(failed.type, "InvalidStateTransition");
  assertEquals(running.isSettled, false);
});

Deno.test("extensions within the function register before init is over, and get invocations", async () => {
  await using test = new TestApi();
  const register = (name: string, body: string) =>
    test.call("POST", "/2020-01-01/extension/register", {
      headers: { "lambda-extension-name": name },
      body,
    });
  const types = [
    await register("", "{}"),
    await register("one", '{"events":["SHUTDOWN"]}'),
  ].map(({ status, type }) => [status, type]);
  assertEquals(types, [
    [403, "Extension.InvalidExtensionName"],
    [403, "Extension.InvalidEventType"],
  ]);
  assertEquals(test.api.extensions.hasAny, false);

  const one = await register("one", '{"events":["INVOKE"]}');
  assertEquals(JSON.parse(one.text), { functionName: "test" });
  const twice = await register("one", "{}");
  assertEquals(twice.type, "Extension.InvalidExtensionState");
  const id = one.headers.get("lambda-extension-identifier")!;
  const event = test.call("GET", "/2020-01-01/extension/event/next", {
    headers: { "lambda-extension-identifier": id },
  });
  test.handOut("id-1");
  await test.next();
  const { eventType, requestId } = JSON.parse((await event).text);
  assertEquals([eventType, requestId], ["INVOKE", "id-1"]);
  assertEquals(
    (await register("late", "{}")).type,
    "Extension.RegistrationClosed",
  );
  const stranger = await test.call(
    "GET",
    "/2020-01-01/extension/event/next",
  );
  assertEquals(stranger.status, 403);
});

Deno.test("what is no call is refused, and what is no HTTP ends its connection", async () => {
  await using test = new TestApi();
  assertEquals((await test.call("GET", "/ping")).text, "pong");
  assertEquals((await test.call("GET", "/other")).status, 404);
  assertEquals((await test.post("invocation/next")).status, 404);

  const [hostname, port] = test.api.address.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(
    "POST /2018-06-01/runtime/init/error HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n",
  ));
  assertEquals(await connection.read(new Uint8Array(1)), null);
  assertEquals((await test.call("GET", "/ping")).status, 200);
});
