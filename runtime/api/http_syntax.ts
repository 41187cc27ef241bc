// Copyright 2026 the Toukon Lambda authors. MIT license.

import { InternalError } from "../failure/errors.ts";
import type { InvocationHeaders } from "./invocation.ts";

/** The longest line that is read, in bytes. */
export const MAX_LINE_BYTES = 16 * 1024;
/** The longest head, and the longest trailers, in bytes. */
export const MAX_HEAD_BYTES = 64 * 1024;
/** The most headers, and the most trailers. */
export const MAX_HEADERS = 100;
/** The largest body in bytes: Lambda's limit of 6 MiB, and a margin. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** The most that the chunks of a body have as extensions, in bytes. */
export const MAX_EXTENSION_BYTES = 16 * 1024;
/** The most interim replies, of a status below 200, to one request. */
export const MAX_INTERIM_REPLIES = 5;

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
const TAB = 9;
const DELETE = 127;

const TEXT = new TextDecoder();

const IS_NAME_BYTE = Uint8Array.from(
  { length: 256 },
  (_, byte) => Number(/[\w!#$%&'*+.^`|~-]/.test(String.fromCharCode(byte))),
);

/** The server has sent what is no reply of HTTP/1.1, or not all of it. */
export class BrokenReplyError extends InternalError {
  override name = "BrokenReplyError";
}

/** The error of a body that is larger than any that Lambda sends. */
export function tooLong(): BrokenReplyError {
  return new BrokenReplyError(`answer longer than ${MAX_BODY_BYTES} bytes`);
}

/** Whether the name of a header may have the byte. */
export function isNameByte(byte: number): boolean {
  return IS_NAME_BYTE[byte] === 1;
}

/** Whether a line may have the byte, the two that end it aside. */
export function isLineByte(byte: number): boolean {
  return byte >= SPACE && byte !== DELETE || byte === TAB;
}

/** Whether the byte may stand around the value of a header. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/**
 * Reads a number of digits.
 *
 * @returns The number, or -1 where there is something else, or too much.
 */
export function readNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  radix: 10 | 16,
): number {
  // No limit is longer, and no longer number is exact.
  if (start === end || end - start > 10) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = digitOf(bytes[at]);
    if (digit >= radix) return -1;
    number = number * radix + digit;
  }
  return number;
}

/** Gives the value of a hexadecimal digit, and 16 for what is none. */
export function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 16;
}

/** Makes a text of bytes that stand for characters, as HTTP libraries do. */
export function fromLatin1(bytes: Uint8Array): string {
  let text = "";
  // As many arguments as a call may have.
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

/** Decodes UTF-8 as fetch does. */
export function fromUtf8(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : TEXT.decode(bytes);
}

/** The headers of a reply, which are looked for when they are asked for. */
export class ReplyHeaders
  implements InvocationHeaders, Iterable<[string, string]> {
  readonly #lines: string;
  #lower: string | undefined;

  /** @param lines The headers, each of them between line ends. */
  constructor(lines: string) {
    this.#lines = lines;
  }

  get(name: string): string | null {
    // What bytes stand for has the same length in lower case.
    const lower = this.#lower ??= this.#lines.toLowerCase();
    const key = `\r\n${name}:`;
    let found: string | null = null;
    for (let at = lower.indexOf(key); at >= 0; at = lower.indexOf(key, at)) {
      at += key.length;
      const value = this.#between(at, lower.indexOf("\r\n", at));
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    const names = this.#lines.toLowerCase().match(/(?<=\n)[^:\r]+/g) ?? [];
    for (const name of new Set(names.sort())) yield [name, this.get(name)!];
  }

  /** Trims no more than HTTP does: a value may be bytes of UTF-8. */
  #between(start: number, end: number): string {
    const lines = this.#lines;
    while (start < end && isBlank(lines.charCodeAt(start))) start++;
    while (start < end && isBlank(lines.charCodeAt(end - 1))) end--;
    return lines.slice(start, end);
  }
}
