// Copyright 2026 the Toukon Lambda authors. MIT license.

const DEADLINE_MS = Date.now() + 15 * 60 * 1000;
const ENCODER = new TextEncoder();

const ACCEPTED = ENCODER.encode([
  "HTTP/1.1 202 Accepted",
  "content-type: application/json",
  "content-length: 16",
  "",
  `{"status":"OK"}\n`,
].join("\r\n"));

/**
 * A Runtime API for one client, on a port of its own. It reads only as much of
 * HTTP as it must, so that what is measured is the client.
 */
export class Invoker {
  readonly #decoder = new TextDecoder();
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #waiting: Deno.TcpConn[] = [];
  #left = 0;
  #concurrency = 1;
  #settle: PromiseWithResolvers<void> | undefined;
  #lost: Error | undefined;
  readonly #invocation: Uint8Array;

  /** @param event The JSON that each invocation has. */
  constructor(event = `{"name":"bench"}`) {
    this.#invocation = toInvocation(event);
    this.#accept();
  }

  /** What the client finds in `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    const { hostname, port } = this.#listener.addr;
    return `${hostname}:${port}`;
  }

  /** Fails what waits for the client, which has ended. */
  lose(reason: Error): void {
    this.#lost = reason;
    this.#settle?.reject(reason);
  }

  /** Takes no more connections. */
  close(): void {
    this.#listener.close();
  }

  /**
   * Sends invocations until the client asks for more than the count, and tells
   * how long each took on average, in microseconds.
   *
   * @param concurrency How many the client asks for at once.
   * @throws {Error} If the client ends before.
   */
  async invoke(count: number, concurrency = 1): Promise<number> {
    this.#concurrency = concurrency;
    if (this.#waiting.length < concurrency) await this.#asked();
    const start = performance.now();
    this.#left = count;
    const asked = this.#asked();
    this.#serve();
    await asked;
    return (performance.now() - start) * 1000 / count;
  }

  /** Settles when the client asks for all it can, and none is there. */
  #asked(): Promise<void> {
    this.#settle = Promise.withResolvers();
    if (this.#lost) this.#settle.reject(this.#lost);
    return this.#settle.promise;
  }

  #serve(): void {
    for (; this.#left > 0 && this.#waiting.length > 0; this.#left--) {
      send(this.#waiting.pop()!, this.#invocation);
    }
    if (this.#waiting.length === this.#concurrency) this.#settle?.resolve();
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      connection.setNoDelay();
      this.#read(connection).catch((error) => this.#settle?.reject(error));
    }
  }

  async #read(connection: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    let text = "";
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) throw new Error("Client closed its connection");
      text += this.#decoder.decode(buffer.subarray(0, length));
      if (!isWhole(text)) continue;
      if (text.startsWith("GET ")) {
        this.#waiting.push(connection);
        this.#serve();
      } else send(connection, ACCEPTED);
      text = "";
    }
  }
}

/** The reply with an event, which has no other characters than ASCII. */
function toInvocation(event: string): Uint8Array {
  return ENCODER.encode([
    "HTTP/1.1 200 OK",
    "content-type: application/json",
    `content-length: ${event.length}`,
    "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    `lambda-runtime-deadline-ms: ${DEADLINE_MS}`,
    "lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:bench",
    "lambda-runtime-trace-id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
    "",
    event,
  ].join("\r\n"));
}

/** Tells whether the request, of ASCII, has arrived with all of its body. */
function isWhole(request: string): boolean {
  const headEnd = request.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  if (request.startsWith("GET ")) return true;
  const [, length] = /^content-length: *(\d+)/im.exec(request) ?? [];
  if (length === undefined) throw new Error("Client sent no Content-Length");
  return request.length >= headEnd + 4 + Number(length);
}

async function send(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await connection.write(bytes.subarray(at));
  }
}
