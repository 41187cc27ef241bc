// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What a timer calls. */
// deno-lint-ignore no-explicit-any
export type TimerCallback = (...args: any[]) => unknown;

/** What a {@linkcode FakeTimer} is made of. */
interface FakeTimerOptions {
  callback: () => unknown;
  delayMs: number;
  repeats: boolean;
  /** Gives the time of the clock. */
  now: () => number;
  clear: (timer: FakeTimer) => void;
}

/** A timer of a fake clock, with the methods of a real one. */
export class FakeTimer implements Disposable {
  readonly id: number;
  readonly repeats: boolean;
  readonly callback: () => unknown;
  readonly #options: FakeTimerOptions;
  #atMs: number;

  constructor(id: number, options: FakeTimerOptions) {
    this.id = id;
    this.repeats = options.repeats;
    this.callback = options.callback;
    this.#options = options;
    this.#atMs = options.now() + options.delayMs;
  }

  /** When it is due, in milliseconds since the epoch. */
  get atMs(): number {
    return this.#atMs;
  }

  refresh(): this {
    this.#atMs = this.#options.now() + this.#options.delayMs;
    return this;
  }

  close(): this {
    this.#options.clear(this);
    return this;
  }

  // A fake timer keeps nothing alive in any case.
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
