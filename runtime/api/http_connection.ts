// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Address } from "./fetch.ts";
import { ReplyReader } from "./reply_reader.ts";

/** A head, and a body, of at most so many bytes are sent in one piece. */
const SMALL_HEAD_BYTES = 2 * 1024;
const SMALL_BODY_BYTES = 16 * 1024;
const ENCODER = new TextEncoder();

/** A connection to a server of HTTP/1.1, for one request at a time. */
export class HttpConnection {
  /** The reply to the last request. */
  readonly reply: ReplyReader = new ReplyReader();
  readonly #connection: Deno.TcpConn;
  /** A head is put before where the body begins. */
  readonly #memory = new Uint8Array(SMALL_HEAD_BYTES + SMALL_BODY_BYTES);
  readonly #bodyMemory = this.#memory.subarray(SMALL_HEAD_BYTES);

  /** Connects to a server. */
  static async open(address: Address): Promise<HttpConnection> {
    const connection = await Deno.connect(address);
    connection.setNoDelay();
    return new HttpConnection(connection);
  }

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Sends a request and reads its reply.
   *
   * @param head The first line and the headers, each with its end, without
   * those that tell of the body.
   */
  exchange(head: string, body?: string | Uint8Array): Promise<void> {
    this.reply.reset();
    if (body === undefined) return this.#exchangeSmall(`${head}\r\n`, 0);
    const size = this.#putSmall(body);
    if (size !== undefined) {
      return this.#exchangeSmall(withLength(head, size), size);
    }
    const bytes = typeof body === "string" ? ENCODER.encode(body) : body;
    return this.#exchangeLarge(toBytes(withLength(head, bytes.length)), bytes);
  }

  /** Sends bytes; settles when the system has taken them. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  /**
   * Reads the reply.
   *
   * @throws {BrokenReplyError} If there is none, or something else.
   */
  async receive(): Promise<void> {
    const { reply } = this;
    for (;;) {
      const length = await this.#connection.read(reply.space);
      if (length === null) return reply.close();
      if (reply.take(length)) return;
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** Puts a body into the memory, and gives its size where it has room there. */
  #putSmall(body: string | Uint8Array): number | undefined {
    if (body.length > SMALL_BODY_BYTES) return undefined;
    if (typeof body !== "string") {
      this.#bodyMemory.set(body);
      return body.length;
    }
    const { read, written } = ENCODER.encodeInto(body, this.#bodyMemory);
    return read === body.length ? written : undefined;
  }

  /** Sends a head and the body in the memory at once, and reads the reply. */
  async #exchangeSmall(head: string, size: number): Promise<void> {
    const start = SMALL_HEAD_BYTES - head.length;
    if (start < 0) {
      const body = this.#bodyMemory.subarray(0, size);
      return await this.#exchangeLarge(toBytes(head), body);
    }
    put(head, this.#memory.subarray(start, SMALL_HEAD_BYTES));
    const request = this.#memory.subarray(start, SMALL_HEAD_BYTES + size);
    const sent = await this.#connection.write(request);
    if (sent < request.length) await this.write(request.subarray(sent));
    await this.receive();
  }

  /** Sends a request, and heeds a reply that comes before it has been sent. */
  async #exchangeLarge(head: Uint8Array, body: Uint8Array): Promise<void> {
    let isSent = false;
    const send = async () => {
      await this.write(head);
      await this.write(body);
      isSent = true;
    };
    const receiving = this.receive();
    // What fails to be sent may have been answered, which is what counts.
    await Promise.race([send().catch(() => {}), receiving]);
    await receiving;
    if (!isSent) this.reply.head.keepsAlive = false;
  }
}

/** Gives the bytes of a head, each of which stands for a character. */
export function toBytes(head: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length);
  put(head, bytes);
  return bytes;
}

/** Puts a head into memory of its length. */
function put(head: string, bytes: Uint8Array<ArrayBuffer>): void {
  // Of ASCII, nearly all of them, the bytes are those of UTF-8.
  const { read, written } = ENCODER.encodeInto(head, bytes);
  if (read === head.length && written === read) return;
  for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at);
}

function withLength(head: string, length: number): string {
  return `${head}content-length: ${length}\r\n\r\n`;
}
