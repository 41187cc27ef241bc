// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Slot } from "../handler/slot.ts";
import type { Log } from "../log/log.ts";

type Timer = (
  callback: (...args: unknown[]) => unknown,
  ...rest: unknown[]
) => unknown;

/**
 * Blames what a timer's callback throws on the invocation that set the timer:
 * where such an error arrives else, Deno no longer knows which one that was.
 */
export function watchTimers(current: () => Slot, log: Log): void {
  const timers = globalThis as unknown as Record<string, Timer>;
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    timers[name] = watch(timers[name], current, log);
  }
}

function watch(original: Timer, current: () => Slot, log: Log): Timer {
  const watched: Timer = (callback, ...rest) =>
    typeof callback === "function"
      ? original(function (this: unknown, ...args) {
        try {
          return callback.apply(this, args);
        } catch (error) {
          current().blame("Runtime.UncaughtException", error, log);
        }
      }, ...rest)
      : original(callback, ...rest);
  return Object.defineProperties(
    watched,
    Object.getOwnPropertyDescriptors(original),
  );
}
