// Copyright 2026 the Toukon Lambda authors. MIT license.

import { VERSION } from "../version.ts";

/**
 * The fetch of the runtime's own requests. It is taken before a handler is
 * imported, which may replace the global one.
 */
export const fetch: typeof globalThis.fetch = globalThis.fetch;

/** Names the runtime in its requests. */
export const USER_AGENT = `aws-lambda-deno/${Deno.version.deno}-${VERSION}`;

/** A header or a trailer. */
export type Header = [name: string, value: string];

/** Whether HTTP allows every character of a header's value. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
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
