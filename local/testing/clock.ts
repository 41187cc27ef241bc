// Copyright 2026 the Toukon Lambda authors. MIT license.

import { FakeTimer, type TimerCallback } from "./fake_timer.ts";

/** Options for {@linkcode FakeClock}. */
export interface FakeClockOptions {
  /**
   * The time that it shows at first.
   *
   * @default {new Date("2026-01-02T03:04:05.678Z")}
   */
  now?: Date;
}

/** What of the global scope the clock replaces. */
interface Scope {
  Date: DateConstructor;
  setTimeout: unknown;
  setInterval: unknown;
  clearTimeout: unknown;
  clearInterval: unknown;
}

/** Something that a clock waits for before and after it moves. */
export type ClockWatcher = (timerWasSet: Promise<void>) => Promise<void>;

const scope = globalThis as unknown as Scope;
const RealDate = scope.Date;
const realTimeout = setTimeout;

/**
 * A clock that moves only when it is told to. While it is there, `Date`,
 * `setTimeout()`, `setInterval()` and `AbortSignal.timeout()` follow it.
 *
 * What it does not replace goes on in real time: `performance`, the timers of
 * `node:timers`, and input and output. With a {@linkcode FakeLambda}, it waits
 * before it moves until every invocation has reached its handler.
 *
 * @example A deadline
 * ```ts
 * import { FakeClock, FakeLambda } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * using clock = new FakeClock();
 * await using lambda = new FakeLambda(() => new Promise(() => {}), { clock });
 *
 * const invocation = lambda.invoke({}, { timeoutMs: 3_000 });
 * await clock.advance(3_000);
 * const { error } = await invocation;
 * assertEquals(error?.errorType, "Function.Timeout");
 * ```
 */
export class FakeClock implements Disposable {
  readonly #real: Scope = { ...readScope() };
  readonly #realSignalTimeout = AbortSignal.timeout;
  readonly #timers = new Map<number, FakeTimer>();
  readonly #watchers = new Set<ClockWatcher>();
  #timerWasSet = Promise.withResolvers<void>();
  #now: number;
  #lastId = 0;
  #callCount = 0;

  /** Replaces the clock of this thread until it is disposed of. */
  constructor(
    { now = new RealDate("2026-01-02T03:04:05.678Z") }: FakeClockOptions = {},
  ) {
    this.#now = now.getTime();
    Object.assign(scope, {
      Date: this.#createDate(),
      setTimeout: (callback: TimerCallback, ms?: number, ...args: unknown[]) =>
        this.#set(callback, ms, args, false),
      setInterval: (callback: TimerCallback, ms?: number, ...args: unknown[]) =>
        this.#set(callback, ms, args, true),
      clearTimeout: (timer: unknown) => this.#clear(timer),
      clearInterval: (timer: unknown) => this.#clear(timer),
    });
    AbortSignal.timeout = (ms) => this.#createSignal(ms);
  }

  /** The time that it shows, in milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /** How many timers are set. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** How many timers have been called. */
  get callCount(): number {
    return this.#callCount;
  }

  /**
   * Moves on, and calls every timer that is due on the way at its time, in the
   * order of their times. What a timer has begun goes as far as it can before
   * the next is called.
   *
   * @param ms How far, in milliseconds.
   * @throws {RangeError} If the time is negative.
   */
  async advance(ms: number): Promise<void> {
    refuseNegative(ms);
    await this.#settle();
    const end = this.#now + ms;
    for (;;) {
      const timer = this.#nextTimer();
      if (timer === undefined || timer.atMs > end) break;
      this.#now = Math.max(this.#now, timer.atMs);
      this.#call(timer);
      await this.#settle();
    }
    this.#now = Math.max(this.#now, end);
  }

  /**
   * Moves on in one step, as the clock does for what was frozen: timers that
   * are due are called when it next moves.
   *
   * @param ms How far, in milliseconds.
   * @throws {RangeError} If the time is negative.
   */
  skip(ms: number): void {
    refuseNegative(ms);
    this.#now += ms;
  }

  /** Puts the real clock back. Timers that are still set are never called. */
  [Symbol.dispose](): void {
    Object.assign(scope, this.#real);
    AbortSignal.timeout = this.#realSignalTimeout;
    this.#timers.clear();
  }

  /**
   * Has the clock wait for something before and after it moves.
   *
   * @param watcher Settles when nothing is under way. It is given a promise
   * that settles when a timer is set, after which nothing may be under way but
   * what waits for it.
   * @returns Ends the waiting.
   */
  watch(watcher: ClockWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Settles when a timer is set from now on. */
  timerSet(): Promise<void> {
    return this.#timerWasSet.promise;
  }

  #createDate(): DateConstructor {
    const now = () => this.#now;
    function FakeDate(this: unknown, ...args: unknown[]): unknown {
      if (!new.target) return new RealDate(now()).toString();
      return Reflect.construct(
        RealDate,
        args.length > 0 ? args : [now()],
        new.target,
      );
    }
    return Object.assign(Object.setPrototypeOf(FakeDate, RealDate), {
      prototype: RealDate.prototype,
      now,
    });
  }

  #set(
    callback: TimerCallback,
    ms: number | undefined,
    args: unknown[],
    repeats: boolean,
  ): FakeTimer {
    const delayMs = Math.max(1, Math.trunc(Number(ms)) || 0);
    const timer = new FakeTimer(++this.#lastId, {
      callback: () => callback(...args),
      delayMs,
      repeats,
      now: () => this.#now,
      clear: (it) => this.#clear(it),
    });
    this.#timers.set(timer.id, timer);
    this.#timerWasSet.resolve();
    return timer;
  }

  #clear(timer: unknown): void {
    this.#timers.delete(Number(timer));
  }

  #createSignal(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#set(
      () =>
        controller.abort(new DOMException("Signal timed out.", "TimeoutError")),
      ms,
      [],
      false,
    );
    return controller.signal;
  }

  /** The one that is due first, of those at one time that was set first. */
  #nextTimer(): FakeTimer | undefined {
    return [...this.#timers.values()]
      .reduce<FakeTimer | undefined>(
        (first, timer) => first && first.atMs <= timer.atMs ? first : timer,
        undefined,
      );
  }

  #call(timer: FakeTimer): void {
    if (timer.repeats) timer.refresh();
    else this.#timers.delete(timer.id);
    this.#timerWasSet = Promise.withResolvers();
    this.#callCount++;
    try {
      timer.callback();
    } catch (error) {
      // As from a real timer, it fails nobody who has called.
      reportError(error);
    }
  }

  /** Lets everything go on that does not wait for the clock. */
  async #settle(): Promise<void> {
    const turn = async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      realTimeout(resolve, 0);
      await promise;
    };
    await turn();
    for (const watcher of this.#watchers) {
      await watcher(this.#timerWasSet.promise);
    }
    await turn();
    this.#timerWasSet = Promise.withResolvers();
  }
}

function readScope(): Scope {
  const { Date, setTimeout, setInterval, clearTimeout, clearInterval } = scope;
  return { Date, setTimeout, setInterval, clearTimeout, clearInterval };
}

function refuseNegative(ms: number): void {
  if (ms >= 0) return;
  throw new RangeError(
    `Cannot move the clock: expected milliseconds of at least 0, found ${ms}`,
  );
}
