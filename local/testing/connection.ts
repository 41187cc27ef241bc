// Copyright 2026 the Toukon Lambda authors. MIT license.

/** One HTTP request, as it came. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: Headers;
  /** The body, byte for byte. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The chunks in which a streamed body was sent; undefined of any other. */
  chunks: Uint8Array<ArrayBuffer>[] | undefined;
  /** What was sent after a streamed body. */
  trailers: Headers;
}

/** The end of what a client sends. */
class ConnectionEnd extends Error {}

/**
 * A connection of a client, served by bytes: `Deno.serve()` reads no trailers,
 * and cannot break a connection.
 */
export class Connection {
  readonly #connection: Deno.TcpConn;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array();
  #isClosed = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Gives the next request; undefined when the connection has ended. */
  async read(): Promise<HttpRequest | undefined> {
    try {
      const [line, ...lines] = (await this.#readUntil("\r\n\r\n"))
        .split("\r\n");
      const [method, target] = line.split(" ");
      // A client that takes the server for its proxy sends the whole URL.
      const path = target.replace(/^http:\/\/[^/]+/, "");
      const headers = toHeaders(lines);
      const isChunked = headers.get("transfer-encoding") === "chunked";
      const body = isChunked
        ? await this.#readChunks()
        : await this.#readWhole(Number(headers.get("content-length") ?? 0));
      return { method, path, headers, ...body };
    } catch (error) {
      const hasEnded = error instanceof ConnectionEnd || this.#isClosed ||
        error instanceof Deno.errors.ConnectionReset;
      if (hasEnded) return undefined;
      throw error;
    }
  }

  /** Answers the request that was read last. */
  async answer(
    status: number,
    headers: Record<string, string>,
    body: string,
  ): Promise<void> {
    const bytes = new TextEncoder().encode(body);
    const lines = Object.entries({
      ...headers,
      "content-length": String(bytes.length),
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${status} ${status}\r\n${lines.join("")}\r\n`;
    await this.#write(await new Blob([head, bytes]).bytes());
  }

  /**
   * Breaks off within the answer to the request that was read last. A client
   * that has no answer at all may send the request again by itself.
   */
  async breakOff(): Promise<void> {
    const begun = "HTTP/1.1 200 200\r\ncontent-length: 2\r\n\r\n{";
    await this.#write(new TextEncoder().encode(begun));
    this.close();
  }

  /** Ends the connection at once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = bytes;
    try {
      while (rest.length > 0) {
        rest = rest.subarray(await this.#connection.write(rest));
      }
    } catch (error) {
      // The client has gone, or the test has cut it off.
      const isGone = this.#isClosed ||
        error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.ConnectionReset;
      if (!isGone) throw error;
    }
  }

  async #readWhole(length: number) {
    const bytes = await this.#readBytes(length);
    return { bytes, chunks: undefined, trailers: new Headers() };
  }

  async #readChunks() {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      const size = parseInt(await this.#readUntil("\r\n"), 16);
      if (size === 0) break;
      chunks.push(await this.#readBytes(size));
      await this.#readUntil("\r\n");
    }
    const lines: string[] = [];
    for (;;) {
      const line = await this.#readUntil("\r\n");
      if (line === "") break;
      lines.push(line);
    }
    const bytes = await new Blob(chunks).bytes();
    return { bytes, chunks, trailers: toHeaders(lines) };
  }

  /** Gives what comes before the text, each byte as a character. */
  async #readUntil(text: string): Promise<string> {
    const end = new TextEncoder().encode(text);
    for (let from = 0;;) {
      const at = indexOf(this.#buffer, end, from);
      if (at >= 0) {
        const found = this.#take(at);
        this.#take(end.length);
        return Array.from(found, (byte) => String.fromCharCode(byte)).join("");
      }
      from = Math.max(0, this.#buffer.length - end.length);
      await this.#fill();
    }
  }

  async #readBytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#buffer.length < length) await this.#fill();
    return this.#take(length);
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  async #fill(): Promise<void> {
    const more = new Uint8Array(64 * 1024);
    const length = await this.#connection.read(more);
    if (length === null) throw new ConnectionEnd();
    const buffer = new Uint8Array(this.#buffer.length + length);
    buffer.set(this.#buffer);
    buffer.set(more.subarray(0, length), this.#buffer.length);
    this.#buffer = buffer;
  }
}

function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = from; at <= bytes.length - part.length; at++) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function toHeaders(lines: string[]): Headers {
  return new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
}
