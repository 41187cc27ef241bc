// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertInstanceOf } from "@std/assert/instance-of";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import {
  type Context,
  type FunctionFacts,
  InvocationContext,
  type InvocationContextOptions,
  readFunctionFacts,
} from "../../../runtime/handler/context.ts";
import { RuntimeError } from "../../../runtime/failure/errors.ts";

const NOW_MS = 1_700_000_000_000;

const FACTS: FunctionFacts = {
  functionName: "hello",
  functionVersion: "7",
  memoryLimitInMB: "512",
  logGroupName: "/aws/lambda/hello",
  logStreamName: "2026/01/02/[7]abc",
};

/** The context of an invocation that comes with these headers. */
function contextOf(
  headers: Record<string, string> = {},
  options: InvocationContextOptions = {},
): InvocationContext {
  const invocation = {
    requestId: "id-1",
    headers: new Headers(headers),
    body: "{}",
  };
  return new InvocationContext(invocation, FACTS, options);
}

/** A clock that stands still until it is set, and timers that fire by hand. */
class Clock implements Disposable {
  /** The time, in milliseconds since the epoch. */
  nowMs = NOW_MS;
  /** The timers that are set, by their id. */
  readonly timers = new Map<number, { delayMs: number; fire: () => void }>();
  readonly #now = Date.now;
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;

  constructor() {
    let lastId = 0;
    Date.now = () => this.nowMs;
    const set = (fire: () => void, delayMs: number) => {
      this.timers.set(++lastId, { delayMs, fire });
      return lastId;
    };
    globalThis.setTimeout = set as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      this.timers.delete(Number(id));
    };
  }

  /** The delays of the timers that are set. */
  get delaysMs(): number[] {
    return [...this.timers.values()].map(({ delayMs }) => delayMs);
  }

  [Symbol.dispose](): void {
    Date.now = this.#now;
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }
}

/** What fetch makes of a header that was sent as UTF-8. */
function asLatin1(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

Deno.test("readFunctionFacts() reads Lambda's environment variables", () => {
  const variables = {
    AWS_LAMBDA_FUNCTION_NAME: FACTS.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: FACTS.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: FACTS.memoryLimitInMB,
    AWS_LAMBDA_LOG_GROUP_NAME: FACTS.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: FACTS.logStreamName,
  };
  for (const [name, value] of Object.entries(variables)) {
    Deno.env.set(name, value);
  }
  try {
    assertEquals(readFunctionFacts(), FACTS);
  } finally {
    for (const name of Object.keys(variables)) Deno.env.delete(name);
  }
  assertEquals(readFunctionFacts(), {
    functionName: "",
    functionVersion: "",
    memoryLimitInMB: "",
    logGroupName: "",
    logStreamName: "",
  });
});

Deno.test("InvocationContext has every header and fact, under AWS's names and its own", () => {
  using clock = new Clock();
  const arn = "arn:aws:lambda:eu-central-1:123456789012:function:hello:live";
  const identity = {
    cognitoIdentityId: "eu-central-1:1",
    cognitoIdentityPoolId: "eu-central-1:2",
  };
  const clientContext = { client: { app_title: "app" }, custom: { a: 1 } };
  const trace = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1;Lineage=a";
  const context = contextOf({
    "Lambda-Runtime-Deadline-Ms": String(NOW_MS + 3_000),
    "Lambda-Runtime-Invoked-Function-Arn": arn,
    "Lambda-Runtime-Trace-Id": trace,
    "Lambda-Runtime-Client-Context": JSON.stringify(clientContext),
    "Lambda-Runtime-Cognito-Identity": JSON.stringify(identity),
    "Lambda-Runtime-Aws-Tenant-Id": "tenant-1",
  });
  const { getRemainingTimeInMillis, ...fields } = context;
  assertEquals(fields, {
    awsRequestId: "id-1",
    requestId: "id-1",
    invokedFunctionArn: arn,
    functionArn: arn,
    ...FACTS,
    identity,
    clientContext,
    deadlineMs: NOW_MS + 3_000,
    timestamp: new Date(clock.nowMs),
    traceId: trace,
    tenantId: "tenant-1",
    state: undefined,
    callbackWaitsForEmptyEventLoop: true,
  });
  assertEquals(getRemainingTimeInMillis(), 3_000);
});

Deno.test("InvocationContext does without any header", () => {
  using _clock = new Clock();
  const context = contextOf();
  assertEquals(context.invokedFunctionArn, "");
  assertEquals(context.functionArn, "");
  assertEquals(context.identity, undefined);
  assertEquals(context.clientContext, undefined);
  assertEquals(context.traceId, undefined);
  assertEquals(context.tenantId, undefined);
  assertEquals(context.deadlineMs, NOW_MS + 900_000);
});

Deno.test("InvocationContext takes an empty header for none", () => {
  const context = contextOf({
    "Lambda-Runtime-Trace-Id": "",
    "Lambda-Runtime-Client-Context": "",
    "Lambda-Runtime-Cognito-Identity": "",
    "Lambda-Runtime-Aws-Tenant-Id": "",
  });
  assertEquals(context.traceId, undefined);
  assertEquals(context.clientContext, undefined);
  assertEquals(context.identity, undefined);
  assertEquals(context.tenantId, undefined);
});

Deno.test("InvocationContext gives Lambda's longest timeout when the deadline is no time", () => {
  using _clock = new Clock();
  for (const deadline of ["", "soon", "0", "-1", "NaN"]) {
    const context = contextOf({ "Lambda-Runtime-Deadline-Ms": deadline });
    assertEquals(context.deadlineMs, NOW_MS + 900_000);
  }
});

Deno.test("InvocationContext reads headers as UTF-8, which fetch reads as Latin-1", () => {
  const context = contextOf({
    "Lambda-Runtime-Client-Context": asLatin1('{"name":"é こんにちは 🔥"}'),
    "Lambda-Runtime-Aws-Tenant-Id": asLatin1("ñandú 東京"),
    "Lambda-Runtime-Trace-Id": "Root=1",
  });
  assertEquals(context.clientContext, { name: "é こんにちは 🔥" });
  assertEquals(context.tenantId, "ñandú 東京");
  assertEquals(context.traceId, "Root=1");
});

Deno.test("InvocationContext refuses a client context or identity that is no JSON, without quoting it", () => {
  const names = [
    "lambda-runtime-client-context",
    "lambda-runtime-cognito-identity",
  ];
  for (const name of names) {
    const error = assertThrows(
      () => contextOf({ [name]: "{secret" }),
      RuntimeError,
    );
    assertEquals(error.name, "Runtime.UnmarshalError");
    assertEquals(
      error.message,
      `Cannot parse the ${name} header: expected JSON, found 7 characters that are none`,
    );
  }
});

Deno.test("InvocationContext lets libraries set callbackWaitsForEmptyEventLoop", () => {
  const context: Context = contextOf();
  context.callbackWaitsForEmptyEventLoop = false;
  assertEquals(context.callbackWaitsForEmptyEventLoop, false);
});

Deno.test("getRemainingTimeInMillis() counts down to 0 and no further", () => {
  using clock = new Clock();
  const deadlineMs = NOW_MS + 1_000;
  const context = contextOf({ "lambda-runtime-deadline-ms": `${deadlineMs}` });
  assertEquals(context.getRemainingTimeInMillis(), 1_000);
  clock.nowMs += 400;
  assertEquals(context.getRemainingTimeInMillis(), 600);
  clock.nowMs = deadlineMs + 1;
  assertEquals(context.getRemainingTimeInMillis(), 0);
});

Deno.test("getRemainingTimeInMillis() works taken out of the context and in a copy of it", () => {
  using _clock = new Clock();
  const deadlineMs = NOW_MS + 1_000;
  const context = contextOf({ "lambda-runtime-deadline-ms": `${deadlineMs}` });
  const { getRemainingTimeInMillis } = context;
  assertEquals(getRemainingTimeInMillis(), 1_000);
  const copy = { ...context, user: "me" };
  assertEquals(copy.getRemainingTimeInMillis(), 1_000);
  assertEquals(copy.awsRequestId, "id-1");
});

Deno.test("InvocationContext sets no timer until its signal is asked for, and then one", () => {
  using clock = new Clock();
  const context = contextOf();
  assertEquals(clock.delaysMs, []);
  const { signal } = context;
  assertEquals(clock.delaysMs.length, 1);
  assertStrictEquals(context.signal, signal);
  assertEquals(clock.delaysMs.length, 1);
  context.end();
});

Deno.test("signal aborts a tenth of the time before the timeout, at most 400 ms", () => {
  const delays: [leftMs: number, delayMs: number][] = [
    [2 ** 40, 2 ** 31 - 1],
    [900_000, 899_500],
    [5_000, 4_500],
    [3_000, 2_600],
    [100, 80],
    [0, 0],
    [-1_000, 0],
  ];
  for (const [leftMs, delayMs] of delays) {
    using clock = new Clock();
    const deadlineMs = NOW_MS + leftMs;
    const { signal } = contextOf({
      "lambda-runtime-deadline-ms": `${deadlineMs}`,
    });
    assert(!signal.aborted);
    assertEquals(clock.delaysMs, [delayMs]);
    for (const { fire } of clock.timers.values()) fire();
    assert(signal.aborted);
    assertInstanceOf(signal.reason, DOMException);
    assertEquals(signal.reason.name, "TimeoutError");
    assertEquals(signal.reason.message, "The invocation is about to time out");
  }
});

Deno.test("signal aborts before the timeout however late it is asked for", () => {
  const delays: [askedMs: number, delayMs: number][] = [
    [0, 9_500],
    [9_000, 500],
    [9_400, 250],
    [9_880, 10],
    [9_950, 0],
  ];
  for (const [askedMs, delayMs] of delays) {
    using clock = new Clock();
    const context = contextOf({
      "lambda-runtime-deadline-ms": `${NOW_MS + 10_000}`,
    });
    assertEquals(context.moments.timeoutAtMs, NOW_MS + 9_900);
    clock.nowMs += askedMs;
    assert(!context.signal.aborted);
    assertEquals(clock.delaysMs, [delayMs]);
    context.end();
  }
});

Deno.test("signal and timeout come earlier by what is reserved, at most a fifth", () => {
  const times: [leftMs: number, delayMs: number, timeoutMs: number][] = [
    [60_000, 58_500, 58_900],
    [1_000, 600, 700],
    [0, 0, 0],
  ];
  for (const [leftMs, delayMs, timeoutMs] of times) {
    using clock = new Clock();
    const context = contextOf({
      "lambda-runtime-deadline-ms": `${NOW_MS + leftMs}`,
    }, { sendsLetters: true });
    assertEquals(context.deadlineMs, NOW_MS + leftMs);
    assertEquals(context.moments.timeoutAtMs, NOW_MS + timeoutMs);
    assert(!context.signal.aborted);
    assertEquals(clock.delaysMs, [delayMs]);
    context.end();
  }
});

Deno.test("end() stops the signal's timer without aborting it", () => {
  using clock = new Clock();
  const context = contextOf();
  const { signal } = context;
  context.end();
  assertEquals(clock.delaysMs, []);
  assert(!signal.aborted);
});

Deno.test("end() aborts the signal with what has failed the invocation", () => {
  using clock = new Clock();
  const context = contextOf();
  const { signal } = context;
  const failure = new Error("declined");
  context.end(failure);
  context.end();
  assertEquals(clock.delaysMs, []);
  assertStrictEquals(signal.reason, failure);
});

Deno.test("signal sets no timer when it is first asked for after the end", () => {
  using clock = new Clock();
  const succeeded = contextOf();
  succeeded.end();
  assert(!succeeded.signal.aborted);
  const failed = contextOf();
  const failure = new Error("declined");
  failed.end(failure);
  failed.end();
  assertStrictEquals(failed.signal.reason, failure);
  assertEquals(clock.delaysMs, []);
});

Deno.test("InvocationContext says what to do instead of calling done(), fail() and succeed()", () => {
  const context = contextOf();
  for (const name of ["done", "fail", "succeed"] as const) {
    assertThrows(
      () => context[name](),
      TypeError,
      `Cannot call context.${name}(): it ended with the callbacks of Node.js 22. Return the reply, or throw the error`,
    );
  }
});
