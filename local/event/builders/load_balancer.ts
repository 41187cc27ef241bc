// Copyright 2026 the Toukon Lambda authors. MIT license.

import { ACCOUNT_ID, REGION } from "./facts.ts";
import {
  bodyByType,
  groupPairs,
  headersWithCookies,
  type HttpEventOptions,
  rawQuery,
  toSentRequest,
} from "./request.ts";

/** Options for {@linkcode loadBalancerEvent}. */
export interface LoadBalancerEventOptions extends HttpEventOptions {
  /**
   * Whether the target group has multi-value headers turned on.
   *
   * @default {false}
   */
  isMultiValue?: boolean;
}

/** A request as an Application Load Balancer passes it on. */
export interface LoadBalancerEvent {
  /** What the load balancer knows of the request. */
  requestContext: { elb: { targetGroupArn: string } };
  /** The method. */
  httpMethod: string;
  /** The path as the client sent it. */
  path: string;
  /** The last value of each query parameter, encoded as the client sent it. */
  queryStringParameters?: Record<string, string>;
  /** The last value of each header. */
  headers?: Record<string, string>;
  /** Every value of each query parameter, with multi-value headers. */
  multiValueQueryStringParameters?: Record<string, string[]>;
  /** Every value of each header, with multi-value headers. */
  multiValueHeaders?: Record<string, string[]>;
  /** The body, as text or Base64; empty without one. */
  body: string;
  /** Whether the body is Base64. */
  isBase64Encoded: boolean;
}

/**
 * Makes the event of a request to an Application Load Balancer.
 *
 * @param options The request. Its body is Base64 where its media type is no
 * text.
 * @returns The event, which may be changed.
 * @throws {TypeError} If the path does not begin with a slash.
 *
 * @example Usage
 * ```ts
 * import { loadBalancerEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = loadBalancerEvent({ path: "/?tag=a&tag=b%20c", isMultiValue: true });
 * assertEquals(event.multiValueQueryStringParameters, { tag: ["a", "b%20c"] });
 * ```
 */
export function loadBalancerEvent(
  options: LoadBalancerEventOptions = {},
): LoadBalancerEvent {
  const host = `orders-1234567890.${REGION}.elb.amazonaws.com`;
  const request = toSentRequest(options, host);
  const headers = headersWithCookies(request);
  const query = rawQuery(request);
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT_ID}:targetgroup/orders/0f1e2d3c4b5a6978`,
      },
    },
    httpMethod: request.method,
    path: request.path,
    ...(options.isMultiValue
      ? {
        multiValueQueryStringParameters: groupPairs(query),
        multiValueHeaders: groupPairs(headers),
      }
      : {
        queryStringParameters: Object.fromEntries(query),
        headers: Object.fromEntries(headers),
      }),
    ...(options.body === undefined
      ? { body: "", isBase64Encoded: false }
      : bodyByType(request)),
  };
}
