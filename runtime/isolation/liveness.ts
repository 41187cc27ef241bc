// Copyright 2026 the Toukon Lambda authors. MIT license.

// Web Locks, which Deno has without types for them: a worker that ends, however
// it does, loses the locks that it holds, and no event tells of its end.

/** The part of the Web Locks API that is used. */
interface Locks {
  request(name: string, whileHeld: () => unknown): Promise<unknown>;
}

const { locks } = navigator as unknown as { locks: Locks };

/** Takes a lock until this thread ends; settles once it is held. */
export function holdLock(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    }).catch(reject);
  });
}

/** Settles when no thread holds the lock any more. */
export async function untilReleased(name: string): Promise<void> {
  await locks.request(name, () => {});
}
