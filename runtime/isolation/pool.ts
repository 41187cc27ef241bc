// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { Config } from "../config.ts";
import { RuntimeError } from "../failure/errors.ts";
import { toErrorDocument } from "../failure/failure.ts";
import { readDeadlineMs } from "../handler/invocation_context.ts";
import { type Moments, momentsOf, timeoutError } from "../handler/moments.ts";
import type { Hook, Runner } from "../handler/runner.ts";
import type { Slot } from "../handler/slot.ts";
import { Restarts } from "../lifecycle/supervisor.ts";
import type { Log } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";
import type { HandlerWorker } from "./handler_worker.ts";
import { NotBegunError } from "./worker_runs.ts";

/** Options for {@linkcode WorkerPool}. */
export interface PoolOptions {
  /** How many workers answer invocations. */
  size: number;
  /** Starts a worker, in an environment that was restored or not. */
  startWorker: (isRestored: boolean) => HandlerWorker;
  /**
   * Whether one more is kept for the next that ends.
   *
   * @default {true}
   */
  hasSpare?: boolean;
  /** When workers are replaced no more. */
  supervisor: Config["supervisor"];
  /** Whether a handler leaves time for a dead letter. */
  sendsLetters?: boolean;
  /**
   * Starts a worker, which outlives the invocation that it is started for:
   * what is logged of it later must not carry its id.
   *
   * @default {calls what it is given}
   */
  runOutside?: <Result>(start: () => Result) => Result;
  /**
   * Ends the process, once what runs is answered.
   *
   * @default {nothing is done}
   */
  giveUp?: (error: unknown) => void;
  log: Log;
}

/** A place for a worker that answers invocations. */
interface Seat {
  worker: HandlerWorker | undefined;
  running: number;
}

/** Runs the handler in workers, and replaces those that end or are blocked. */
export class WorkerPool implements Runner {
  readonly #options: PoolOptions;
  readonly #seats: Seat[];
  readonly #restarts: Restarts;
  #spare: HandlerWorker | undefined;
  #blocked = 0;
  #hasGivenUp = false;
  #isServing = false;
  #isRestored = false;

  private constructor(options: PoolOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.supervisor.maxSeconds);
    this.#seats = Array.from(
      { length: options.size },
      () => ({ worker: undefined, running: 0 }),
    );
  }

  /** Starts the workers, and a spare one whose start is not waited for. */
  static async start(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    await Promise.all(pool.#seats.map((seat) => pool.#occupy(seat).started));
    pool.#isServing = true;
    pool.#startSpare();
    return pool;
  }

  get hooks(): readonly Hook[] {
    return this.#seats[0].worker?.hooks ?? [];
  }

  invoke = async (
    invocation: Invocation,
    slot: Slot,
  ): Promise<Reply | undefined> => {
    const seat = this.#freest();
    seat.running++;
    try {
      return await this.#run(seat, invocation, slot);
    } finally {
      slot.deadline.stop();
      seat.running--;
    }
  };

  async call(hook: Hook): Promise<void> {
    const workers = [...this.#seats.map((seat) => seat.worker), this.#spare]
      .filter((worker) => worker !== undefined);
    // Workers that are started from now on see to it by themselves.
    if (hook === "afterRestore") this.#isRestored = true;
    // All are waited for, since the process may end when this settles.
    const calls = await Promise.allSettled(workers.map(async (worker) => {
      // One that cannot be started has nothing to be told.
      const hasStarted = await worker.started.then(() => true, () => false);
      if (hasStarted) await worker.call(hook);
    }));
    const failed = calls.find(({ status }) => status === "rejected");
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  async #run(
    seat: Seat,
    invocation: Invocation,
    slot: Slot,
  ): Promise<Reply | undefined> {
    const moments = momentsOf(
      readDeadlineMs(invocation.headers),
      Date.now(),
      { sendsLetters: this.#options.sendsLetters, isIsolated: true },
    );
    for (;;) {
      const worker = this.#workerOf(seat);
      slot.deadline.start(
        moments.blockedAtMs,
        () => this.#stopBlocked(worker, moments, invocation),
      );
      try {
        return await worker.invoke(invocation);
      } catch (error) {
        if (!(error instanceof NotBegunError)) throw error;
        if (this.#hasGivenUp) throw error.cause;
      }
    }
  }

  #freest(): Seat {
    return this.#seats.reduce((least, seat) =>
      seat.running < least.running ? seat : least
    );
  }

  #workerOf(seat: Seat): HandlerWorker {
    // One whose end is just known has not been replaced yet.
    if (seat.worker && !seat.worker.hasEnded) return seat.worker;
    const { runOutside = (start) => start() } = this.#options;
    return runOutside(() => this.#occupy(seat));
  }

  #occupy(seat: Seat): HandlerWorker {
    const spare = this.#spare?.hasEnded ? undefined : this.#spare;
    const worker = spare ?? this.#startWorker();
    if (spare) this.#spare = undefined;
    seat.worker = worker;
    this.#replaceWhenEnded(seat, worker);
    return worker;
  }

  #startWorker(): HandlerWorker {
    return this.#options.startWorker(this.#isRestored);
  }

  async #replaceWhenEnded(seat: Seat, worker: HandlerWorker): Promise<void> {
    const error = await worker.ended;
    const isReplaced = seat.worker !== worker;
    if (!isReplaced) seat.worker = undefined;
    // During init it is the start that fails.
    if (!this.#isServing) return;
    // A start that fails would fail again: the next invocation is to see it.
    if (worker.hasStarted) {
      if (!isReplaced) this.#occupy(seat);
      this.#startSpare();
    }
    if (!isTimeout(error)) this.#count(error);
  }

  /** Starts a spare worker. If it fails, the next invocation starts its own. */
  async #startSpare(): Promise<void> {
    const { hasSpare = true, log } = this.#options;
    if (!hasSpare || this.#spare) return;
    const spare = this.#startWorker();
    this.#spare = spare;
    const error = await spare.ended;
    if (this.#spare !== spare) return;
    this.#spare = undefined;
    log.warn(`Spare worker has ended: ${describe(error)}`);
  }

  #stopBlocked(
    worker: HandlerWorker,
    moments: Moments,
    invocation: Invocation,
  ): void {
    // What it has streamed may still be read.
    if (!worker.isRunning(invocation)) return;
    this.#blocked++;
    worker.gone.then(() => this.#blocked--);
    const error = timeoutError(
      moments,
      "yielded",
      "its worker is replaced. Await between the parts of long work, or raise the function's timeout",
    );
    worker.stop(error, invocation);
    if (this.#blocked > this.#options.supervisor.maxRestarts) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#hasGivenUp = true;
    this.#options.giveUp?.(error);
  }

  #count(error: unknown): void {
    const { supervisor: { maxRestarts, maxSeconds }, log } = this.#options;
    const count = this.#restarts.count();
    if (count > maxRestarts) {
      this.#giveUp(error);
      return;
    }
    log.error(
      `Worker has ended and is replaced (${count} of ${maxRestarts} in ${maxSeconds} s): ${
        describe(error)
      }`,
    );
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof RuntimeError && error.name === "Function.Timeout";
}

function describe(error: unknown): string {
  const { errorType, errorMessage } = toErrorDocument(error);
  return `${errorType}: ${errorMessage}`;
}
