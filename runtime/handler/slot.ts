// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
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
    const error = new RuntimeError(type, show(thrown), { cause: thrown });
    if (this.fail) this.fail(error);
    else log.error(`${type} between invocations: ${error.message}`);
  }
}

/**
 * Blames rejections and exceptions of background work on the current slot,
 * instead of letting them end the process.
 */
export function catchBackgroundErrors(
  currentSlot: () => Slot,
  log: Log,
): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    currentSlot().blame("Runtime.UnhandledPromiseRejection", event.reason, log);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    // What a worker of the handler has thrown is only told in the message.
    const thrown = event.error ?? event.message;
    currentSlot().blame("Runtime.UncaughtException", thrown, log);
  });
}

function show(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a value that cannot be shown";
  }
}
