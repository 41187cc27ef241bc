// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Where a server listens. */
export interface Address {
  /** The host name or address; one of IPv6 without its brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Where the Runtime API listens. */
export interface RuntimeApiAddress extends Address {
  /** The host name and the port as a URL and the `Host` header have them. */
  readonly host: string;
}

/**
 * Reads the value of AWS_LAMBDA_RUNTIME_API.
 *
 * @throws {TypeError} If it is not a host with a port.
 */
export function parseAddress(address: string): RuntimeApiAddress {
  const url = URL.parse(`http://${address}`);
  if (!url || url.host !== address.toLowerCase()) {
    throw new TypeError(
      `Cannot use AWS_LAMBDA_RUNTIME_API: expected "host:port", found "${address}"`,
    );
  }
  return { ...addressOf(url), host: url.host };
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
