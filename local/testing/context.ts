// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../../runtime/handler/context.ts";
import { toDelayMs } from "../../runtime/handler/deadline_timer.ts";
import { InvocationContext } from "../../runtime/handler/invocation_context.ts";
import { momentsOf } from "../../runtime/handler/moments.ts";

/**
 * Options for {@linkcode createContext}: any field of a context.
 *
 * @typeParam State What `init()` returns.
 */
export interface CreateContextOptions<State>
  extends Partial<Omit<Context<State>, "awsRequestId" | "invokedFunctionArn">> {
  /**
   * The time until the deadline, in milliseconds; `deadlineMs` comes first.
   *
   * @default {30000}
   */
  timeoutMs?: number;
}

const { done, fail, succeed } = InvocationContext.prototype;

/**
 * Makes the context of an invocation that starts now, with a value for every
 * field.
 *
 * Its deadline is real: `getRemainingTimeInMillis()` counts down to it, and
 * `signal` aborts shortly before it, as on Lambda. Neither leaves a timer
 * behind that a test would have to clear.
 *
 * @typeParam State What `init()` returns.
 * @param options The fields that matter to the test.
 * @returns The context.
 *
 * @example Usage
 * ```ts
 * import { createContext } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const context = createContext({ functionName: "orders", timeoutMs: 3_000 });
 * assertEquals(context.functionArn.endsWith(":function:orders"), true);
 * assertEquals(context.getRemainingTimeInMillis() <= 3_000, true);
 * assertEquals(context.signal.aborted, false);
 * ```
 */
export function createContext<State = unknown>(
  options: CreateContextOptions<State> = {},
): Context<State> {
  const { timeoutMs = 30_000, ...fields } = options;
  const {
    requestId = "3f6b0f7c-5f0e-4d7a-9d0c-0a1b2c3d4e5f",
    functionName = "orders",
    functionArn =
      `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    timestamp = new Date(),
    deadlineMs = timestamp.getTime() + timeoutMs,
  } = fields;
  let signal = fields.signal;
  return {
    functionVersion: "$LATEST",
    memoryLimitInMB: "128",
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
    identity: undefined,
    clientContext: undefined,
    traceId:
      "Root=1-695735a5-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1",
    tenantId: undefined,
    state: undefined as State,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done,
    fail,
    succeed,
    ...fields,
    awsRequestId: requestId,
    requestId,
    invokedFunctionArn: functionArn,
    functionArn,
    functionName,
    timestamp,
    deadlineMs,
    get signal() {
      return signal ??= abortBefore(deadlineMs, timestamp.getTime());
    },
  };
}

/** The sanitizers of tests do not count the timer of such a signal. */
function abortBefore(deadlineMs: number, receivedAtMs: number): AbortSignal {
  const { signalAtMs } = momentsOf(deadlineMs, receivedAtMs, {});
  return AbortSignal.timeout(toDelayMs(signalAtMs - Date.now()));
}
