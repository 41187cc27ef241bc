// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Header, isHeaderValue } from "./fetch.ts";

/** What the server answers to a post. */
export interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

/** Where a post goes, and with which headers. */
export interface PostTarget {
  readonly hostname: string;
  readonly port: number;
  /** The value of the Host header. */
  readonly host: string;
  readonly path: string;
  readonly headers: readonly Readonly<Header>[];
}

const MAX_CHUNK_BYTES = 64 * 1024;
/** The size of a chunk in hexadecimal digits, and two line ends. */
const FRAME_BYTES = 8 + 4;
const MAX_ANSWER_BYTES = 64 * 1024;
const ENCODER = new TextEncoder();

/**
 * One HTTP POST whose body is sent in chunks and may end with trailers, which
 * native fetch cannot send.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding}
 */
export class ChunkedPost {
  /**
   * The answer, which may come before the body has ended. Rejects when the
   * connection is lost.
   */
  readonly answer: Promise<PostAnswer>;
  readonly #connection: Deno.TcpConn;
  readonly #frame = new Uint8Array(MAX_CHUNK_BYTES + FRAME_BYTES);
  #writing: Promise<void> = Promise.resolve();
  #isAnswered = false;

  /** Connects and sends the head of the request. */
  static async open(target: PostTarget): Promise<ChunkedPost> {
    const { hostname, port, host, path, headers } = target;
    const connection = await Deno.connect({ hostname, port });
    try {
      connection.setNoDelay();
      const lines = [
        `POST ${path} HTTP/1.1`,
        ...headers.map(toLine),
        `Host: ${host}`,
        "Transfer-Encoding: chunked",
        "Connection: close",
      ];
      await writeAll(connection, toLatin1(`${lines.join("\r\n")}\r\n\r\n`));
      return new ChunkedPost(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private constructor(connection: Deno.TcpConn) {
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
  ): Promise<PostAnswer> {
    try {
      await Promise.race([this.#writing, this.answer]);
      if (!this.#isAnswered) {
        const lines = ["0", ...trailers.map(toLine)];
        await writeAll(
          this.#connection,
          toLatin1(`${lines.join("\r\n")}\r\n\r\n`),
        );
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
      await writeAll(this.#connection, this.#toChunk(data));
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

function toLine([name, value]: Readonly<Header>): string {
  if (isHeaderValue(value)) return `${name}: ${value}`;
  throw new TypeError(
    `Cannot send the header "${name}": its value has a character that HTTP does not allow`,
  );
}

/** Headers are bytes that HTTP libraries read and write as Latin-1. */
function toLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

async function writeAll(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  while (bytes.byteLength > 0) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}

async function readAnswer(connection: Deno.TcpConn): Promise<PostAnswer> {
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(4_096);
  let text = "";
  for (;;) {
    const length = await connection.read(buffer);
    if (length !== null) text += decoder.decode(buffer.subarray(0, length));
    const answer = parseAnswer(text, length === null);
    if (answer) return answer;
    if (length === null) throw new Error("connection closed without an answer");
    if (text.length > MAX_ANSWER_BYTES) {
      throw new Error(`answer longer than ${MAX_ANSWER_BYTES} bytes`);
    }
  }
}

/** Gives the answer once all of it has arrived. */
function parseAnswer(text: string, isEnd: boolean): PostAnswer | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?!\d)/.exec(head)?.[1]);
  if (Number.isNaN(status)) throw new Error("answer that is no HTTP");
  if (status < 200) return parseAnswer(body, isEnd);
  const isChunked = /^transfer-encoding:.*\bchunked\b/im.test(head);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  const isWhole = isEnd || status === 204 ||
    (isChunked
      ? body.endsWith("0\r\n\r\n")
      : length !== undefined && body.length >= Number(length));
  if (!isWhole) return undefined;
  return { status, text: isChunked ? unchunk(body) : body };
}

function unchunk(body: string): string {
  let text = "";
  for (let at = 0;;) {
    const [line, size] = /^([0-9a-f]+)[^\r]*\r\n/i.exec(body.slice(at)) ?? [];
    if (!line || size === undefined || Number(`0x${size}`) === 0) return text;
    const start = at + line.length;
    at = start + Number(`0x${size}`);
    text += body.slice(start, at);
    at += 2;
  }
}
