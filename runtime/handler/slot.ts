// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import { showThrown } from "../failure/failure.ts";
import type { Log, LogOrigin } from "../log/log.ts";
import { DeadlineTimer } from "./deadline_timer.ts";

/** Ends what belongs to an invocation, such as the metrics of it. */
type Closer = () => void | Promise<void>;

/** Holds the invocation that runs, or the start, or nothing. */
export class Slot implements LogOrigin {
  /** The id of the invocation, also when it is over; empty at the start. */
  readonly requestId: string;
  /**
   * The invocation, while it runs; undefined at the start. It is let go then:
   * what fetch leaves to the garbage collector holds slots for long.
   */
  invocation: Invocation | undefined;
  /** Fails what the slot holds; undefined while it holds nothing. */
  fail: ((error: unknown) => void) | undefined;
  /** Watches the deadline of what the slot holds. */
  readonly deadline: DeadlineTimer;
  #closers: Closer[] | undefined;
  #isClosed = false;

  constructor(
    invocation?: Invocation,
    deadline: DeadlineTimer = new DeadlineTimer(),
  ) {
    this.requestId = invocation?.requestId ?? "";
    this.invocation = invocation;
    this.deadline = deadline;
  }

  /** The tenant that the invocation is for. */
  get tenantId(): string | undefined {
    return this.invocation?.headers.get("lambda-runtime-aws-tenant-id") ||
      undefined;
  }

  /** The id of the X-Ray trace: the root that the trace header names. */
  get traceId(): string | undefined {
    const header = this.invocation?.headers.get("lambda-runtime-trace-id");
    return header ? /(?:^|;)\s*Root=([^;\s]+)/i.exec(header)?.[1] : undefined;
  }

  /** Whether the handler has settled: what comes now is background work. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Has a function called when the handler has settled, before the reply is
   * sent. It must not throw.
   */
  beforeReply(closer: Closer): void {
    (this.#closers ??= []).push(closer);
  }

  /** Calls what waits for the end of the handler. */
  close(): Promise<unknown> | undefined {
    const closers = this.#closers;
    this.#isClosed = true;
    this.#closers = undefined;
    let unfinished: Promise<void>[] | undefined;
    for (const close of closers ?? []) {
      const closing = close();
      if (closing) (unfinished ??= []).push(closing);
    }
    return unfinished && Promise.all(unfinished);
  }

  /** Fails what the slot holds with an error of background work, or logs it. */
  blame(type: `Runtime.${string}`, thrown: unknown, log: Log): void {
    const error = new RuntimeError(type, showThrown(thrown), { cause: thrown });
    if (this.fail) this.fail(error);
    else log.error(`${type} between invocations:`, thrown);
  }
}

/** What is known of the start of the environment in this thread. */
export const environmentStart: {
  /**
   * When the environment began, in milliseconds since the epoch; undefined in a
   * worker that has not begun with it.
   */
  beganAtMs: number | undefined;
  /** When the handler was imported, in the same unit. */
  importedAtMs?: number;
  /** When its `init()` was done as well, in the same unit. */
  endedAtMs?: number;
  /** How many modules were loaded, where that was counted. */
  modules?: number;
  /** Whether the function is configured to tell of it. */
  isTold: boolean;
} = { beganAtMs: performance.timeOrigin, isTold: false };

let beginListener: ((slot: Slot) => void) | undefined;

/** Has a function called when the next invocation of this thread begins. */
export function onNextInvocation(listener: (slot: Slot) => void): void {
  beginListener = listener;
}

/** Tells that the invocation in a slot begins. */
export function tellBegin(slot: Slot): void {
  if (!beginListener) return;
  const listener = beginListener;
  beginListener = undefined;
  listener(slot);
}

let current: (() => Slot | undefined) | undefined;

/** Says how the slot of the running code is found in this thread. */
export function findSlotsBy(find: () => Slot | undefined): void {
  current = find;
}

/** Gives the slot of the running code, where a runtime serves in this thread. */
export function currentSlot(): Slot | undefined {
  return current?.();
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
 * letting them end the process, until the signal aborts.
 */
export function catchBackgroundErrors(
  blamed: () => Slot,
  log: Log,
  signal?: AbortSignal,
): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    blamed().blame("Runtime.UnhandledPromiseRejection", event.reason, log);
    try {
      emitUnhandledRejection(event);
    } catch (error) {
      blamed().blame("Runtime.UncaughtException", error, log);
    }
  }, { signal });
  addEventListener("error", (event) => {
    event.preventDefault();
    // What a worker of the handler has thrown is only told in the message.
    const thrown = event.error ?? event.message;
    const slot = thrownIn ?? blamed();
    slot.blame("Runtime.UncaughtException", thrown, log);
    thrownIn = undefined;
  }, { signal });
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
