// Copyright 2026 the Toukon Lambda authors. MIT license.

import { DeadlineTimer } from "../handler/deadline_timer.ts";
import { Slot } from "../handler/slot.ts";
import { answer, type LoopOptions } from "../loop.ts";
import { runInScope } from "./scope.ts";

/**
 * Answers invocations one after the other, each in a scope of its own, until
 * the drain begins. Several such loops run at once.
 */
export async function loopInScopes(options: LoopOptions): Promise<void> {
  const { api, drain } = options;
  const deadline = new DeadlineTimer();
  while (!drain.hasBegun) {
    const invocation = await api.next(drain.signal);
    if (!invocation) return;
    // Of its own: what outlives the invocation must not be taken for the next.
    const slot = new Slot(deadline);
    drain.enter();
    try {
      await runInScope(
        invocation,
        slot,
        () => answer(invocation, slot, options),
      );
    } finally {
      drain.leave();
    }
  }
}
