// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How long a full pipe that does not block is left alone, in milliseconds. */
const PAUSE_MS = 1;

/**
 * Writes all bytes, however few the stream takes at once, and waits for one
 * that takes none for now, as a pipe may.
 */
export function writeAll<Level>(
  stream: { writeSync(bytes: Uint8Array, level?: Level): number },
  bytes: Uint8Array,
  level?: Level,
): void {
  let rest = bytes;
  while (rest.byteLength > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest, level));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
