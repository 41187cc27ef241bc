// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The longest delay that a timer takes: with a longer one it fires at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The nearest delay that a timer takes. Deno writes a warning for one below 0. */
export function toDelayMs(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_DELAY_MS);
}

/**
 * Watches the deadline of one invocation after the other.
 *
 * Setting and clearing a timer for each would be the dearest part of the loop.
 * This one stays set while deadlines come and go, and when it fires looks
 * whether the deadline that is watched by then has come.
 */
export class DeadlineTimer {
  #atMs = 0;
  #firesAtMs = Infinity;
  #expire: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Calls `expire` at the time, in milliseconds since the epoch, unless
   * {@linkcode DeadlineTimer.stop} comes first. Until then the process lives,
   * even if nothing else keeps it alive.
   */
  start(atMs: number, expire: () => void): void {
    this.#atMs = atMs;
    this.#expire = expire;
    if (atMs < this.#firesAtMs) this.#set();
  }

  /** Watches no deadline until the next start. */
  stop(): void {
    this.#expire = undefined;
  }

  #set(): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = this.#atMs;
    this.#timer = setTimeout(
      () => this.#fire(),
      toDelayMs(this.#atMs - Date.now()),
    );
  }

  #fire(): void {
    this.#firesAtMs = Infinity;
    if (!this.#expire) return;
    if (Date.now() < this.#atMs) this.#set();
    else this.#expire();
  }
}
