// Copyright 2026 the Toukon Lambda authors. MIT license.

// Servers that speak as much of a protocol as the handlers of this folder ask.

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Servers on ephemeral ports of this machine. */
export class Servers implements AsyncDisposable {
  readonly #aws = new AwsServer();
  readonly #postgres = new TcpServer(servePostgres);
  readonly #redis = new TcpServer(serveRedis);
  readonly #closedPort = closedPort();

  /** Puts addresses where a text names servers, as in `{aws}`. */
  fill(text: string): string {
    return text
      .replaceAll("{aws}", this.#aws.address)
      .replaceAll("{postgres}", this.#postgres.address)
      .replaceAll("{redis}", this.#redis.address)
      .replaceAll("{closed}", String(this.#closedPort));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#aws[Symbol.asyncDispose]();
    await this.#postgres[Symbol.asyncDispose]();
    await this.#redis[Symbol.asyncDispose]();
  }
}

/** A port where nothing listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** S3 with objects, DynamoDB with items, and SSM, whose values follow from their names. */
class AwsServer implements AsyncDisposable {
  readonly #objects = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #items = new Map<string, unknown>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => this.#answer(request),
  );

  get address(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  async #answer(request: Request): Promise<Response> {
    const target = request.headers.get("x-amz-target");
    if (!target) return await this.#answerS3(request);
    const asked = await request.json();
    switch (target.split(".").at(-1)) {
      case "PutItem":
        this.#items.set(`${asked.TableName} ${asked.Item.id.S}`, asked.Item);
        return Response.json({});
      case "GetItem": {
        const Item = this.#items.get(`${asked.TableName} ${asked.Key.id.S}`);
        return Response.json({ Item });
      }
      case "GetParameter": {
        const Value = `value of ${asked.Name}`;
        return Response.json({ Parameter: { Name: asked.Name, Value } });
      }
    }
    return Response.json({ __type: "UnknownOperation" }, { status: 400 });
  }

  async #answerS3(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") {
      const isChunked = request.headers.get("content-encoding")
        ?.includes("aws-chunked");
      const bytes = await request.bytes();
      this.#objects.set(pathname, isChunked ? unchunk(bytes) : bytes);
      return new Response(null, { headers: { etag: '"1"' } });
    }
    const bytes = this.#objects.get(pathname);
    if (bytes) return new Response(bytes, { headers: { etag: '"1"' } });
    return new Response("<Error><Code>NoSuchKey</Code></Error>", {
      status: 404,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** The content of AWS's own chunks, each behind its size in hexadecimal. */
function unchunk(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const content: number[] = [];
  for (let at = 0;;) {
    const end = bytes.indexOf(10, at);
    const size = parseInt(DECODER.decode(bytes.subarray(at, end)), 16);
    if (!size) return Uint8Array.from(content);
    content.push(...bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 2;
  }
}

/** Serves connections until it is disposed of, which closes them. */
class TcpServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #served: Promise<void>;

  constructor(serve: (connection: Deno.Conn) => Promise<void>) {
    this.#served = this.#accept(serve);
  }

  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async #accept(serve: (connection: Deno.Conn) => Promise<void>) {
    const served: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      served.push(this.#serveOne(connection, serve));
    }
    await Promise.all(served);
  }

  async #serveOne(
    connection: Deno.Conn,
    serve: (connection: Deno.Conn) => Promise<void>,
  ): Promise<void> {
    try {
      await serve(connection);
    } catch {
      // The client has ended, or the server.
    }
    if (this.#connections.delete(connection)) connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) {
      this.#connections.delete(connection);
      connection.close();
    }
    await this.#served;
  }
}

/** Reads a connection in pieces of the length that is asked for. */
class Reader {
  readonly #connection: Deno.Conn;
  #bytes = new Uint8Array();

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  async read(length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(4_096);
    while (this.#bytes.length < length) {
      const count = await this.#connection.read(buffer);
      if (count === null) throw new Deno.errors.UnexpectedEof();
      this.#bytes = Uint8Array.of(...this.#bytes, ...buffer.subarray(0, count));
    }
    const bytes = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.slice(length);
    return bytes;
  }

  async readNumber(): Promise<number> {
    const bytes = await this.read(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
  }

  async readLine(): Promise<string> {
    let line = "";
    while (!line.endsWith("\r\n")) line += DECODER.decode(await this.read(1));
    return line.slice(0, -2);
  }
}

/**
 * Answers a query for orders with one, for the version with it, and all others
 * with nothing.
 *
 * @see {@link https://www.postgresql.org/docs/current/protocol-message-formats.html}
 */
async function servePostgres(connection: Deno.Conn): Promise<void> {
  const reader = new Reader(connection);
  await reader.read(await reader.readNumber() - 4);
  await writeAll(connection, [
    message("R", number(0)),
    message("S", ENCODER.encode("server_version\x0016.0\x00")),
    message("Z", ENCODER.encode("I")),
  ]);
  let query = "";
  for (;;) {
    const kind = DECODER.decode(await reader.read(1));
    const body = DECODER.decode(
      await reader.read(await reader.readNumber() - 4),
    );
    if (kind === "X") return;
    if (kind === "Q" || kind === "P") query = body;
    const answers: Record<string, Uint8Array[]> = {
      Q: [...result(query, true), message("Z", ENCODER.encode("I"))],
      P: [message("1")],
      B: [message("2")],
      D: result(query, true).slice(0, 1),
      E: result(query, false),
      S: [message("Z", ENCODER.encode("I"))],
    };
    await writeAll(connection, answers[kind] ?? []);
  }
}

const [INT4, TEXT] = [23, 25];
const ORDERS = {
  columns: [...column("id", INT4), ...column("name", TEXT)],
  values: [...value("1"), ...value("闘魂")],
  count: 2,
};
const VERSION = {
  columns: column("version", TEXT),
  values: value("PostgreSQL 16.0"),
  count: 1,
};

/** What a query gives. */
function result(query: string, isDescribed: boolean): Uint8Array[] {
  const row = /from "orders"/i.test(query)
    ? ORDERS
    : /version\(\)/.test(query)
    ? VERSION
    : undefined;
  const done = message("C", ENCODER.encode("SELECT 1\0"));
  if (!row) return isDescribed ? [message("n"), done] : [done];
  const data = message("D", [0, row.count, ...row.values]);
  const description = message("T", [0, row.count, ...row.columns]);
  return isDescribed ? [description, data, done] : [data, done];
}

function message(kind: string, body: ArrayLike<number> = []): Uint8Array {
  const bytes = Array.from(body);
  return Uint8Array.of(
    kind.charCodeAt(0),
    ...number(bytes.length + 4),
    ...bytes,
  );
}

function column(name: string, type: number): number[] {
  return [
    ...ENCODER.encode(`${name}\0`),
    ...[0, 0, 0, 0, 0, 0],
    ...number(type),
    ...[0, 4, 255, 255, 255, 255, 0, 0],
  ];
}

function value(text: string): number[] {
  const bytes = ENCODER.encode(text);
  return [...number(bytes.length), ...bytes];
}

function number(value: number): number[] {
  return [value >>> 24, value >>> 16, value >>> 8, value].map((it) => it & 255);
}

/**
 * Answers SET and GET, and all else with an empty text.
 *
 * @see {@link https://redis.io/docs/latest/develop/reference/protocol-spec/}
 */
async function serveRedis(connection: Deno.Conn): Promise<void> {
  const reader = new Reader(connection);
  const values = new Map<string, string>();
  for (;;) {
    const count = Number((await reader.readLine()).slice(1));
    const words: string[] = [];
    while (words.length < count) {
      const length = Number((await reader.readLine()).slice(1));
      words.push(DECODER.decode(await reader.read(length)));
      await reader.readLine();
    }
    const [command, key, given] = words;
    let text = "";
    if (command.toUpperCase() === "SET") values.set(key, given);
    if (command.toUpperCase() === "GET") text = values.get(key) ?? "";
    const { length } = ENCODER.encode(text);
    await writeAll(connection, [
      ENCODER.encode(`$${length}\r\n${text}\r\n`),
    ]);
  }
}

async function writeAll(
  connection: Deno.Conn,
  pieces: Uint8Array[],
): Promise<void> {
  let bytes = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
  while (bytes.length > 0) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}
