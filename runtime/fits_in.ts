// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The most bytes of UTF-8 that a unit of UTF-16 takes. */
const MAX_BYTES_A_UNIT = 3;

const encoder = new TextEncoder();

/** Whether a text takes at most so many bytes in UTF-8. */
export function fitsIn(text: string, maxBytes: number): boolean {
  return text.length * MAX_BYTES_A_UNIT <= maxBytes ||
    encoder.encode(text).length <= maxBytes;
}
