// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Numbers from 0 to 1 that a seed decides (xorshift). */
export function createRandom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
