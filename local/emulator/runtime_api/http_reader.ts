// Copyright 2026 the Toukon Lambda authors. MIT license.

/** X-Ray causes alone may take 1 MiB. */
const MAX_HEAD_BYTES = 2 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

/** What came over a connection is no HTTP. */
export class HttpSyntaxError extends SyntaxError {
  override name = "HttpSyntaxError";
}

/** The connection ended within a message. */
export class TruncatedError extends Error {
  override name = "TruncatedError";
}

/** Reads lines and bytes from a connection. */
export class HttpReader {
  readonly #connection: Deno.TcpConn;
  readonly #chunk = new Uint8Array(READ_BYTES);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #filling: Promise<boolean> | undefined;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Reads what comes next into the buffer, and tells whether there was
   * anything: false at the end of the connection.
   */
  fill(): Promise<boolean> {
    return this.#filling ??= this.#fill().finally(() =>
      this.#filling = undefined
    );
  }

  /** Whether there is something that nobody has taken yet. */
  get hasBytes(): boolean {
    return this.#bytes.length > 0;
  }

  /** Takes the head of a message, undefined at the end of the connection. */
  async head(): Promise<string[] | undefined> {
    for (let from = 0;;) {
      const end = indexOfHeadEnd(this.#bytes, from);
      if (end >= 0) {
        return latin1(this.#take(end + 4)).trimEnd().split("\r\n");
      }
      from = Math.max(0, this.#bytes.length - 3);
      if (this.#bytes.length > MAX_HEAD_BYTES) {
        throw new HttpSyntaxError("Cannot read the head: it is too long");
      }
      if (await this.fill()) continue;
      if (this.#bytes.length === 0) return undefined;
      throw new TruncatedError("The connection ended within a head");
    }
  }

  /** Takes a line, without its end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf(10);
      if (end >= 0) return latin1(this.#take(end + 1)).replace(/\r?\n$/, "");
      if (this.#bytes.length > MAX_HEAD_BYTES) {
        throw new HttpSyntaxError("Cannot read a line: it is too long");
      }
      if (!await this.fill()) {
        throw new TruncatedError("The connection ended within a line");
      }
    }
  }

  /** Takes so many bytes, in the pieces in which they come. */
  async *bytes(length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    while (length > 0) {
      if (this.#bytes.length === 0 && !await this.fill()) {
        throw new TruncatedError("The connection ended within a body");
      }
      const piece = this.#take(Math.min(length, this.#bytes.length));
      length -= piece.length;
      yield piece;
    }
  }

  async #fill(): Promise<boolean> {
    let length: number | null;
    try {
      length = await this.#connection.read(this.#chunk);
    } catch {
      // A process that is killed resets its connections.
      return false;
    }
    if (length === null) return false;
    const rest = this.#bytes;
    this.#bytes = new Uint8Array(rest.length + length);
    this.#bytes.set(rest);
    this.#bytes.set(this.#chunk.subarray(0, length), rest.length);
    return true;
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

function indexOfHeadEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0;) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) {
      return at;
    }
    at = bytes.indexOf(13, at + 1);
  }
  return -1;
}

/** Headers are bytes that HTTP libraries read and write as Latin-1. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4_096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  }
  return text;
}
