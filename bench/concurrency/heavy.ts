// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Computes for some milliseconds, and never waits meanwhile. */
// deno-lint-ignore require-await
export async function handleEvent(event: { name: string }): Promise<unknown> {
  let hash = event.name.length;
  for (let round = 0; round < 4_000_000; round++) {
    hash = Math.imul(hash ^ round, 0x01000193);
  }
  return { message: `Hello, ${event.name}`, hash };
}
