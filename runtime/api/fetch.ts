// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UnansweredError } from "../failure/errors.ts";
import { showReason } from "../failure/failure.ts";
import { VERSION } from "../version.ts";
import type { Header, PostAnswer, Reply, Transport } from "./transport.ts";

/**
 * The fetch of the runtime's own requests. It is taken before a handler is
 * imported, which may replace the global one.
 */
export const fetch: typeof globalThis.fetch = globalThis.fetch;

/** Names the runtime in its requests. */
export const USER_AGENT = `aws-lambda-deno/${Deno.version.deno}-${VERSION}`;

/** Where everything of the Runtime API is. */
export const RUNTIME_PATH = "/2018-06-01/runtime/";

/** Where invocations are asked for. */
export const NEXT_PATH = `${RUNTIME_PATH}invocation/next`;

/** A compressed event would lose what tells its end. */
const NEXT_HEADERS: Header[] = [
  ["user-agent", USER_AGENT],
  ["accept-encoding", "identity"],
];

/** Whether HTTP allows every character of a header's value. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/**
 * Writes a header without the end of its line.
 *
 * @throws {TypeError} If HTTP does not allow its value.
 */
export function toHeaderLine([name, value]: Readonly<Header>): string {
  if (isHeaderValue(value)) return `${name}: ${value}`;
  throw new TypeError(
    `Cannot send the header "${name}": its value has a character that HTTP does not allow`,
  );
}

/** Where a server listens. */
export interface Address {
  /** The host name or address; one of IPv6 without its brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Gives where the server of an http URL listens. */
export function addressOf({ hostname, port }: URL): Address {
  return {
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || 80),
  };
}

/**
 * Creates a client that connects to the server itself. A fetch without it obeys
 * HTTP_PROXY, which is meant for the requests of the handler.
 */
export function createDirectClient(
  { hostname, port }: Address,
): Deno.HttpClient {
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port },
  });
}

/** Carries requests over native fetch, which is touched by the first of them. */
export class FetchTransport implements Transport {
  readonly #address: Address;
  readonly #origin: string;
  readonly #nextUrl: string;
  #client: Deno.HttpClient | undefined;
  #nextRequest: RequestInit | undefined;

  /** @param origin The URL of the server, without a path. */
  constructor(address: Address, origin: string) {
    this.#address = address;
    this.#origin = origin;
    this.#nextUrl = origin + NEXT_PATH;
  }

  next(): Promise<Reply> {
    this.#nextRequest ??= this.#toRequest("GET", NEXT_HEADERS);
    return exchange(this.#nextUrl, this.#nextRequest);
  }

  post(
    path: string,
    headers: Header[],
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<PostAnswer> {
    return this.send("POST", path, headers, body);
  }

  send(
    method: "GET" | "POST",
    path: string,
    headers: Header[],
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Reply> {
    const request = this.#toRequest(method, headers, body);
    return exchange(this.#origin + path, request);
  }

  reconnect(): void {
    this.#client?.close();
    this.#client = this.#nextRequest = undefined;
  }

  #toRequest(
    method: string,
    headers: Header[],
    body?: BodyInit,
  ): RequestInit & { client: Deno.HttpClient } {
    const client = this.#client ??= createDirectClient(this.#address);
    return { client, method, headers, body };
  }
}

async function exchange(url: string, request: RequestInit): Promise<Reply> {
  try {
    const response = await fetch(url, request);
    const text = await response.text();
    const { status, headers } = response;
    const isFramed = headers.has("content-length") ||
      /\bchunked$/i.test(headers.get("transfer-encoding") ?? "");
    return { status, headers, text, isFramed };
  } catch (error) {
    throw toUnanswered(error);
  }
}

/** Fetch rejects with a TypeError whatever it is that the network does. */
function toUnanswered(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const reason = showReason(error);
  // Only Deno's words tell that there has been no connection.
  const mayBeTaken = !reason.includes("client error (Connect)");
  return new UnansweredError(reason, mayBeTaken, { cause: error });
}
