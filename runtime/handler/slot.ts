// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import { showThrown } from "../failure/failure.ts";
import type { Log } from "../log/log.ts";
import { DeadlineTimer } from "./deadline_timer.ts";

/** Holds the invocation that runs, or the start, or nothing. */
export class Slot {
  /** The id of the invocation; empty between invocations. */
  requestId = "";
  /** Fails what the slot holds; undefined while it holds nothing. */
  fail: ((error: unknown) => void) | undefined;
  /** Watches the deadline of what the slot holds. */
  readonly deadline: DeadlineTimer;

  constructor(deadline: DeadlineTimer = new DeadlineTimer()) {
    this.deadline = deadline;
  }

  /** Fails what the slot holds with an error of background work, or logs it. */
  blame(type: `Runtime.${string}`, thrown: unknown, log: Log): void {
    const error = new RuntimeError(type, showThrown(thrown), { cause: thrown });
    if (this.fail) this.fail(error);
    else log.error(`${type} between invocations:`, thrown);
  }
}

let thrownIn: Slot | undefined;

/** Remembers the slot of the timer whose error is about to be caught. */
export function rememberThrownIn(slot: Slot): void {
  thrownIn = slot;
  // A listener of the handler may keep the error from the one below.
  queueMicrotask(() => thrownIn = undefined);
}

/** Gives the slot of the timer whose error is being caught. */
export function slotOfThrown(): Slot | undefined {
  return thrownIn;
}

/**
 * Blames rejections and exceptions of background work on a slot, instead of
 * letting them end the process.
 */
export function catchBackgroundErrors(blamed: () => Slot, log: Log): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    blamed().blame("Runtime.UnhandledPromiseRejection", event.reason, log);
    try {
      emitUnhandledRejection(event);
    } catch (error) {
      blamed().blame("Runtime.UncaughtException", error, log);
    }
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    // What a worker of the handler has thrown is only told in the message.
    const thrown = event.error ?? event.message;
    const slot = thrownIn ?? blamed();
    slot.blame("Runtime.UncaughtException", thrown, log);
    thrownIn = undefined;
  });
}

/**
 * Tells the listeners of `process`, such as monitoring agents, which Deno tells
 * of exceptions, but of no rejection that is kept from ending the process.
 */
function emitUnhandledRejection(event: PromiseRejectionEvent): void {
  const { process } = globalThis as unknown as {
    process: { emit(name: string, ...args: unknown[]): void };
  };
  process.emit("unhandledRejection", event.reason, event.promise);
}
