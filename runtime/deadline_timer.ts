// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The longest delay that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
    // Deno writes a warning for a delay below 0.
    const delayMs = Math.max(0, this.#atMs - Date.now());
    this.#timer = setTimeout(
      () => this.#fire(),
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
  }

  #fire(): void {
    this.#firesAtMs = Infinity;
    if (!this.#expire) return;
    if (Date.now() < this.#atMs) this.#set();
    else this.#expire();
  }
}
