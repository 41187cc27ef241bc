// Copyright 2026 the Toukon Lambda authors. MIT license.

import { HttpReader, HttpSyntaxError, TruncatedError } from "./http_reader.ts";

/** The fields of a head or of trailers, by their names in lower case. */
export type Fields = ReadonlyMap<string, string>;

/** A request, whose body is read as it comes. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Fields;
  /** Aborts when the client closes the connection before it has its answer. */
  readonly lost: AbortSignal;
  /**
   * Reads the body, and gives the trailers after it.
   *
   * @throws {TruncatedError} If the connection ends before the body.
   */
  body(): AsyncGenerator<Uint8Array<ArrayBuffer>, Fields>;
}

/** An answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers a request; undefined closes the connection without an answer. */
export type Handle = (request: HttpRequest) => Promise<HttpAnswer | undefined>;

const ENCODER = new TextEncoder();
const CONTINUE = ENCODER.encode("HTTP/1.1 100 Continue\r\n\r\n");

/**
 * An HTTP/1.1 server on loopback. `Deno.serve` gives no trailers, which tell of
 * a stream that failed.
 */
export class HttpServer {
  readonly #listener: Deno.TcpListener;
  readonly #handle: Handle;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  constructor(handle: Handle) {
    this.#handle = handle;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  /** The host and the port. */
  get address(): string {
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    return `${hostname}:${port}`;
  }

  /** Closes the server and every connection. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) closeQuietly(connection);
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        this.#connections.add(connection);
        connection.setNoDelay();
        const serving = this.#serve(connection).finally(() => {
          this.#connections.delete(connection);
          this.#serving.delete(serving);
        });
        this.#serving.add(serving);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    try {
      const reader = new HttpReader(connection);
      while (await serveOne(reader, connection, this.#handle));
    } catch (error) {
      // The client has gone, or is none.
      if (!isLoss(error) && !(error instanceof HttpSyntaxError)) throw error;
    } finally {
      closeQuietly(connection);
    }
  }
}

/** Serves one request, and tells whether the connection goes on. */
async function serveOne(
  reader: HttpReader,
  connection: Deno.TcpConn,
  handle: Handle,
): Promise<boolean> {
  const lines = await reader.head();
  if (!lines) return false;
  const [method, target = "/"] = lines[0].split(" ");
  const headers = toFields(lines.slice(1));
  if (headers.get("expect")?.toLowerCase() === "100-continue") {
    await writeAll(connection, CONTINUE);
  }
  const lost = new AbortController();
  const body = readBody(headers, reader, lost);
  const answer = await handle({
    method,
    // A client that takes this for a proxy writes a whole URL.
    path: target.replace(/^https?:\/\/[^/]*/, ""),
    headers,
    lost: lost.signal,
    body: () => body,
  });
  if (!answer) return false;
  await writeAll(connection, toBytes(answer));
  // What nobody wanted is before the next request.
  for await (const _ of body);
  return headers.get("connection")?.toLowerCase() !== "close";
}

async function* readBody(
  headers: Fields,
  reader: HttpReader,
  lost: AbortController,
): AsyncGenerator<Uint8Array<ArrayBuffer>, Fields> {
  if (/\bchunked\b/i.test(headers.get("transfer-encoding") ?? "")) {
    for (;;) {
      const line = await reader.line();
      const size = Number.parseInt(line, 16);
      if (!/^[0-9a-f]+/i.test(line)) {
        throw new HttpSyntaxError("Cannot read a chunk: it has no size");
      }
      if (size === 0) break;
      yield* reader.bytes(size);
      await reader.line();
    }
    const lines: string[] = [];
    for (let line; (line = await reader.line()) !== "";) lines.push(line);
    watch(reader, lost);
    return toFields(lines);
  }
  yield* reader.bytes(Number(headers.get("content-length") ?? 0));
  watch(reader, lost);
  return new Map();
}

/** Notices that the client has closed the connection while it waits. */
function watch(reader: HttpReader, lost: AbortController): void {
  if (reader.hasBytes) return;
  reader.fill().then((isOpen) => {
    if (!isOpen) lost.abort();
  });
}

function toFields(lines: string[]): Fields {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      fields.set(
        line.slice(0, colon).toLowerCase(),
        line.slice(colon + 1).trim(),
      );
    }
  }
  return fields;
}

function toBytes({ status, headers = {}, body = "" }: HttpAnswer): Uint8Array {
  const content = typeof body === "string" ? ENCODER.encode(body) : body;
  const lines = Object.entries(headers)
    // A value may hold what a caller has sent.
    .map(([name, value]) =>
      `${name}: ${value.replaceAll(/[\r\n\0]/g, " ")}\r\n`
    );
  const head = ENCODER.encode(
    `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${
      lines.join("")
    }content-length: ${content.length}\r\n\r\n`,
  );
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

const REASONS: Record<number, string> = {
  200: "OK",
  202: "Accepted",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  410: "Gone",
  413: "Payload Too Large",
  500: "Internal Server Error",
};

async function writeAll(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  while (bytes.length > 0) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}

/** Whether an error says that the other side has gone. */
export function isLoss(error: unknown): boolean {
  return error instanceof TruncatedError ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.Interrupted;
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
