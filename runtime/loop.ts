// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type Invocation,
  type RuntimeApi,
  RuntimeApiLostError,
} from "./api.ts";
import { toFailure, toText } from "./failure.ts";
import type { InFlight } from "./in_flight.ts";
import type { Log } from "./log.ts";
import type { Reply } from "./reply.ts";

/**
 * Runs the handler for an invocation.
 *
 * @returns The reply, or undefined when it has been streamed.
 */
export type Invoke = (invocation: Invocation) => Promise<Reply | undefined>;

/** What the loop works with. */
export interface LoopOptions {
  /** Where invocations come from and go to. */
  api: RuntimeApi;
  /** What answers them. */
  invoke: Invoke;
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
  { api, invoke, log }: LoopOptions,
): Promise<void> {
  let reply: Reply | undefined;
  try {
    reply = await invoke(invocation);
  } catch (error) {
    if (RuntimeApiLostError.is(error)) throw error;
    const failure = toFailure(error);
    log.error(`Invocation failed: ${toText(failure.document)}`);
    return await api.error(invocation, failure);
  }
  if (reply) await api.reply(invocation, reply.body, reply.contentType);
}
