// Copyright 2026 the Toukon Lambda authors. MIT license.

import type {
  EventFormat,
  HeaderList,
  Limits,
  ReadyResponse,
} from "./format.ts";
import {
  groupValues,
  lastForwardedFor,
  readHeaders,
  splitCookies,
} from "./headers.ts";
import { optionalRecord } from "./fields.ts";
import { STATUS_TEXTS } from "./status_texts.ts";
import { escapeQuery, joinQuery } from "./url.ts";

const LIMITS: Limits = {
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#http-header-limits
  headerBytes: 32 * 1024,
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
  bodyBytes: 1024 * 1024,
  preludeBytes: Infinity,
};

/**
 * A request from an Application Load Balancer with a Lambda target, in the
 * form with single or, where the target group has them on, multiple values.
 *
 * The fields that are read. Format:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export interface AlbEvent {
  /** The method, in upper case. */
  readonly httpMethod: string;
  /** The path, with the escapes that the client sent. */
  readonly path: string;
  /** The last value of each header; absent in the multi-value form. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** Every value of each header, in the multi-value form. */
  readonly multiValueHeaders?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The last value of each query parameter, as the client encoded it. */
  readonly queryStringParameters?:
    | Readonly<Record<string, string | undefined>>
    | null;
  /** Every value of each query parameter, as the client encoded it. */
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null;
  /** The body, as text or base64. */
  readonly body?: string | null;
  /** Whether the body is base64. */
  readonly isBase64Encoded?: boolean;
  /** What tells that the event is a load balancer's. */
  readonly requestContext: {
    readonly elb: { readonly targetGroupArn?: string };
  };
}

/**
 * The answer to an {@linkcode AlbEvent}, in the form in which the request
 * came. Format:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer
 */
export interface AlbResult {
  /** The status. */
  readonly statusCode: number;
  /** The status with its text, such as `200 OK`. */
  readonly statusDescription: string;
  /** Every header, in the single-value form. */
  readonly headers?: Record<string, string>;
  /** Every header, in the multi-value form. */
  readonly multiValueHeaders?: Record<string, string[]>;
  /** The body, as text or base64. */
  readonly body: string;
  /** Whether the body is base64. */
  readonly isBase64Encoded: boolean;
}

/** Application Load Balancers. */
export const alb: EventFormat<AlbEvent, AlbResult> = {
  name: "The load balancer",

  method(event: AlbEvent): string {
    return event.httpMethod;
  },

  path(event: AlbEvent): string {
    return event.path;
  },

  query(event: AlbEvent): string {
    return joinQuery(
      optionalRecord(event.queryStringParameters, "queryStringParameters"),
      optionalRecord(
        event.multiValueQueryStringParameters,
        "multiValueQueryStringParameters",
      ),
      escapeQuery,
    );
  },

  headers(event: AlbEvent): HeaderList {
    return readHeaders({
      headers: event.headers,
      multiValueHeaders: event.multiValueHeaders,
    });
  },

  domainName(): undefined {
    return undefined;
  },

  clientAddress(_event: AlbEvent, headers: Headers): string | undefined {
    return lastForwardedFor(headers);
  },

  canStream(): boolean {
    return false;
  },

  limits(): Limits {
    return LIMITS;
  },

  result(
    response: ReadyResponse,
    event: AlbEvent,
    warn: (message: string) => void,
  ): AlbResult {
    const { status, body, isBase64Encoded } = response;
    const statusText = response.statusText || STATUS_TEXTS[status] || "Unknown";
    return {
      statusCode: status,
      statusDescription: `${status} ${statusText}`,
      ...(event.multiValueHeaders
        ? { multiValueHeaders: groupValues(response.headers) }
        : { headers: singleValues(response.headers, warn) }),
      body,
      isBase64Encoded,
    };
  },
};

/** The form with single values has room for one cookie: the last one. */
function singleValues(
  list: HeaderList,
  warn: (message: string) => void,
): Record<string, string> {
  const { headers, cookies } = splitCookies(list);
  if (cookies.length > 0) headers["set-cookie"] = cookies[cookies.length - 1];
  if (cookies.length > 1) {
    warn(
      `The load balancer takes one cookie of a response, and this one sets ${cookies.length}: only the last is sent. Turn on multi-value headers for the target group`,
    );
  }
  return headers;
}
