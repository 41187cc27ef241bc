// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ErrorDocument } from "../../runtime/failure/failure.ts";
import { Lifeline, type Server } from "./child.ts";

const DECODER = new TextDecoder("latin1");

/**
 * A Runtime API over plain TCP, for what is told by bytes and connections. What
 * a test waits for fails when the function that it serves to ends.
 */
export class RawRuntimeApi implements Server, AsyncDisposable {
  /** The paths of posts that were not streamed, with their bodies. */
  readonly posts: { path: string; body: string }[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #lifeline = new Lifeline();
  readonly #open = new Set<ByteReader>();
  readonly #work: Promise<void>[] = [];
  readonly #invocations = new Queue<string>();
  readonly #replies = new Queue<RawReply>();
  readonly #answered = new Queue<string>();
  /** Settles a wait for a stream when something else is posted. */
  #refuseStream: ((error: Error) => void) | undefined;

  constructor() {
    this.#work.push(this.#accept());
  }

  /** The value for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /** Hands out an invocation. */
  enqueue(
    { id, body, headers = {} }: {
      id: string;
      body: string;
      headers?: Record<string, string>;
    },
  ): void {
    const bytes = new TextEncoder().encode(body);
    const all = {
      "content-type": "application/json",
      "content-length": String(bytes.length),
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(Date.now() + 60_000),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) =>
      `${name}: ${value}`
    );
    const head = `HTTP/1.1 200 OK\r\n${lines.join("\r\n")}\r\n\r\n`;
    this.#invocations.push(head + String.fromCharCode(...bytes));
  }

  /**
   * Hands out an invocation and gives its reply, which is streamed.
   *
   * @throws {Error} If it is answered otherwise.
   */
  async stream(
    invocation: { id: string; body: string; headers?: Record<string, string> },
  ): Promise<RawReply> {
    const { promise: refused, reject } = Promise.withResolvers<never>();
    this.#refuseStream = reject;
    this.enqueue(invocation);
    try {
      const reply = Promise.race([this.#replies.take(), refused]);
      return await this.#lifeline.unlessLost(reply);
    } finally {
      this.#refuseStream = undefined;
    }
  }

  /** Hands out an invocation and gives the body that is posted at once. */
  async invoke(invocation: { id: string; body: string }): Promise<string> {
    this.enqueue(invocation);
    return await this.#lifeline.unlessLost(this.#answered.take());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const reader of this.#open) reader.close();
    this.#invocations.end();
    await Promise.allSettled(this.#work);
    this.#lifeline.assertTied();
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      const reader = new ByteReader(connection);
      this.#open.add(reader);
      // It ends when the connection does.
      this.#work.push(this.#serve(reader).catch(() => {}));
    }
  }

  async #serve(reader: ByteReader): Promise<void> {
    for (;;) {
      const head = await reader.readUntil("\r\n\r\n");
      if (head.startsWith("GET ")) {
        await reader.write(await this.#invocations.take());
        continue;
      }
      if (/^transfer-encoding: chunked/im.test(head)) {
        this.#replies.push(new RawReply(head, reader, this.#lifeline));
        return;
      }
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
      const body = DECODER.decode(await reader.read(length));
      const path = head.split(" ")[1];
      this.posts.push({ path, body });
      this.#refuseStream?.(
        new Error(`Expected a stream, found ${body} posted to ${path}`),
      );
      await reader.write(
        "HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n" +
          `{"status":"OK"}`,
      );
      this.#answered.push(body);
    }
  }
}

/** A streamed reply that is being sent; the test reads and answers it. */
export class RawReply {
  /** The request line and the headers. */
  readonly head: string;
  readonly #reader: ByteReader;
  readonly #lifeline: Lifeline;

  constructor(head: string, reader: ByteReader, lifeline = new Lifeline()) {
    this.head = head;
    this.#reader = reader;
    this.#lifeline = lifeline;
  }

  /** Gives what is sent until the text has come, with it. */
  readUntil(text: string): Promise<string> {
    return this.#lifeline.unlessClosed(this.#reader.readUntil(text));
  }

  /** Gives the data of the next chunk; none after the last. */
  readChunk(): Promise<Uint8Array | undefined> {
    return this.#lifeline.unlessClosed(this.#readChunk());
  }

  /** Gives all that is sent after the head, byte for byte. */
  readAll(): Promise<string> {
    return this.#lifeline.unlessClosed(this.#readAll());
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    const size = parseInt(await this.#reader.readUntil("\r\n"), 16);
    if (size === 0) return undefined;
    const data = await this.#reader.read(size);
    await this.#reader.readUntil("\r\n");
    return data;
  }

  async #readAll(): Promise<string> {
    let all = "";
    for (;;) {
      const line = await this.#reader.readUntil("\r\n");
      all += line;
      const size = parseInt(line, 16);
      if (size === 0) break;
      all += DECODER.decode(await this.#reader.read(size + 2));
    }
    for (;;) {
      const line = await this.#reader.readUntil("\r\n");
      all += line;
      if (line === "\r\n") return all;
    }
  }

  /** Answers, whether or not the reply has ended. */
  async answer(status = 202, body = `{"status":"OK"}`): Promise<void> {
    await this.#reader.write(
      `HTTP/1.1 ${status} Status\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  /** Closes the connection. */
  hangUp(): void {
    this.#reader.close();
  }
}

/**
 * Reads the trailers after the last chunk of a reply.
 *
 * @throws {Error} If there are none.
 */
export function trailersOf(
  bytes: string,
): { type: string; document: ErrorDocument } {
  const [, type, body] =
    /\r\n0\r\nLambda-Runtime-Function-Error-Type: (\S+)\r\nLambda-Runtime-Function-Error-Body: (\S+)\r\n\r\n$/
      .exec(`\r\n${bytes}`) ?? [];
  if (!body) throw new Error(`No trailers in ${JSON.stringify(bytes)}`);
  const json = new TextDecoder().decode(Uint8Array.fromBase64(body));
  return { type, document: JSON.parse(json) };
}

/** Reads a connection by bytes and by lines. */
export class ByteReader {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(1024 * 1024);
  #start = 0;
  #end = 0;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Gives exactly so many bytes, at most 1 MiB of which are ahead. */
  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (this.#start === this.#end) await this.#fill();
      const part = this.#buffer
        .subarray(this.#start, Math.min(this.#end, this.#start + length - at));
      bytes.set(part, at);
      at += part.length;
      this.#start += part.length;
    }
    return bytes;
  }

  async readUntil(text: string): Promise<string> {
    let found = "";
    while (!found.endsWith(text)) {
      if (this.#start === this.#end) await this.#fill();
      found += String.fromCharCode(this.#buffer[this.#start++]);
    }
    return found;
  }

  async write(text: string): Promise<void> {
    let bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
    while (bytes.length > 0) {
      bytes = bytes.subarray(await this.#connection.write(bytes));
    }
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
  }

  async #fill(): Promise<void> {
    const length = await this.#connection.read(this.#buffer);
    if (length === null) throw new Error("Connection was closed");
    this.#start = 0;
    this.#end = length;
  }
}

class Queue<Item> {
  readonly #items: Item[] = [];
  readonly #takers: PromiseWithResolvers<Item>[] = [];

  push(item: Item): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(item);
    else this.#items.push(item);
  }

  take(): Promise<Item> {
    const taker = Promise.withResolvers<Item>();
    if (this.#items.length > 0) taker.resolve(this.#items.shift()!);
    else this.#takers.push(taker);
    return taker.promise;
  }

  /** Disappoints those who wait. */
  end(): void {
    for (const taker of this.#takers) taker.reject(new Error("No more"));
  }
}
