// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import {
  apiGatewayProxyEventV2,
  FakeClock,
  FakeLambda,
  functionUrlEvent,
} from "../../../local/testing/mod.ts";
import type { Context } from "../../../mod.ts";
import { info } from "../../../runtime/log/mod.ts";

Deno.test("FakeLambda gives each invocation its reply, its logs and its id", async () => {
  await using lambda = new FakeLambda(
    (event: { name: string }, { requestId }: Context) => {
      console.warn("greeting %s", event.name);
      info("greeted", { name: event.name });
      return { requestId, name: event.name };
    },
  );
  for (const name of ["Deno", "闘魂", "again"]) {
    const { reply, logs, error, stream, requestId } = await lambda.invoke({
      name,
    });
    assertEquals(reply, { requestId, name });
    assertEquals([error, stream], [undefined, undefined]);
    assertEquals(
      logs.map(({ level, message, name }) => [level, message, name]),
      [["WARN", `greeting ${name}`, undefined], ["INFO", "greeted", name]],
    );
  }
  assertEquals(lambda.logs.length, 6);
});

Deno.test("FakeLambda gives the handler the context that is asked for", async () => {
  await using lambda = new FakeLambda(
    (_event: unknown, context: Context) => ({ ...context }),
    { functionName: "billing" },
  );
  const { reply } = await lambda.invoke(undefined, {
    requestId: "request-1",
    clientContext: { name: "闘魂" },
    identity: { cognitoIdentityId: "a", cognitoIdentityPoolId: "b" },
    traceId: "Root=1-5759e988-bd862e3fe1be46a994272793",
    tenantId: "tenant-1",
  });
  assertEquals(reply.requestId, "request-1");
  assertEquals(reply.functionName, "billing");
  assertMatch(reply.functionArn, /:function:billing$/);
  assertEquals(reply.clientContext, { name: "闘魂" });
  assertEquals(reply.identity.cognitoIdentityId, "a");
  assertEquals(reply.tenantId, "tenant-1");
  assertEquals(reply.traceId, "Root=1-5759e988-bd862e3fe1be46a994272793");
});

Deno.test("FakeLambda gives what Lambda is told of a failure", async () => {
  await using lambda = new FakeLambda(() => {
    throw new TypeError("No such order", { cause: new Error("no row") });
  });
  const { error, errorType, reply } = await lambda.invoke({});
  assertEquals(reply, undefined);
  assertEquals(errorType, "Function.TypeError");
  assertEquals(error?.errorMessage, "No such order");
  assertEquals(error?.cause?.errorMessage, "no row");
  assertMatch(error?.stackTrace[0] ?? "", /fake_lambda_test\.ts/);
});

Deno.test("FakeLambda gives bytes as they are", async () => {
  await using lambda = new FakeLambda(() => new Uint8Array([0, 255, 10]));
  assertEquals((await lambda.invoke({})).reply, new Uint8Array([0, 255, 10]));
});

Deno.test("FakeLambda carries the largest events and replies", async () => {
  const text = "é".repeat(3_000_000);
  await using lambda = new FakeLambda(({ text }: { text: string }) => text);
  assertEquals((await lambda.invoke({ text })).reply, text);
});

Deno.test("FakeLambda gives a stream in its chunks, and why it broke off", async () => {
  await using lambda = new FakeLambda(async function* (event: { to: number }) {
    for (let number = 1; number <= 3; number++) {
      if (number > event.to) throw new RangeError("No more");
      yield `${number};`;
    }
  });
  const whole = await lambda.invoke({ to: 3 });
  assertEquals(whole.stream?.text, "1;2;3;");
  assertEquals(whole.stream?.chunks.length, 3);
  assertEquals([whole.reply, whole.error], [undefined, undefined]);
  const broken = await lambda.invoke({ to: 1 });
  assertEquals(broken.stream?.text, "1;");
  assertEquals(broken.error?.errorMessage, "No more");
  assertEquals(broken.errorType, "Function.RangeError");
});

Deno.test("FakeLambda takes a handler with fetch, whole and streamed", async () => {
  const app = {
    fetch: (request: Request) =>
      new Response(`to ${new URL(request.url).pathname}`, {
        status: 201,
        headers: { "set-cookie": "a=1" },
      }),
  };
  {
    await using lambda = new FakeLambda(app);
    const { reply } = await lambda.invoke(
      apiGatewayProxyEventV2({ path: "/orders" }),
    );
    assertEquals([reply.statusCode, reply.body], [201, "to /orders"]);
  }
  await using lambda = new FakeLambda(app, {
    config: { invokeMode: "RESPONSE_STREAM" },
  });
  const { stream } = await lambda.invoke(functionUrlEvent({ path: "/orders" }));
  assertEquals(stream?.prelude?.statusCode, 201);
  assertEquals(stream?.prelude?.cookies, ["a=1"]);
  assertEquals(stream?.text, "to /orders");
});

Deno.test("FakeLambda calls init() once, and shutdown() at its end", async () => {
  const order: string[] = [];
  {
    await using lambda = new FakeLambda({
      init() {
        order.push("init");
        return "state";
      },
      handleEvent: (_event: unknown, { state }: Context) =>
        order.push(`${state}`),
      shutdown: () => order.push("shutdown"),
    });
    await lambda.invoke({});
    await lambda.invoke({});
  }
  assertEquals(order, ["init", "state", "state", "shutdown"]);
});

Deno.test("FakeLambda answers with the error of a start that fails", async () => {
  await using lambda = new FakeLambda({
    init() {
      throw new Error("No database");
    },
    handleEvent() {},
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    const { error, errorType } = await lambda.invoke({});
    assertEquals(error?.errorMessage, "No database");
    assertEquals(errorType, "Function.Error");
  }
});

Deno.test("FakeLambda answers with the error of an import or a configuration", async () => {
  {
    await using lambda = new FakeLambda(Promise.reject(new Error("No module")));
    assertEquals((await lambda.invoke({})).error?.errorMessage, "No module");
  }
  await using lambda = new FakeLambda(() => {}, {
    config: { invokeMode: "FAST" },
  });
  const { errorType } = await lambda.invoke({});
  assertEquals(errorType, "Runtime.InvalidConfig");
});

Deno.test("FakeLambda fails with what shutdown() throws, and another can start", async () => {
  const lambda = new FakeLambda({
    handleEvent() {},
    shutdown() {
      throw new Error("Cannot close");
    },
  });
  await lambda.invoke({});
  await assertRejects(
    () => lambda[Symbol.asyncDispose](),
    Error,
    "Cannot close",
  );
  await using another = new FakeLambda(() => "started");
  assertEquals((await another.invoke({})).reply, "started");
});

Deno.test("FakeLambda runs one environment at a time", async () => {
  await using _lambda = new FakeLambda(() => {});
  assertThrows(() => new FakeLambda(() => {}), TypeError, "Dispose of it");
});

Deno.test("FakeLambda blames background work on its invocation", async () => {
  await using lambda = new FakeLambda(
    ({ name }: { name: string }) =>
      new Promise(() => setTimeout(() => Promise.reject(new Error(name)), 1)),
  );
  for (const name of ["first", "second"]) {
    const { error, errorType } = await lambda.invoke({ name });
    assertEquals(error?.errorMessage, `Error: ${name}`);
    assertEquals(errorType, "Runtime.UnhandledPromiseRejection");
  }
});

Deno.test("FakeLambda leaves the thread as it was", async () => {
  const read = () => [
    console.log,
    console.error,
    globalThis.setTimeout,
    globalThis.setInterval,
    Math.random,
    Deno.env.get("_X_AMZN_TRACE_ID"),
  ];
  const before = read();
  {
    await using lambda = new FakeLambda(() => {}, { snapStart: true });
    await lambda.restore();
    await lambda.invoke({}, { traceId: "Root=1" });
    await lambda.invoke({}, { traceId: "Root=1" });
  }
  assertEquals(read(), before);
  // Nothing listens to errors any more.
  let isPrevented = false;
  const listen = (event: PromiseRejectionEvent) => {
    isPrevented = event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener("unhandledrejection", listen);
  Promise.reject(new Error("not awaited"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  removeEventListener("unhandledrejection", listen);
  assertEquals(isPrevented, false);
});

Deno.test("FakeLambda answers invocations side by side", async () => {
  let waiting = 0;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  await using lambda = new FakeLambda(
    async (event: number) => {
      if (++waiting === 3) open();
      await opened;
      console.log("done");
      return event;
    },
    { concurrency: 3 },
  );
  const results = await Promise.all([1, 2, 3].map((it) => lambda.invoke(it)));
  assertEquals(results.map(({ reply }) => reply), [1, 2, 3]);
  assertEquals(
    results.map(({ logs }) => logs.map(({ message }) => message)),
    [["done"], ["done"], ["done"]],
  );
});

Deno.test("FakeLambda times an invocation out to the millisecond", async () => {
  using clock = new FakeClock();
  await using lambda = new FakeLambda(
    (_event: unknown, context: Context) =>
      new Promise(() => {
        const left = () => context.getRemainingTimeInMillis();
        context.signal.addEventListener("abort", () => console.log(left()));
      }),
    { clock },
  );
  for (let attempt = 0; attempt < 2; attempt++) {
    let isAnswered = false;
    const invocation = lambda.invoke({}, { timeoutMs: 3_000 });
    invocation.then(() => isAnswered = true);
    await clock.advance(2_899);
    assertEquals(isAnswered, false);
    await clock.advance(1);
    const { error, logs } = await invocation;
    assertMatch(
      error?.errorMessage ?? "",
      /^Handler has not settled after 2900 ms, 100 ms before the deadline/,
    );
    assertEquals(logs[0].message, 400);
  }
});

Deno.test("FakeLambda freezes what goes on after a reply", async () => {
  using clock = new FakeClock();
  const firedAt: number[] = [];
  await using lambda = new FakeLambda(() => {
    setTimeout(() => firedAt.push(Date.now()), 1_000);
    return { fired: firedAt.length, now: Date.now() };
  }, { clock });
  const first = await lambda.invoke({});
  await lambda.freeze(3_600_000);
  assertEquals(firedAt, []);
  const second = await lambda.invoke({});
  assertEquals(second.reply, { fired: 1, now: first.reply.now + 3_600_000 });
  assertEquals(firedAt, [second.reply.now]);
});

Deno.test("FakeLambda freezes with a clock, and between invocations only", async () => {
  {
    await using lambda = new FakeLambda(() => {});
    await assertRejects(() => lambda.freeze(1), TypeError, "option clock");
  }
  using clock = new FakeClock();
  await using lambda = new FakeLambda(
    () => new Promise((resolve) => setTimeout(resolve, 100)),
    { clock },
  );
  const invocation = lambda.invoke({});
  await clock.advance(10);
  await assertRejects(() => lambda.freeze(1), TypeError, "Await it before");
  await clock.advance(90);
  await invocation;
});

Deno.test("FakeLambda loses connections, and the runtime comes back", async () => {
  using clock = new FakeClock();
  await using lambda = new FakeLambda(() => "back", { clock });
  for (let round = 0; round < 3; round++) {
    await lambda.loseConnections();
    let isAnswered = false;
    const invocation = lambda.invoke({});
    invocation.then(() => isAnswered = true);
    await clock.advance(49);
    assertEquals(isAnswered, false);
    await clock.advance(51);
    assertEquals((await invocation).reply, "back");
  }
  assertEquals(
    lambda.logs.filter(({ level }) => level === "WARN").length,
    3,
  );
});

Deno.test("FakeLambda loses connections in real time too", async () => {
  await using lambda = new FakeLambda(() => "back");
  await lambda.loseConnections();
  assertEquals((await lambda.invoke({})).reply, "back");
});

Deno.test("FakeLambda loses replies, which the runtime sends again", async () => {
  let calls = 0;
  await using lambda = new FakeLambda(() => ++calls);
  lambda.loseReplies(2);
  const { reply } = await lambda.invoke({});
  assertEquals([reply, calls], [1, 1]);
  const warnings = lambda.logs.map(({ message }) => message);
  assertEquals(warnings.length, 2);
  for (const warning of warnings) assertMatch(warning, /trying again$/);
});

Deno.test("FakeLambda restores a snapshot, between the hooks", async () => {
  const order: string[] = [];
  await using lambda = new FakeLambda({
    beforeSnapshot: () => order.push("beforeSnapshot"),
    afterRestore: () => order.push("afterRestore"),
    handleEvent: () => order,
  }, { snapStart: true });
  const invocation = lambda.invoke({});
  await lambda.restore();
  assertEquals((await invocation).reply, ["beforeSnapshot", "afterRestore"]);
});

Deno.test("FakeLambda says which hook has failed", async () => {
  for (const hook of ["beforeSnapshot", "afterRestore"]) {
    await using lambda = new FakeLambda({
      handleEvent() {},
      [hook]() {
        throw new Error("No key");
      },
    }, { snapStart: true });
    await assertRejects(
      () => lambda.restore(),
      Error,
      `${hook}() failed: Error: No key`,
    );
  }
  await using lambda = new FakeLambda(() => {});
  await assertRejects(() => lambda.restore(), TypeError, "option snapStart");
});

Deno.test("FakeLambda times out what still runs at its end", async () => {
  using clock = new FakeClock();
  let invocation: ReturnType<FakeLambda["invoke"]>;
  {
    await using lambda = new FakeLambda(() => new Promise(() => {}), { clock });
    invocation = lambda.invoke({});
    await clock.advance(1);
  }
  assertEquals((await invocation).error?.errorType, "Function.Timeout");
});

Deno.test("FakeLambda rejects what it has not begun at its end", async () => {
  let invocation: Promise<unknown> | undefined;
  {
    await using lambda = new FakeLambda(() => {}, { snapStart: true });
    invocation = assertRejects(
      () => lambda.invoke({}),
      Error,
      "The environment has ended",
    );
  }
  await invocation;
});

Deno.test("FakeLambda ends before its first invocation", async () => {
  await using _lambda = new FakeLambda(() => {});
});
