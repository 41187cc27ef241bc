// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "./api/invocation.ts";
import type { RuntimeApi } from "./api/runtime_api.ts";
import { RuntimeApiLostError } from "./failure/errors.ts";
import type { Drain } from "./lifecycle/drain.ts";
import {
  type Failure,
  formatErrorDocument,
  toFailure,
} from "./failure/failure.ts";
import type { InFlight } from "./handler/slot.ts";
import type { Log } from "./log/log.ts";
import type { Reply } from "./reply/reply.ts";

/**
 * Runs the handler for an invocation.
 *
 * @returns The reply, or undefined when it has been streamed.
 */
export type Invoke = (
  invocation: Invocation,
  inFlight: InFlight,
) => Promise<Reply | undefined>;

/** What an invocation is answered with. */
export interface AnswerOptions {
  /** Where invocations come from and go to. */
  api: RuntimeApi;
  /** What answers them. */
  invoke: Invoke;
  /** Told which invocation runs. */
  inFlight: InFlight;
  /** Told of a failure before Lambda is. */
  onFailure: ((of: Invocation, failure: Failure) => Promise<void>) | undefined;
  /** Told of every failure. */
  log: Log;
}

/** What the loop works with. */
export interface LoopOptions extends AnswerOptions {
  /** Ends the loop. */
  drain: Drain;
}

/** Answers invocations one after the other, until the drain begins. */
export async function loop(options: LoopOptions): Promise<void> {
  const { api, drain, inFlight } = options;
  while (!drain.hasBegun) {
    const invocation = await api.next(drain.signal);
    if (!invocation) return;
    inFlight.requestId = invocation.requestId;
    drain.enter();
    try {
      await answer(invocation, options);
    } finally {
      drain.leave();
    }
    inFlight.requestId = "";
  }
}

/** Answers one invocation, with an error where it fails. */
export async function answer(
  invocation: Invocation,
  { api, invoke, inFlight, onFailure, log }: AnswerOptions,
): Promise<void> {
  let reply: Reply | undefined;
  try {
    reply = await invoke(invocation, inFlight);
  } catch (error) {
    if (RuntimeApiLostError.is(error)) throw error;
    const failure = toFailure(error);
    log.error(`Invocation failed: ${formatErrorDocument(failure.document)}`);
    await onFailure?.(invocation, failure);
    return await api.error(invocation, failure);
  }
  if (reply) await api.reply(invocation, reply.body, reply.contentType);
}
