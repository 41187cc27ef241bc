// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Ends the loops in order: no new invocation, and what runs is answered. */
export class Drain {
  /** The error that ends the environment; undefined where a signal does. */
  error: unknown;
  readonly #begun = new AbortController();
  readonly #done = Promise.withResolvers<void>();
  #running = 0;

  /** Aborts when the drain begins. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  /** Whether no invocation is asked for any more. */
  get hasBegun(): boolean {
    return this.signal.aborted;
  }

  /** Settles when the drain has begun and nothing runs. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Counts an invocation that begins. */
  enter(): void {
    this.#running++;
  }

  /** Counts an invocation that has been answered. */
  leave(): void {
    this.#running--;
    this.#check();
  }

  /** Begins the end; the first reason for it counts. */
  begin(error?: unknown): void {
    if (this.hasBegun) return;
    this.error = error;
    this.#begun.abort();
    this.#check();
  }

  #check(): void {
    if (this.hasBegun && this.#running === 0) this.#done.resolve();
  }
}
