// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Slot } from "./slot.ts";

type Timer = (
  callback: (...args: unknown[]) => unknown,
  ...rest: unknown[]
) => unknown;

/**
 * Remembers which slot a timer's callback belongs to that throws. Where the
 * error is caught, Deno no longer knows it.
 *
 * @param remember Is given the slot just before the error is caught.
 */
export function watchTimers(
  blamed: () => Slot,
  remember: (slot: Slot) => void,
): void {
  const timers = globalThis as unknown as Record<string, Timer>;
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    const original = timers[name];
    if (typeof original !== "function") continue;
    // Unlike an assignment, it does not throw where the handler has frozen it.
    Reflect.set(timers, name, watch(original, () => remember(blamed())));
  }
}

function watch(original: Timer, hasThrown: () => void): Timer {
  const watched: Timer = (callback, ...rest) =>
    typeof callback === "function"
      ? original(function (this: unknown, ...args) {
        try {
          return callback.apply(this, args);
        } catch (error) {
          hasThrown();
          throw error;
        }
      }, ...rest)
      : original(callback, ...rest);
  return Object.defineProperties(
    watched,
    Object.getOwnPropertyDescriptors(original),
  );
}
