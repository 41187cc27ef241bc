// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Lifeline, type Server } from "./child.ts";
import { createRandom } from "./random.ts";
import { ByteReader } from "./raw_runtime_api.ts";

/** How many faults in a row a request meets at most. */
const MAX_FAULTS = 3;
const DECODER = new TextDecoder("latin1");

/** An invocation, and what became of it. */
interface ChaosInvocation {
  id: string;
  body: string;
  /** Whether an answer was taken, after which the API refuses all others. */
  isTaken: boolean;
  /** Whether the function has been told so. */
  isTold: boolean;
}

/**
 * A Runtime API that hands out invocations, and spoils what it sends, and the
 * connections, as a seed decides. It says what the function does wrong.
 */
export class ChaosApi implements Server, AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #lifeline = new Lifeline();
  readonly #open = new Set<ByteReader>();
  readonly #work: Promise<void>[] = [];
  readonly #invocations = new Map<string, ChaosInvocation>();
  #queue: ChaosInvocation[] = [];
  #current: ChaosInvocation | undefined;
  #settled = Promise.withResolvers<void>();
  #arrived = Promise.withResolvers<void>();
  #isClosed = false;
  #random = createRandom(1);
  #faults = 0;
  #problem: string | undefined;

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

  /**
   * Hands out invocations until they are answered, in a way that the seed
   * decides.
   *
   * @throws {Error} If one is answered twice, or with what another one asks for.
   */
  async run(seed: number, count: number): Promise<void> {
    this.#random = createRandom(seed);
    this.#settled = Promise.withResolvers();
    this.#queue = Array.from({ length: count }, (_, index) => {
      const id = `${seed}-${index}`;
      const text = "ü".repeat(this.#chance(0.1) ? this.#below(90_000) : 3);
      const body = JSON.stringify({ id, text });
      return { id, body, isTaken: false, isTold: false };
    });
    for (const invocation of this.#queue) {
      this.#invocations.set(invocation.id, invocation);
    }
    const arrived = this.#arrived;
    this.#arrived = Promise.withResolvers();
    arrived.resolve();
    await this.#lifeline.unlessLost(this.#settled.promise);
    if (this.#problem) throw new Error(`${this.#problem}, seed ${seed}`);
    this.#invocations.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    this.#arrived.resolve();
    for (const reader of this.#open) reader.close();
    await Promise.allSettled(this.#work);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      connection.setNoDelay();
      const reader = new ByteReader(connection);
      this.#open.add(reader);
      this.#work.push(this.#serve(reader));
    }
  }

  async #serve(reader: ByteReader): Promise<void> {
    try {
      while (await this.#answer(reader, await reader.readUntil("\r\n\r\n")));
    } catch {
      // The function has left the connection.
    }
    this.#open.delete(reader);
    reader.close();
  }

  /** Answers a request, and tells whether the connection is used further. */
  async #answer(reader: ByteReader, head: string): Promise<boolean> {
    if (head.startsWith("GET ")) return await this.#next(reader);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    if (this.#isFault(0.1)) {
      await reader.read(this.#below(length));
      return false;
    }
    const body = DECODER.decode(await reader.read(length));
    return await this.#take(reader, head.split(" ")[1], body);
  }

  async #next(reader: ByteReader): Promise<boolean> {
    let invocation = this.#current;
    // As Lambda does: what is not answered is handed out again.
    while (!invocation || invocation.isTaken) {
      this.#current = invocation = this.#queue.shift();
      if (invocation) break;
      // Only now has the last invocation come to its end.
      if (this.#invocations.size > 0) this.#settled.resolve();
      await this.#arrived.promise;
      if (this.#isClosed) return false;
    }
    return await this.#send(reader, {
      status: "200 OK",
      headers: `lambda-runtime-aws-request-id: ${invocation.id}\r\n` +
        `Lambda-Runtime-Deadline-Ms: ${Date.now() + 60_000}\r\n`,
      body: toBytes(invocation.body),
      isEvent: true,
    });
  }

  async #take(
    reader: ByteReader,
    path: string,
    body: string,
  ): Promise<boolean> {
    const [, id, kind] = /\/invocation\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    const invocation = this.#invocations.get(id);
    if (!invocation) return this.#blame(`${path} was never asked for`);
    if (invocation.isTold) {
      return this.#blame(`${id} is answered again after 202`);
    }
    if (kind !== "response") return this.#blame(`${path} with ${body}`);
    if (body !== toBytes(invocation.body)) {
      return this.#blame(`${id} is answered with ${body.slice(0, 100)}`);
    }
    const isSecond = invocation.isTaken;
    invocation.isTaken = true;
    const isWhole = await this.#send(reader, {
      status: isSecond ? "400 Bad Request" : "202 Accepted",
      headers: "",
      body: isSecond ? `{"errorType":"InvalidRequestID"}` : `{"status":"OK"}`,
      isEvent: false,
      onWhole: () => invocation.isTold = true,
    });
    return isWhole;
  }

  #blame(problem: string): false {
    this.#problem ??= problem;
    this.#settled.resolve();
    return false;
  }

  /** Sends a reply, spoilt or not, and tells whether all is well after it. */
  async #send(reader: ByteReader, reply: ChaosReply): Promise<boolean> {
    if (this.#isFault(0.3)) {
      const spoilt = this.#spoil(reply);
      if (this.#chance(0.2)) await this.#pause();
      await this.#write(reader, spoilt);
      return false;
    }
    this.#faults = 0;
    const closes = this.#chance(0.1);
    const bytes = this.#whole(reply, closes);
    if (this.#chance(0.05)) await this.#pause();
    // Before it is sent, since the function may be quicker to go on.
    reply.onWhole?.();
    await this.#write(reader, bytes);
    // Without a word, it is closed when the function uses it again.
    if (closes) return false;
    if (!this.#chance(0.1)) return true;
    await reader.read(1);
    return false;
  }

  /** Makes a reply that is right, in one of the ways in which it may be. */
  #whole({ status, headers, body }: ChaosReply, closes: boolean): string {
    const interim = this.#chance(0.1) ? "HTTP/1.1 100 Continue\r\n\r\n" : "";
    const close = closes && this.#chance(0.5) ? "Connection: close\r\n" : "";
    const head = `${interim}HTTP/1.1 ${status}\r\n${headers}${close}`;
    if (this.#chance(0.5)) {
      return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    }
    let chunks = "";
    for (let at = 0; at < body.length;) {
      const chunk = body.slice(at, at + 1 + this.#below(body.length));
      at += chunk.length;
      const extension = this.#chance(0.2) ? ";name=value" : "";
      chunks += `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`;
    }
    const trailers = this.#chance(0.2) ? "Checksum: 1\r\n" : "";
    return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${trailers}\r\n`;
  }

  /** Makes what no client may take for a reply, before the connection ends. */
  #spoil(reply: ChaosReply): string {
    const whole = this.#whole(reply, true);
    switch (this.#below(reply.isEvent ? 6 : 5)) {
      case 0:
        return "";
      case 1:
        return whole.slice(0, this.#below(whole.length));
      case 2:
        return "\x00\x01 no HTTP\r\n\r\n";
      case 3:
        return `HTTP/1.1 ${reply.status}\r\n${reply.headers}Content-Length: ${
          reply.body.length + 1 + this.#below(100)
        }\r\n\r\n${reply.body}`;
      case 4:
        return `HTTP/1.1 ${reply.status}\r\n${reply.headers}Transfer-Encoding: chunked\r\n\r\n${
          (reply.body.length + 5).toString(16)
        }\r\n${reply.body}\r\n0\r\n\r\n`;
      default:
        // Nothing tells that it is all.
        return `HTTP/1.1 200 OK\r\n${reply.headers}\r\n${
          this.#chance(0.5) ? reply.body : ""
        }`;
    }
  }

  async #write(reader: ByteReader, text: string): Promise<void> {
    if (text.length > 2_000 || this.#chance(0.7)) {
      return await reader.write(text);
    }
    for (const byte of text) await reader.write(byte);
  }

  /** Stops for a moment, as a machine may. */
  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#below(30)));
  }

  #isFault(share: number): boolean {
    if (this.#faults >= MAX_FAULTS || !this.#chance(share)) return false;
    this.#faults++;
    return true;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

interface ChaosReply {
  status: string;
  headers: string;
  body: string;
  isEvent: boolean;
  /** Called when a reply is sent that is right. */
  onWhole?: () => void;
}

/** Gives the bytes of UTF-8 as characters. */
function toBytes(text: string): string {
  return DECODER.decode(new TextEncoder().encode(text));
}
