// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Attempt, Outcome } from "../invocation.ts";

/** An attempt that the function has been handed, or is about to be. */
export class Running {
  readonly attempt: Attempt;
  /** When its time is over, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** Tells this attempt from others at the same request. */
  readonly invocationId: string = crypto.randomUUID();
  /** What became of it. */
  readonly outcome: Promise<Outcome>;
  /** Settles when the function is through with it. */
  readonly completed: Promise<void>;
  /** Whether the function has begun to answer. */
  isAnswering = false;
  /** Whether the outcome is known. */
  isSettled = false;
  readonly #outcome = Promise.withResolvers<Outcome>();
  readonly #completed = Promise.withResolvers<void>();

  constructor(attempt: Attempt, deadlineMs: number) {
    this.attempt = attempt;
    this.deadlineMs = deadlineMs;
    this.outcome = this.#outcome.promise;
    this.completed = this.#completed.promise;
  }

  /** Says what became of it; what is said first counts. */
  settle(outcome: Outcome): void {
    this.isAnswering = true;
    this.isSettled = true;
    this.#outcome.resolve(outcome);
  }

  /** Says that the function is through with it. */
  complete(): void {
    this.#completed.resolve();
  }
}
