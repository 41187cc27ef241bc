// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation, RuntimeApi } from "./api.ts";
import type { AnyBehaviour } from "./behaviour.ts";
import { type FunctionFacts, InvocationContext } from "./context.ts";
import type { InFlight } from "./in_flight.ts";
import type { Log } from "./log.ts";
import type { Invoke } from "./loop.ts";
import { isStream, type Reply, toReply } from "./reply.ts";
import { RuntimeError } from "./runtime_error.ts";

const TRACE_ID = "_X_AMZN_TRACE_ID";

/** Options for {@linkcode createInvoke}. */
export interface InvokeOptions extends RunOptions {
  /** What every context says. */
  facts: FunctionFacts;
}

/** Makes what runs a handler in this thread, one invocation at a time. */
export function createInvoke(options: InvokeOptions): Invoke {
  const { facts } = options;
  return (invocation) => {
    const context = new InvocationContext(invocation, facts);
    setTraceId(context.traceId);
    const { body } = invocation;
    let event: unknown;
    try {
      event = body === "" ? {} : JSON.parse(body);
    } catch {
      return refuseEvent(body);
    }
    return run(invocation, event, context, options);
  };
}

/** Options for {@linkcode run}. */
export interface RunOptions {
  /** Where streamed replies go. */
  api: Pick<RuntimeApi, "openReply">;
  /** What answers the invocation. */
  behaviour: AnyBehaviour;
  /** Told what fails the invocation from outside. */
  inFlight: InFlight;
  /** Told of streams that fail after they have begun. */
  log: Log;
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
  { api, behaviour, inFlight, log }: RunOptions,
): Promise<Reply | undefined> {
  try {
    const result = behaviour.handleEvent(event, context);
    const isPromise = typeof result?.then === "function";
    if (!isPromise && !isStream(result)) return toReply(result);
    // Also keeps the process alive for a handler that nothing else does.
    inFlight.deadline.start(
      timeoutAtMs(context),
      () => inFlight.fail?.(timeoutError(context)),
    );
    const value = isPromise
      ? await new Promise((resolve, reject) => {
        inFlight.fail = reject;
        result.then(resolve, reject);
      })
      : result;
    if (!isStream(value)) return toReply(value);
    const { promise: failed, reject } = Promise.withResolvers<never>();
    inFlight.fail = reject;
    // It may fail while the import is awaited.
    failed.catch(() => {});
    const { sendStream } = await import("./stream.ts");
    await sendStream(value, {
      open: (contentType) => api.openReply(invocation, contentType),
      failed,
      abort: (error) => context.end(error),
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

/** Leaves the time to report the timeout before Lambda ends the environment. */
function timeoutAtMs(context: InvocationContext): number {
  const leftMs = context.getRemainingTimeInMillis();
  return context.deadlineMs - Math.min(leftMs / 20, 100);
}

function timeoutError(context: InvocationContext): RuntimeError {
  const ranMs = Date.now() - context.timestamp.getTime();
  return new RuntimeError(
    "Function.Timeout",
    `Handler has not settled after ${ranMs} ms, ${context.getRemainingTimeInMillis()} ms before the deadline: await less, raise the function's timeout, or stop on context.signal`,
  );
}

async function refuseEvent(body: string): Promise<never> {
  const { describeJsonProblem } = await import("./json.ts");
  throw new RuntimeError(
    "Runtime.UnmarshalError",
    `Cannot parse the event as JSON: ${describeJsonProblem(body)}`,
  );
}

let traceIdIsSettable: boolean | undefined;

/** AWS's X-Ray SDK reads the trace id from this variable. */
function setTraceId(traceId: string | undefined): void {
  traceIdIsSettable ??= Deno.permissions
    .querySync({ name: "env", variable: TRACE_ID }).state === "granted";
  if (!traceIdIsSettable) return;
  if (traceId === undefined) Deno.env.delete(TRACE_ID);
  else Deno.env.set(TRACE_ID, traceId);
}
