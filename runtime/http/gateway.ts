// Copyright 2026 the Toukon Lambda authors. MIT license.

import { optionalRecord } from "./fields.ts";
import type { EventFormat, ReadyResponse } from "./format.ts";
import { lastForwardedFor, readHeaders } from "./headers.ts";
import { joinQuery } from "./url.ts";

/** The client's certificate, where mutual TLS is on. */
export interface ClientCertificate {
  /** The certificate, PEM-encoded. */
  readonly clientCertPem?: string;
  /** Who it was issued to. */
  readonly subjectDN?: string;
  /** Who issued it. */
  readonly issuerDN?: string;
  /** Its serial number. */
  readonly serialNumber?: string;
  /** From when until when it is valid. */
  readonly validity?: {
    readonly notBefore?: string;
    readonly notAfter?: string;
  };
}

/** The members that the events of every gateway have in common. */
export interface GatewayEvent {
  /** The body, as text or base64. */
  readonly body?: string | null;
  /** Whether the body is base64. */
  readonly isBase64Encoded?: boolean;
}

/**
 * The members that the events of REST APIs and of load balancers have in
 * common. The values of query parameters are decoded in those of REST APIs, and
 * as the client encoded them in those of load balancers.
 */
export interface RestShapedEvent extends GatewayEvent {
  /** The method, in upper case. */
  readonly httpMethod: string;
  /** The path with the escapes that the client sent, without an API's stage. */
  readonly path: string;
  /** The last value of each header. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** Every value of each header. */
  readonly multiValueHeaders?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The last value of each query parameter. */
  readonly queryStringParameters?:
    | Readonly<Record<string, string | undefined>>
    | null;
  /** Every value of each query parameter. */
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
}

/** The members that the results of every gateway have in common. */
export interface GatewayResult {
  /** The status. */
  readonly statusCode: number;
  /** The body, as text or base64. */
  readonly body: string;
  /** Whether the body is base64. */
  readonly isBase64Encoded: boolean;
}

/**
 * Reads the members of a {@linkcode RestShapedEvent}.
 *
 * @param encode Encodes a key or a value of the query for the URL.
 */
export function restShaped(
  encode: (text: string) => string,
): Pick<
  EventFormat<RestShapedEvent, unknown>,
  "method" | "path" | "query" | "headers"
> {
  return {
    method: ({ httpMethod }) => httpMethod,
    path: ({ path }) => path,
    query: (event) =>
      joinQuery(
        optionalRecord(event.queryStringParameters, "queryStringParameters"),
        optionalRecord(
          event.multiValueQueryStringParameters,
          "multiValueQueryStringParameters",
        ),
        encode,
      ),
    headers: ({ headers, multiValueHeaders }) =>
      readHeaders({ headers, multiValueHeaders }),
  };
}

/**
 * The members that the formats of load balancers and VPC Lattice have in common:
 * their events have no domain name, their headers have the client in
 * `x-forwarded-for`, and they cannot stream.
 */
export const forwarding: Pick<
  EventFormat<unknown, unknown>,
  "domainName" | "clientAddress" | "canStream"
> = {
  domainName: () => undefined,
  clientAddress: (_event, headers) => lastForwardedFor(headers),
  canStream: () => false,
};

/** Gives what the results of every gateway have in common. */
export function toGatewayResult(
  { status, body, isBase64Encoded }: ReadyResponse,
): GatewayResult {
  return { statusCode: status, body, isBase64Encoded };
}
