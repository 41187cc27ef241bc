// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { RuntimeApi } from "../api/runtime_api.ts";
import type { AnyBehaviour } from "./behaviour.ts";
import {
  type Context,
  type FunctionFacts,
  InvocationContext,
} from "./context.ts";
import type { InFlight } from "./slot.ts";
import type { Log } from "../log/log.ts";
import type { Invoke, LoopOptions } from "../loop.ts";
import { isStream, type Reply, toReply } from "../reply/reply.ts";
import { RuntimeError } from "../failure/errors.ts";

/** Options for {@linkcode createInvoke}. */
export interface InvokeOptions extends RunOptions {
  /** What every context says. */
  facts: FunctionFacts;
  /** What `init()` has returned. */
  state?: unknown;
  /** The time that sending dead letters takes from the handler at most. */
  reserveMs?: number;
  /** Told the trace id of each invocation. */
  setTraceId?: (traceId: string | undefined) => void;
}

/** Makes what runs a handler in this thread. */
export function createInvoke(options: InvokeOptions): Invoke {
  const { facts, state, reserveMs, setTraceId } = options;
  return (invocation, inFlight) => {
    const context = new InvocationContext(invocation, facts, state, reserveMs);
    setTraceId?.(context.traceId);
    const { body } = invocation;
    let event: unknown;
    try {
      event = body === "" ? {} : JSON.parse(body);
    } catch {
      return refuseEvent(body);
    }
    return run(invocation, event, context, inFlight, options);
  };
}

/** Options for {@linkcode run}. */
export interface RunOptions {
  /** Where streamed replies go. */
  api: Pick<RuntimeApi, "openReply">;
  /** What answers the invocation. */
  behaviour: AnyBehaviour;
  /**
   * Calls the handler.
   *
   * @default {handleEvent of the behaviour}
   */
  call?: (
    behaviour: AnyBehaviour,
    event: unknown,
    context: InvocationContext,
  ) => unknown;
  /** Told of streams that fail after they have begun. */
  log: Log;
  /** Told of them before Lambda is. */
  onFailure?: LoopOptions["onFailure"];
}

/**
 * Calls the handler, until it settles, background work fails, or time is up.
 *
 * @returns The reply, or undefined when it has been streamed.
 */
export async function run(
  invocation: Invocation,
  event: unknown,
  context: InvocationContext,
  inFlight: InFlight,
  { api, behaviour, call, log, onFailure }: RunOptions,
): Promise<Reply | undefined> {
  try {
    const result = call
      ? call(behaviour, event, context)
      : behaviour.handleEvent(event, context);
    const isPromise = typeof result?.then === "function";
    if (!isPromise && !isStream(result)) return toReply(result);
    // Also keeps the process alive for a handler that nothing else does.
    inFlight.deadline.start(
      context.timeoutAtMs,
      () => inFlight.fail?.(timeoutError(context)),
    );
    const value = isPromise ? await settle(result, inFlight) : result;
    if (!isStream(value)) return toReply(value);
    const { promise: failed, reject } = Promise.withResolvers<never>();
    inFlight.fail = reject;
    // It may fail while the import is awaited.
    failed.catch(() => {});
    const { sendStream } = await import("../reply/stream.ts");
    await sendStream(value, {
      open: (contentType) => api.openReply(invocation, contentType),
      failed,
      abort: (error) => context.end(error),
      onFailure: onFailure && ((failure) => onFailure(invocation, failure)),
      log,
    });
    return undefined;
  } catch (error) {
    context.end(error);
    throw error;
  } finally {
    inFlight.fail = undefined;
    inFlight.deadline.stop();
    context.end();
  }
}

/** Waits for a promise, unless what runs fails before. */
function settle(
  promise: PromiseLike<unknown>,
  inFlight: InFlight,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let failure: { error: unknown } | undefined;
    inFlight.fail = (error) => {
      failure = { error };
      reject(error);
    };
    promise.then(
      (value) => failure ? cancelLate(value, failure.error) : resolve(value),
      reject,
    );
  });
}

/** Nobody reads a stream that comes too late, and it may hold something open. */
async function cancelLate(value: unknown, reason: unknown): Promise<void> {
  if (!isStream(value)) return;
  const { readerOf } = await import("../reply/stream.ts");
  readerOf(value).cancel(reason);
}

function timeoutError(context: Context): RuntimeError {
  const ranMs = Date.now() - context.timestamp.getTime();
  return new RuntimeError(
    "Function.Timeout",
    `Handler has not settled after ${ranMs} ms, ${context.getRemainingTimeInMillis()} ms before the deadline: await less, raise the function's timeout, or stop on context.signal`,
  );
}

async function refuseEvent(body: string): Promise<never> {
  const { describeJsonProblem } = await import("../failure/json_problem.ts");
  throw new RuntimeError(
    "Runtime.UnmarshalError",
    `Cannot parse the event as JSON: ${describeJsonProblem(body)}`,
  );
}
