// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Writes all bytes, however few the stream takes at once. */
export function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  let rest = bytes;
  while (rest.byteLength > 0) rest = rest.subarray(stream.writeSync(rest));
}
