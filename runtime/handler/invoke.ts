// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import type { Report } from "../failure/report.ts";
import type { Log } from "../log/log.ts";
import { isStream, type Reply, toReply } from "../reply/reply.ts";
import type { ReplyStream } from "../reply/stream.ts";
import type { AnyBehaviour } from "./behaviour.ts";
import type { FunctionFacts } from "./context.ts";
import { InvocationContext } from "./invocation_context.ts";
import { type Slot, tellBegin } from "./slot.ts";
import { type MomentsOptions, timeoutError } from "./moments.ts";

/**
 * Runs the handler for an invocation.
 *
 * @returns The reply, or undefined when it has been streamed.
 */
export type Invoke = (
  invocation: Invocation,
  slot: Slot,
) => Promise<Reply | undefined>;

/** Options for {@linkcode createInvoke}. */
export interface InvokeOptions extends MomentsOptions {
  /** What answers invocations. */
  behaviour: AnyBehaviour;
  /** What `init()` has returned. */
  state: unknown;
  /** What every context says. */
  facts: FunctionFacts;
  /** Begins a streamed reply. */
  openReply: (
    invocation: Invocation,
    contentType: string,
  ) => Promise<ReplyStream>;
  /** Tells of a streamed reply that has failed. */
  report: Report;
  log: Log;
}

/** Calls the handler for the invocation in a slot, and gives what it returns. */
export type AroundHandler = <T>(
  slot: Slot,
  event: unknown,
  callHandler: () => T,
) => T;

let around: AroundHandler | undefined;

/** Has every handler of this thread called through a function. */
export function callHandlersThrough(wrapper: AroundHandler): void {
  around = wrapper;
}

/** Makes what runs a handler in this thread. */
export function createInvoke(options: InvokeOptions): Invoke {
  const { facts } = options;
  return (invocation, slot) => {
    const context = new InvocationContext(invocation, facts, options);
    const { body } = invocation;
    let event: unknown;
    try {
      event = body === "" ? {} : JSON.parse(body);
    } catch {
      return refuseEvent(body);
    }
    return call(invocation, event, context, slot, options);
  };
}

/** Calls the handler, until it settles, background work fails, or time is up. */
async function call(
  invocation: Invocation,
  event: unknown,
  context: InvocationContext,
  slot: Slot,
  options: InvokeOptions,
): Promise<Reply | undefined> {
  try {
    tellBegin(slot);
    const result = around
      ? around(slot, event, () => options.behaviour.handleEvent(event, context))
      : options.behaviour.handleEvent(event, context);
    const isPromise = typeof result?.then === "function";
    if (!isPromise && !isStream(result)) return toReply(result);
    // Also keeps the process alive for a handler that nothing else does.
    slot.deadline.start(
      context.moments.timeoutAtMs,
      () => slot.fail?.(notSettled(context)),
    );
    const value = isPromise ? await settle(result, slot) : result;
    if (!isStream(value)) return toReply(value);
    await stream(value, invocation, context, slot, options);
    return undefined;
  } catch (error) {
    context.end(error);
    throw error;
  } finally {
    slot.fail = undefined;
    slot.deadline.stop();
    context.end();
    const closing = slot.close();
    if (closing) await closing;
  }
}

/** Waits for a promise, unless what the slot holds fails before. */
function settle(promise: PromiseLike<unknown>, slot: Slot): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let failure: { error: unknown } | undefined;
    slot.fail = (error) => {
      failure = { error };
      reject(error);
    };
    promise.then(
      (value) => failure ? cancelLate(value, failure.error) : resolve(value),
      reject,
    );
  });
}

/** Cancels a stream that the handler returned after its timeout. */
async function cancelLate(value: unknown, reason: unknown): Promise<void> {
  if (!isStream(value)) return;
  const { readerOf } = await import("../reply/stream.ts");
  readerOf(value).cancel(reason);
}

async function stream(
  value: AsyncIterable<unknown>,
  invocation: Invocation,
  context: InvocationContext,
  slot: Slot,
  { openReply, report, log }: InvokeOptions,
): Promise<void> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  slot.fail = (error) => {
    slot.fail = undefined;
    reject(error);
  };
  // It may fail while the import is awaited.
  failed.catch(() => {});
  const { sendStream } = await import("../reply/stream.ts");
  await sendStream(value, {
    open: (contentType) => openReply(invocation, contentType),
    failed,
    abort: (error) => context.end(error),
    ending: () => slot.fail = undefined,
    report: (error) => report(invocation, error, "Streamed reply failed"),
    log,
  });
}

function notSettled({ moments }: InvocationContext): RuntimeError {
  return timeoutError(
    moments,
    "settled",
    "await less, raise the function's timeout, or stop on context.signal",
  );
}

async function refuseEvent(body: string): Promise<never> {
  const { describeJsonProblem } = await import("../failure/json_problem.ts");
  throw new RuntimeError(
    "Runtime.UnmarshalError",
    `Cannot parse the event as JSON: ${describeJsonProblem(body)}`,
  );
}
