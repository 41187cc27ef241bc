// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { createContext, FakeClock } from "../../../local/testing/mod.ts";
import { InvocationContext } from "../../../runtime/handler/invocation_context.ts";

Deno.test("createContext() has every field of the context of an invocation", () => {
  const invocation = { requestId: "1", headers: new Headers(), body: "" };
  const real = new InvocationContext(invocation, {
    functionName: "",
    functionVersion: "",
    memoryLimitInMB: "",
    logGroupName: "",
    logStreamName: "",
  });
  const own = createContext();
  const methods = ["done", "fail", "signal", "succeed"];
  assertEquals(
    Object.keys(own).sort(),
    [...Object.keys(real), ...methods].sort(),
  );
});

Deno.test("createContext() takes any field, and keeps the others in step", () => {
  const context = createContext({
    requestId: "request-1",
    functionName: "billing",
    tenantId: "tenant-1",
    state: { database: "open" },
  });
  assertEquals(context.awsRequestId, "request-1");
  assertEquals(
    context.functionArn,
    "arn:aws:lambda:eu-west-1:123456789012:function:billing",
  );
  assertEquals(context.invokedFunctionArn, context.functionArn);
  assertEquals(context.logGroupName, "/aws/lambda/billing");
  assertEquals(context.tenantId, "tenant-1");
  assertEquals(context.state.database, "open");
});

Deno.test("createContext() takes what is undefined for absent where it may be", () => {
  assertEquals(createContext({ traceId: undefined }).traceId, undefined);
});

Deno.test("createContext() counts down to its deadline, and aborts before", async () => {
  using clock = new FakeClock();
  const context = createContext({ timeoutMs: 3_000 });
  const reasons: unknown[] = [];
  context.signal.addEventListener("abort", () => {
    reasons.push(context.signal.reason.name);
  });
  assertEquals(context.getRemainingTimeInMillis(), 3_000);
  assertEquals(context.deadlineMs, clock.now + 3_000);
  await clock.advance(2_599);
  assertEquals([context.getRemainingTimeInMillis(), reasons], [401, []]);
  await clock.advance(1);
  assertEquals(reasons, ["TimeoutError"]);
  await clock.advance(1_000);
  assertEquals(context.getRemainingTimeInMillis(), 0);
});

Deno.test("createContext() takes a deadline that is over", () => {
  const context = createContext({ deadlineMs: Date.now() - 1 });
  assertEquals(context.getRemainingTimeInMillis(), 0);
});

Deno.test("createContext() aborts in real time, and leaves no timer behind", async () => {
  // The sanitizers are on: a timer of this one would fail the test.
  createContext().signal.addEventListener("abort", () => {});
  const { signal } = createContext({ timeoutMs: 20 });
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve());
  await promise;
  assertEquals(signal.aborted, true);
});

Deno.test("createContext() gives the same signal each time", () => {
  const context = createContext();
  assertEquals(context.signal, context.signal);
  const signal = AbortSignal.abort();
  assertEquals(createContext({ signal }).signal, signal);
});

Deno.test("createContext() refuses the callbacks of Node.js as on Lambda", () => {
  assertThrows(() => createContext().done(), TypeError, "context.done()");
  assertThrows(() => createContext().fail("a"), TypeError, "context.fail()");
  assertThrows(() => createContext().succeed(1), TypeError, "succeed()");
});
