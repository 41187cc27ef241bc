// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Reads a body to its end; undefined if it is larger than the limit. */
export async function readBody(
  { body }: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!body) return new Uint8Array();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // What is too large is read as well, for at most as much again: a client
  // that still sends does not read the answer.
  for await (const part of body) {
    length += part.length;
    if (length > 4 * limit) break;
    if (length <= limit) parts.push(part);
  }
  return length > limit ? undefined : await new Blob(parts).bytes();
}
