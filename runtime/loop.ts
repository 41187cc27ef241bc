// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "./api/invocation.ts";
import type { RuntimeApi } from "./api/runtime_api.ts";
import { RuntimeApiLostError } from "./failure/errors.ts";
import type { Report } from "./failure/report.ts";
import type { Invoke } from "./handler/invoke.ts";
import type { Slot } from "./handler/slot.ts";
import type { Slots } from "./handler/slots.ts";
import type { Drain } from "./lifecycle/drain.ts";
import type { Reply } from "./reply/reply.ts";

/** Options for {@linkcode loop}. */
export interface LoopOptions {
  /** Where invocations come from and go to. */
  api: RuntimeApi;
  /** Runs the handler. */
  invoke: Invoke;
  /** Tells of failures before Lambda is told. */
  report: Report;
  /** Ends the loop. */
  drain: Drain;
}

/** Answers invocations one after the other, until the drain begins. */
export async function loop(slots: Slots, options: LoopOptions): Promise<void> {
  const { api, drain } = options;
  while (!drain.hasBegun) {
    const invocation = await api.next(drain.signal);
    if (!invocation) return;
    drain.enter();
    try {
      await slots.run(answer, invocation, options);
    } finally {
      drain.leave();
    }
  }
}

/** Answers one invocation, with an error where it fails. */
async function answer(
  invocation: Invocation,
  slot: Slot,
  { api, invoke, report }: LoopOptions,
): Promise<void> {
  let reply: Reply | undefined;
  try {
    reply = await invoke(invocation, slot);
  } catch (error) {
    if (RuntimeApiLostError.is(error)) throw error;
    return await api.error(invocation, await report(invocation, error));
  }
  if (reply) await api.reply(invocation, reply.body, reply.contentType);
}
