// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Clock } from "./clock.ts";
import type { Outcome } from "./invocation.ts";

/** How often a failed invocation is tried again. */
const MAX_RETRIES = 2;
/** How long one waits that could not be run, in milliseconds. */
const THROTTLED_MS = 1_000;

/** An asynchronous invocation that has failed each time. */
export interface DeadInvocation {
  readonly requestId: string;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** How often it was tried. */
  readonly attempts: number;
  /** What the last attempt ended with. */
  readonly outcome: Outcome;
}

/** What an {@linkcode AsyncQueue} is given. */
export interface AsyncQueueOptions {
  clock: Clock;
  /** The wait before the first retry; it is twice as long before the second. */
  retryDelayMs: number;
  /** Takes what has failed each time. */
  bury(dead: DeadInvocation): Promise<void>;
  /** Tells that an attempt failed and that another follows. */
  onRetry(requestId: string, delayMs: number): void;
}

/** Asynchronous invocations, which are tried three times. */
export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  readonly #timers = new Map<string, () => void>();
  readonly #open = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
  }

  /** How many are not done with. */
  get length(): number {
    return this.#open.size;
  }

  /** Adds an invocation. */
  add(
    requestId: string,
    payload: Uint8Array<ArrayBuffer>,
    invoke: () => Promise<Outcome | "throttled">,
  ): void {
    const done = this.#run(requestId, payload, invoke)
      .finally(() => this.#open.delete(done));
    this.#open.add(done);
  }

  /** Gives up what waits. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#timers.values()) cancel();
    await Promise.all(this.#open);
  }

  async #run(
    requestId: string,
    payload: Uint8Array<ArrayBuffer>,
    invoke: () => Promise<Outcome | "throttled">,
  ): Promise<void> {
    const { retryDelayMs, bury, onRetry } = this.#options;
    for (let attempts = 1; !this.#isClosed;) {
      const outcome = await invoke();
      if (outcome === "throttled") {
        // What was not run has not failed.
        await this.#wait(requestId, THROTTLED_MS);
        continue;
      }
      if (outcome.errorType === undefined || this.#isClosed) return;
      if (attempts > MAX_RETRIES) {
        return await bury({ requestId, payload, attempts, outcome });
      }
      const delayMs = retryDelayMs * attempts;
      onRetry(requestId, delayMs);
      await this.#wait(requestId, delayMs);
      attempts++;
    }
  }

  #wait(requestId: string, delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#timers.delete(requestId);
        resolve();
      };
      const cancel = this.#options.clock.after(delayMs, end);
      this.#timers.set(requestId, () => {
        cancel();
        end();
      });
    });
  }
}
