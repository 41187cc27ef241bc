// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { DeadlineTimer } from "../handler/deadline_timer.ts";
import { scope } from "../handler/scope.ts";
import { rememberThrownIn, Slot, slotOfThrown } from "../handler/slot.ts";
import type { Answer, Slots } from "../handler/slots.ts";
import { watchTimers } from "../handler/watch_timers.ts";
import { provideInvokeStore, runInStore } from "./invoke_store.ts";

/** The slots of a thread that runs several invocations at once. */
export class ConcurrentSlots implements Slots {
  readonly start: Slot = new Slot();
  readonly #timers: DeadlineTimer[] = [];

  trackWork(): void {
    provideInvokeStore();
    watchTimers(() => this.blamed(), rememberThrownIn);
  }

  logged(): Slot {
    return slotOfThrown() ?? scope.getStore() ?? this.start;
  }

  blamed(): Slot {
    return this.logged();
  }

  async run<Options>(
    answer: Answer<Options>,
    invocation: Invocation,
    options: Options,
  ): Promise<void> {
    const timer = this.#timers.pop() ?? new DeadlineTimer();
    const slot = new Slot(invocation, timer);
    try {
      await scope.run(
        slot,
        () => runInStore(invocation, () => answer(invocation, slot, options)),
      );
    } finally {
      this.#timers.push(timer);
      slot.invocation = undefined;
    }
  }

  runOutside<Result>(run: () => Result): Result {
    // Deno's exit() holds for what runs at once, not for what it begins.
    return scope.run(this.start, run);
  }
}
