// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  BrokenReplyError,
  fromLatin1,
  isBlank,
  isNameByte,
  MAX_BODY_BYTES,
  MAX_HEADERS,
  readNumber,
  SPACE,
  tooLong,
} from "./http_syntax.ts";

const COLON = 58;
const HTTP_1 = "HTTP/1.";

/** How the end of a body is told. */
export type Framing = "none" | "length" | "chunked" | "close";

/** What the head of a reply says about the reply itself. */
export class ReplyHead {
  status = 0;
  /** Whether the connection can carry another request. */
  keepsAlive = false;
  /** The length of the body; -1 where it is not told. */
  length = -1;
  #isChunked = false;
  #isFirstVersion = false;
  #lines = 0;

  /** Begins a head with its first line. */
  readStatusLine(bytes: Uint8Array, start: number, end: number): void {
    const digits = start + HTTP_1.length + 2;
    const version = bytes[digits - 2] - 48;
    this.status = readNumber(bytes, digits, digits + 3, 10);
    const isStatusLine = end >= digits + 3 &&
      isHttp1(bytes, start) &&
      (version === 0 || version === 1) && bytes[digits - 1] === SPACE &&
      this.status >= 100 &&
      (end === digits + 3 || bytes[digits + 3] === SPACE);
    if (!isStatusLine) throw new BrokenReplyError("answer that is no HTTP/1.1");
    this.keepsAlive = version === 1;
    this.length = -1;
    this.#isFirstVersion = version === 0;
    this.#isChunked = false;
    this.#lines = 0;
  }

  /** Reads a header, and heeds what it says of the body and the connection. */
  readHeader(bytes: Uint8Array, start: number, end: number): void {
    const colon = this.readTrailer(bytes, start);
    let at = colon + 1;
    while (at < end && isBlank(bytes[at])) at++;
    while (at < end && isBlank(bytes[end - 1])) end--;
    switch (colon - start) {
      case 10:
        if (!isText(bytes, start, colon, "connection")) break;
        this.#readConnection(bytes, at, end);
        break;
      case 14:
        if (!isText(bytes, start, colon, "content-length")) break;
        this.#readLength(bytes, at, end);
        break;
      case 16:
        if (!isText(bytes, start, colon, "content-encoding")) break;
        // None has been asked for.
        if (isText(bytes, at, end, "identity")) break;
        throw new BrokenReplyError("answer with Content-Encoding");
      case 17:
        if (!isText(bytes, start, colon, "transfer-encoding")) break;
        this.#readEncoding(bytes, at, end);
    }
  }

  /** Begins to count the trailers. */
  beginTrailers(): void {
    this.#lines = 0;
  }

  /** Reads a trailer, of which nothing is kept, and gives where its name ends. */
  readTrailer(bytes: Uint8Array, start: number): number {
    if (++this.#lines > MAX_HEADERS) {
      throw new BrokenReplyError(
        `answer with more than ${MAX_HEADERS} headers`,
      );
    }
    let at = start;
    while (isNameByte(bytes[at])) at++;
    if (at > start && bytes[at] === COLON) return at;
    throw new BrokenReplyError("answer with a line that is no header");
  }

  /** Decides how the body ends. */
  framing(): Framing {
    const hasLength = this.length >= 0;
    // Two ways to tell the end are how one reply is smuggled into another.
    if (this.#isChunked && (hasLength || this.#isFirstVersion)) {
      throw new BrokenReplyError(
        `answer with Transfer-Encoding and ${
          hasLength ? "Content-Length" : "HTTP/1.0"
        }`,
      );
    }
    if (this.length > MAX_BODY_BYTES) throw tooLong();
    if (this.status === 204 || this.status === 304) return "none";
    if (this.#isChunked) return "chunked";
    if (hasLength) return "length";
    this.keepsAlive = false;
    return "close";
  }

  #readConnection(bytes: Uint8Array, start: number, end: number): void {
    const options = fromLatin1(bytes.subarray(start, end)).toLowerCase();
    if (/(?:^|[ \t,])close(?:[ \t,]|$)/.test(options)) this.keepsAlive = false;
  }

  #readLength(bytes: Uint8Array, start: number, end: number): void {
    const length = readNumber(bytes, start, end, 10);
    if (length < 0 || this.length >= 0 && this.length !== length) {
      throw new BrokenReplyError("answer without one Content-Length");
    }
    this.length = length;
  }

  #readEncoding(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isChunked || !isText(bytes, start, end, "chunked")) {
      throw new BrokenReplyError(
        "answer whose Transfer-Encoding is not just chunked",
      );
    }
    this.#isChunked = true;
  }
}

function isHttp1(bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < HTTP_1.length; index++) {
    if (bytes[start + index] !== HTTP_1.charCodeAt(index)) return false;
  }
  return true;
}

/** Whether the bytes are the text, or would be in lower case. */
function isText(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) {
    const byte = bytes[start + index];
    const isUpper = byte >= 65 && byte <= 90;
    if ((isUpper ? byte + 32 : byte) !== text.charCodeAt(index)) return false;
  }
  return true;
}
