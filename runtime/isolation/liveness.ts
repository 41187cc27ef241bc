// Copyright 2026 the Toukon Lambda authors. MIT license.

// Deno has no event for the end of a worker. A worker that ends, however it
// does, loses the Web Locks that it holds; Deno has no types for those.

/** The part of the Web Locks API that is used. */
interface Locks {
  request(name: string, whileHeld: () => unknown): Promise<unknown>;
}

const { locks } = navigator as unknown as { locks: Locks };

/** Makes the end of this thread known by a name; settles once it is. */
export function announceLife(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    }).catch(reject);
  });
}

/** Settles when the thread has ended that is known by the name. */
export async function untilEnd(name: string): Promise<void> {
  await locks.request(name, () => {});
}
