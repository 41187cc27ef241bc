// Copyright 2026 the Toukon Lambda authors. MIT license.

import type {
  EventFormat,
  HeaderList,
  Limits,
  ReadyResponse,
} from "./format.ts";
import {
  forwarding,
  type GatewayResult,
  restShaped,
  type RestShapedEvent,
  toGatewayResult,
} from "./gateway.ts";
import { groupValues, splitCookies } from "./headers.ts";
import { STATUS_TEXTS } from "./status_texts.ts";
import { escapeQuery } from "./url.ts";

const LIMITS: Limits = {
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#http-header-limits
  headerBytes: 32 * 1024,
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
  bodyBytes: 1024 * 1024,
  preludeBytes: Infinity,
};

/**
 * A request from an Application Load Balancer with a Lambda target. Headers and
 * query parameters have single values, or multiple ones where the target group
 * has that turned on.
 *
 * The fields that are read. Format:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export interface AlbEvent extends RestShapedEvent {
  /** What the load balancer knows of the request. */
  readonly requestContext: {
    /** Only the events of load balancers have this member. */
    readonly elb: { readonly targetGroupArn?: string };
  };
}

/**
 * The answer to an {@linkcode AlbEvent}, in the form in which the request
 * came. Format:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer
 */
export interface AlbResult extends GatewayResult {
  /** The status with its text, such as `200 OK`. */
  readonly statusDescription: string;
  /** Every header, in the single-value form. */
  readonly headers?: Record<string, string>;
  /** Every header, in the multi-value form. */
  readonly multiValueHeaders?: Record<string, string[]>;
}

/** Application Load Balancers. */
export const alb: EventFormat<AlbEvent, AlbResult> = {
  name: "The load balancer",

  ...restShaped(escapeQuery),
  ...forwarding,

  limits(): Limits {
    return LIMITS;
  },

  result(
    response: ReadyResponse,
    event: AlbEvent,
    warn: (message: string) => void,
  ): AlbResult {
    const { status } = response;
    const statusText = response.statusText || STATUS_TEXTS[status] || "Unknown";
    return {
      ...toGatewayResult(response),
      statusDescription: `${status} ${statusText}`,
      ...(event.multiValueHeaders
        ? { multiValueHeaders: groupValues(response.headers) }
        : { headers: singleValues(response.headers, warn) }),
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
