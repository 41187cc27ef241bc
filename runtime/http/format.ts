// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * The headers of a request: names in lower case, values that a `Headers`
 * takes. A name may come more than once, except `cookie`.
 */
export type HeaderList = [name: string, value: string][];

/** A response that is ready to be written in the form of one gateway. */
export interface ReadyResponse {
  readonly status: number;
  readonly statusText: string;
  /** Every header that is to be sent; `set-cookie` may come more than once. */
  readonly headers: HeaderList;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The largest sizes that a gateway takes, in bytes. */
export interface Limits {
  /** All names and values of a response's headers together. */
  readonly headerBytes: number;
  /** The body of a result, as it stands in the JSON document. */
  readonly bodyBytes: number;
  /** The prelude of a streamed response. */
  readonly preludeBytes: number;
}

/** Lambda returns 6 MiB at most from an invocation that is not streamed. */
export const LAMBDA_BODY_BYTES = 6 * 1024 * 1024;
/** Both kinds of API Gateway refuse more. */
export const API_GATEWAY_HEADER_BYTES = 10_240;

/** Reads the events and writes the results of one gateway. */
export interface EventFormat<Event, Result> {
  /** What errors and warnings call the gateway. */
  readonly name: string;
  method(event: Event): string;
  /** The path, with the escapes that it has. */
  path(event: Event): string;
  /** The query, without its question mark. */
  query(event: Event): string;
  headers(event: Event): HeaderList;
  /** The host name of the gateway, where the event has it. */
  domainName(event: Event): string | undefined;
  /** The client, as the gateway states it: an address, or `address:port`. */
  clientAddress(event: Event, headers: Headers): string | undefined;
  /** Whether the gateway can hand on a response while it is being made. */
  canStream(event: Event): boolean;
  /** Whether the gateway waits for a byte after the prelude. */
  readonly waitsForBody: boolean;
  limits(event: Event): Limits;
  result(
    response: ReadyResponse,
    event: Event,
    warn: (message: string) => void,
  ): Result;
}
