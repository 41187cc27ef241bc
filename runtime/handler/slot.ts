// Copyright 2026 the Toukon Lambda authors. MIT license.

import { DeadlineTimer } from "./deadline_timer.ts";
import type { Log } from "../log/log.ts";
import { RuntimeError } from "../failure/errors.ts";

/** What runs at the moment: it answers for errors that nothing else caught. */
export class InFlight {
  /** The invocation that runs; empty between invocations. */
  requestId = "";
  /** Fails what runs, or undefined when nothing does. */
  fail: ((error: unknown) => void) | undefined;
  /** Tells when what runs has run for too long. */
  readonly deadline: DeadlineTimer;

  constructor(deadline: DeadlineTimer = new DeadlineTimer()) {
    this.deadline = deadline;
  }

  /** Fails what runs with an error of background work, else logs it. */
  blame(type: `Runtime.${string}`, thrown: unknown, log: Log): void {
    const error = new RuntimeError(type, show(thrown), { cause: thrown });
    if (this.fail) this.fail(error);
    else log.error(`${type} between invocations: ${error.message}`, thrown);
  }
}

/**
 * Hands rejections and exceptions of background work to what runs, instead of
 * letting them end the process.
 */
export function catchBackgroundErrors(current: () => InFlight, log: Log): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    current().blame("Runtime.UnhandledPromiseRejection", event.reason, log);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    // What a worker of the handler has thrown is only told in the message.
    const thrown = event.error ?? event.message;
    current().blame("Runtime.UncaughtException", thrown, log);
  });
}

function show(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a value that cannot be shown";
  }
}
