// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { DeadlineTimer } from "./deadline_timer.ts";
import { rememberThrownIn, Slot, slotOfThrown } from "./slot.ts";

/** Answers an invocation that is in a slot. */
export type Answer<Options> = (
  invocation: Invocation,
  slot: Slot,
  options: Options,
) => Promise<void>;

/** The slots of a thread, one for each invocation that runs. */
export interface Slots {
  /** Holds the start, and nothing later. */
  readonly start: Slot;
  /** Gives the slot whose request id a line of the log carries. */
  logged(): Slot;
  /** Gives the slot whose work has just thrown. */
  blamed(): Slot;
  /** Starts to record which invocation began which work. */
  trackWork(): void;
  /** Answers an invocation in a slot of its own. */
  run<Options>(
    answer: Answer<Options>,
    invocation: Invocation,
    options: Options,
  ): Promise<void>;
  /** Runs a function, and all that it begins, as work of no invocation. */
  runOutside<Result>(run: () => Result): Result;
}

/** The slots of a thread that runs one invocation at a time. */
export class SequentialSlots implements Slots {
  readonly start: Slot = new Slot();
  readonly #deadline = new DeadlineTimer();
  #running: Slot = this.start;
  #scope: typeof import("./scope.ts").scope | undefined;
  #loading: Promise<void> | undefined;
  #isTracking = false;

  /**
   * Recording starts after the first invocation: before it no other could have
   * begun work.
   */
  trackWork(): void {
    this.#isTracking = true;
  }

  logged(): Slot {
    return slotOfThrown() ?? this.#scope?.getStore() ?? this.#running;
  }

  /** An error of work that no known invocation began fails no invocation. */
  blamed(): Slot {
    return this.#scope ? this.#scope.getStore() ?? this.start : this.#running;
  }

  async run<Options>(
    answer: Answer<Options>,
    invocation: Invocation,
    options: Options,
  ): Promise<void> {
    if (this.#loading && !this.#scope) await this.#loading;
    const slot = new Slot(invocation, this.#deadline);
    this.#running = slot;
    try {
      await (this.#scope
        ? this.#scope.run(slot, answer, invocation, slot, options)
        : this.#answerFirst(answer, invocation, slot, options));
    } finally {
      // The next one may have begun: a worker is told of it by a message.
      if (this.#running === slot) this.#running = this.start;
      slot.invocation = undefined;
    }
    if (this.#isTracking) this.#loading ??= this.#loadScope();
  }

  runOutside<Result>(run: () => Result): Result {
    return this.#scope ? this.#scope.run(this.start, run) : run();
  }

  /**
   * What the handler enters an `AsyncLocalStorage` with would stay there for
   * every later invocation, if it was called by the job that goes on with them.
   */
  async #answerFirst<Options>(
    answer: Answer<Options>,
    invocation: Invocation,
    slot: Slot,
    options: Options,
  ): Promise<void> {
    if (this.#isTracking) await undefined;
    await answer(invocation, slot, options);
  }

  /** Costs some milliseconds, while the loop waits for an invocation. */
  async #loadScope(): Promise<void> {
    const [{ scope }, { watchTimers }] = await Promise.all([
      import("./scope.ts"),
      import("./watch_timers.ts"),
    ]);
    this.#scope = scope;
    watchTimers(() => this.blamed(), rememberThrownIn);
  }
}
