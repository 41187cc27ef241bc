// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  BrokenReplyError,
  CR,
  digitOf,
  fromLatin1,
  fromUtf8,
  isBlank,
  isLineByte,
  LF,
  MAX_BODY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_HEAD_BYTES,
  MAX_INTERIM_REPLIES,
  MAX_LINE_BYTES,
  readNumber,
  ReplyHeaders,
  tooLong,
} from "./http_syntax.ts";
import { ReplyHead } from "./reply_head.ts";

/** Larger memory is not kept for the next reply. */
const KEPT_BYTES = 16 * 1024;
const SEMICOLON = 59;

/**
 * Reads the replies that come on a connection, and is as strict as RFC 9112
 * lets a client be. Who uses it puts what arrives into its memory.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112}
 */
export class ReplyReader {
  /** What its head says about the reply. */
  readonly head: ReplyHead = new ReplyHead();
  /** Whether the reply has said where it ends. */
  isFramed = false;
  #bytes = new Uint8Array(KEPT_BYTES);
  /** Where what has not been read begins, and where what has arrived ends. */
  #at = 0;
  #end = 0;
  /** Up to where the line that has begun is known to go on. */
  #seen = 0;
  /** Where the lines of the head, or of the trailers, begin. */
  #linesStart = 0;
  #headersStart = 0;
  #headersEnd = 0;
  #isAscii = true;
  #interimReplies = 0;
  #extensionBytes = 0;
  /** How much of the body, or of its chunk, has not arrived. */
  #missing = 0;
  /** The body is kept without what is between its chunks. */
  #bodyStart = 0;
  #bodyEnd = 0;
  /** Reads the next part, and tells whether it was there; none at the end. */
  #read: (() => boolean) | undefined = this.#readStatusLine;

  /** Forgets the last reply, before the next request. */
  reset(): void {
    if (this.#bytes.length > KEPT_BYTES) {
      this.#bytes = new Uint8Array(KEPT_BYTES);
    }
    this.#at = this.#end = this.#seen = 0;
    this.#interimReplies = 0;
    this.#begin();
  }

  /** Whether a byte of the reply has arrived. */
  get hasBegun(): boolean {
    return this.#end > 0;
  }

  /** Where to put what arrives; it is never empty. */
  get space(): Uint8Array<ArrayBuffer> {
    if (this.#end === 0) return this.#bytes;
    if (this.#end === this.#bytes.length) this.#makeSpace();
    return this.#bytes.subarray(this.#end);
  }

  /**
   * Reads on when so many bytes have arrived.
   *
   * @returns Whether the reply has ended.
   * @throws {BrokenReplyError} If it is none.
   */
  take(length: number): boolean {
    this.#end += length;
    while (this.#read?.());
    if (this.#read) return false;
    // Nobody has asked for what follows.
    if (this.#at < this.#end) this.head.keepsAlive = false;
    return true;
  }

  /**
   * Ends the reply where no more will arrive.
   *
   * @throws {BrokenReplyError} If it was to go on.
   */
  close(): void {
    if (this.#read === this.#readToClose) this.#read = undefined;
    if (this.#read === undefined) return;
    throw new BrokenReplyError(
      `connection closed ${this.hasBegun ? "amid" : "without"} an answer`,
    );
  }

  /** Gives the body, decoded as fetch does it. */
  text(): string {
    return fromUtf8(this.#bytes.subarray(this.#bodyStart, this.#bodyEnd));
  }

  /** Gives the headers, which stay when the reply is forgotten. */
  headers(): ReplyHeaders {
    // With the line end before them, so that each is between two.
    const bytes = this.#bytes
      .subarray(this.#headersStart - 2, this.#headersEnd);
    const lines = this.#isAscii ? fromUtf8(bytes) : fromLatin1(bytes);
    return new ReplyHeaders(lines);
  }

  #begin(): void {
    this.isFramed = false;
    this.#isAscii = true;
    this.#extensionBytes = 0;
    this.#linesStart = this.#bodyStart = this.#bodyEnd = this.#at;
    this.#read = this.#readStatusLine;
  }

  #readStatusLine(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    this.head.readStatusLine(this.#bytes, this.#at, end);
    this.#at = this.#headersStart = end + 2;
    this.#read = this.#readHeader;
    return true;
  }

  #readHeader(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    const start = this.#at;
    this.#at = end + 2;
    if (end > start) this.head.readHeader(this.#bytes, start, end);
    else this.#endHead(end);
    return true;
  }

  #endHead(end: number): void {
    const { head } = this;
    this.#headersEnd = end;
    if (head.status < 200) return this.#skipInterimReply();
    const framing = head.framing();
    this.isFramed = framing !== "close";
    this.#bodyStart = this.#bodyEnd = this.#linesStart = this.#at;
    switch (framing) {
      case "none":
        this.#read = undefined;
        break;
      case "length":
        this.#missing = head.length;
        this.#read = this.#readData;
        break;
      case "chunked":
        this.#read = this.#readChunkSize;
        break;
      case "close":
        this.#read = this.#readToClose;
    }
  }

  #skipInterimReply(): void {
    if (this.head.status === 101) {
      throw new BrokenReplyError("answer that changes the protocol");
    }
    if (++this.#interimReplies > MAX_INTERIM_REPLIES) {
      throw new BrokenReplyError(
        `more than ${MAX_INTERIM_REPLIES} interim answers`,
      );
    }
    this.#begin();
  }

  /** Reads the body, or a chunk of it. */
  #readData(): boolean {
    if (!this.#takeMissing()) return false;
    this.#read = this.head.length < 0 ? this.#readChunkEnd : undefined;
    return true;
  }

  #readToClose(): boolean {
    this.#missing = this.#end - this.#at;
    if (this.#bodyBytes + this.#missing > MAX_BODY_BYTES) throw tooLong();
    this.#takeMissing();
    return false;
  }

  #readChunkSize(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    const bytes = this.#bytes;
    let at = this.#at;
    while (digitOf(bytes[at]) < 16) at++;
    const size = readNumber(bytes, this.#at, at, 16);
    this.#extensionBytes += end - at;
    while (isBlank(bytes[at])) at++;
    if (size < 0 || at < end && bytes[at] !== SEMICOLON) {
      throw new BrokenReplyError("answer with a chunk without a size");
    }
    if (this.#extensionBytes > MAX_EXTENSION_BYTES) {
      throw new BrokenReplyError("answer with too long chunk extensions");
    }
    if (this.#bodyBytes + size > MAX_BODY_BYTES) throw tooLong();
    this.#at = end + 2;
    this.#missing = size;
    if (size > 0) this.#read = this.#readData;
    else {
      this.#linesStart = this.#at;
      this.head.beginTrailers();
      this.#read = this.#readTrailer;
    }
    return true;
  }

  #readChunkEnd(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    if (end > this.#at) {
      throw new BrokenReplyError("answer with a chunk longer than its size");
    }
    this.#at = end + 2;
    this.#read = this.#readChunkSize;
    return true;
  }

  #readTrailer(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    if (end > this.#at) this.head.readTrailer(this.#bytes, this.#at);
    else this.#read = undefined;
    this.#at = end + 2;
    return true;
  }

  get #bodyBytes(): number {
    return this.#bodyEnd - this.#bodyStart;
  }

  /** Adds to the body what has arrived of it, and tells whether that is all. */
  #takeMissing(): boolean {
    const length = Math.min(this.#missing, this.#end - this.#at);
    if (this.#at > this.#bodyEnd) {
      this.#bytes.copyWithin(this.#bodyEnd, this.#at, this.#at + length);
    }
    this.#at += length;
    this.#seen = this.#linesStart = this.#at;
    this.#bodyEnd += length;
    this.#missing -= length;
    return this.#missing === 0;
  }

  /** Gives where the line ends that begins; -1 where not all of it is there. */
  #endOfLine(): number {
    const bytes = this.#bytes;
    const arrived = this.#end;
    let at = this.#seen;
    while (at < arrived && isLineByte(bytes[at])) {
      if (bytes[at++] > 127) this.#isAscii = false;
    }
    const isTooLong = at - this.#at > MAX_LINE_BYTES ||
      at - this.#linesStart > MAX_HEAD_BYTES;
    if (isTooLong) throw new BrokenReplyError("answer with too long lines");
    this.#seen = at;
    if (at === arrived || bytes[at] === CR && at + 1 === arrived) return -1;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) {
      throw new BrokenReplyError("answer with a line that has no CRLF");
    }
    this.#seen = at + 2;
    return at;
  }

  /** Takes the memory between the chunks, or else more. */
  #makeSpace(): void {
    const gap = this.#at - this.#bodyEnd;
    if (this.isFramed && gap > this.#bytes.length / 4) {
      this.#bytes.copyWithin(this.#bodyEnd, this.#at, this.#end);
      this.#at -= gap;
      this.#end -= gap;
      this.#seen -= gap;
      this.#linesStart -= gap;
      return;
    }
    const isAllKnown = this.isFramed && this.head.length >= 0;
    const length = isAllKnown ? this.#end + this.#missing : 2 * this.#end;
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
