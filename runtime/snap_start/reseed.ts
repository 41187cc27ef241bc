// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Deno's generator gives out this much before it takes a new seed. */
const SEED_BYTES = 64 * 1024;
/** More than the 128 identifiers that Deno makes ahead. */
const IDENTIFIERS = 256;
const VALUES = 1_024;

/**
 * Gives this thread randomness of its own: environments that are restored from
 * one snapshot would else make the same numbers.
 *
 * Nothing in Deno renews its generators when asked. Each takes a new seed from
 * the kernel, or makes new values, once it has given out enough. AWS-LC, which
 * makes keys and those of TLS connections, finds out by itself on Lambda.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html}
 */
export function reseed(): void {
  const bytes = new Uint8Array(SEED_BYTES);
  for (let round = 0; round < 2; round++) crypto.getRandomValues(bytes);
  for (let count = 0; count < IDENTIFIERS; count++) crypto.randomUUID();
  // V8 cannot be given a new seed.
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
