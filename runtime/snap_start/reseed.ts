// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What Deno's generator gives out before it takes a new seed. */
const RESEED_BYTES = 64 * 1024;
const VALUES = 1_024;

/**
 * Gives this thread randomness of its own: environments that are restored from
 * one snapshot would else make the same numbers.
 *
 * `Math.random()` is replaced, since V8 cannot be given a new seed.
 */
export function reseed(): void {
  const bytes = new Uint8Array(RESEED_BYTES);
  for (let round = 0; round < 2; round++) crypto.getRandomValues(bytes);
  Math.random = createRandom();
}

/** Random numbers as V8 makes them: 53 bits, from 0 up to but without 1. */
function createRandom(): () => number {
  const values = new BigUint64Array(VALUES);
  let next = VALUES;
  return function random() {
    if (next === VALUES) {
      crypto.getRandomValues(values);
      next = 0;
    }
    return Number(values[next++] >> 11n) * 2 ** -53;
  };
}
