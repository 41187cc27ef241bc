// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation, RuntimeApi } from "./api.ts";
import type { AnyBehaviour } from "./behaviour.ts";
import { type FunctionFacts, InvocationContext } from "./context.ts";
import { toFailure, toText } from "./failure.ts";
import type { InFlight } from "./in_flight.ts";
import type { Log } from "./log.ts";
import { type Reply, toReply } from "./reply.ts";
import { RuntimeError } from "./runtime_error.ts";

const TRACE_ID = "_X_AMZN_TRACE_ID";

/** What the loop works with. */
export interface LoopOptions {
  /** Where invocations come from and go to. */
  api: RuntimeApi;
  /** What answers them. */
  behaviour: AnyBehaviour;
  /** What every context says. */
  facts: FunctionFacts;
  /** Told which invocation runs. */
  inFlight: InFlight;
  /** Told of every failure. */
  log: Log;
}

/** Answers invocations one after the other, for ever. */
export async function loop(options: LoopOptions): Promise<never> {
  const { api, inFlight } = options;
  for (;;) {
    const invocation = await api.next();
    inFlight.requestId = invocation.requestId;
    await answer(invocation, options);
    inFlight.requestId = "";
  }
}

async function answer(
  invocation: Invocation,
  options: LoopOptions,
): Promise<void> {
  let reply: Reply;
  try {
    const context = new InvocationContext(invocation, options.facts);
    setTraceId(context.traceId);
    let event: unknown;
    try {
      event = invocation.body === "" ? {} : JSON.parse(invocation.body);
    } catch {
      throw await unmarshalError(invocation.body);
    }
    reply = toReply(await run(event, context, options));
  } catch (error) {
    const failure = toFailure(error);
    options.log.error(`Invocation failed: ${toText(failure.document)}`);
    return await options.api.error(invocation, failure);
  }
  await options.api.reply(invocation, reply.body, reply.contentType);
}

/** Calls the handler, until it settles, background work fails, or time is up. */
export async function run(
  event: unknown,
  context: InvocationContext,
  { behaviour, inFlight }: Pick<LoopOptions, "behaviour" | "inFlight">,
): Promise<unknown> {
  try {
    const result = behaviour.handleEvent(event, context);
    if (typeof result?.then !== "function") return result;
    return await new Promise((resolve, reject) => {
      inFlight.fail = reject;
      inFlight.deadline.start(
        timeoutAtMs(context),
        () => reject(timeoutError(context)),
      );
      result.then(resolve, reject);
    });
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

async function unmarshalError(body: string): Promise<RuntimeError> {
  const { describeJsonProblem } = await import("./json.ts");
  return new RuntimeError(
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
