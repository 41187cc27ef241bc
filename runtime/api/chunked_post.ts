// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Address, toHeaderLine } from "./fetch.ts";
import { HttpConnection, toBytes } from "./http_connection.ts";
import type { Header } from "./transport.ts";

/** What the server answers to a chunked post. */
export interface ChunkedPostAnswer {
  readonly status: number;
  readonly text: string;
}

/** Where a post goes, and with which headers. */
export interface PostTarget extends Address {
  /** The value of the Host header. */
  readonly host: string;
  readonly path: string;
  readonly headers: readonly Readonly<Header>[];
}

const MAX_CHUNK_BYTES = 64 * 1024;
/** The size of a chunk in hexadecimal digits, and two line ends. */
const FRAME_BYTES = 8 + 4;
const ENCODER = new TextEncoder();

/**
 * One HTTP POST whose body is sent in chunks and may end with trailers, which
 * native fetch cannot send. It has a connection of its own: one that breaks off
 * amid a body carries nothing else.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding}
 */
export class ChunkedPost {
  /**
   * The answer, which may come before the body has ended. Rejects when the
   * connection is lost.
   */
  readonly answer: Promise<ChunkedPostAnswer>;
  readonly #connection: HttpConnection;
  readonly #frame = new Uint8Array(MAX_CHUNK_BYTES + FRAME_BYTES);
  #writing: Promise<void> = Promise.resolve();
  #isAnswered = false;

  /** Connects and sends the head of the request. */
  static async open(target: PostTarget): Promise<ChunkedPost> {
    const { host, path, headers } = target;
    const connection = await HttpConnection.open(target);
    try {
      await connection.write(toBytes(toLines([
        `POST ${path} HTTP/1.1`,
        ...headers.map(toHeaderLine),
        `Host: ${host}`,
        "Transfer-Encoding: chunked",
        "Connection: close",
      ])));
      return new ChunkedPost(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private constructor(connection: HttpConnection) {
    this.#connection = connection;
    this.answer = readAnswer(connection);
    const settle = () => {
      this.#isAnswered = true;
    };
    this.answer.then(settle, settle);
  }

  /** Sends bytes; settles when the system has taken them. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#writing = this.#writeChunks(bytes);
  }

  /**
   * Ends the body, unless the server has answered already, and gives the answer.
   *
   * @throws {Error} If the connection is lost before there is one.
   */
  async end(
    trailers: readonly Readonly<Header>[] = [],
  ): Promise<ChunkedPostAnswer> {
    try {
      await Promise.race([this.#writing, this.answer]);
      if (!this.#isAnswered) {
        const lines = toLines(["0", ...trailers.map(toHeaderLine)]);
        await this.#connection.write(toBytes(lines));
      }
    } catch {
      // The server may have answered nevertheless, which is all that counts.
    }
    try {
      return await this.answer;
    } finally {
      this.#connection.close();
    }
  }

  async #writeChunks(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += MAX_CHUNK_BYTES) {
      const data = bytes.subarray(at, at + MAX_CHUNK_BYTES);
      await this.#connection.write(this.#toChunk(data));
    }
  }

  #toChunk(data: Uint8Array): Uint8Array {
    const size = ENCODER.encode(`${data.byteLength.toString(16)}\r\n`);
    this.#frame.set(size);
    this.#frame.set(data, size.byteLength);
    const end = size.byteLength + data.byteLength;
    this.#frame[end] = 13;
    this.#frame[end + 1] = 10;
    return this.#frame.subarray(0, end + 2);
  }
}

/** Ends each line, and all of them. */
function toLines(lines: string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}

async function readAnswer(
  connection: HttpConnection,
): Promise<ChunkedPostAnswer> {
  await connection.receive();
  const { reply } = connection;
  return { status: reply.head.status, text: reply.text() };
}
