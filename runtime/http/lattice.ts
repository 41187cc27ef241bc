// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type EventFormat,
  type HeaderList,
  LAMBDA_BODY_BYTES,
  type Limits,
  type ReadyResponse,
} from "./format.ts";
import {
  forwarding,
  type GatewayEvent,
  type GatewayResult,
  toGatewayResult,
} from "./gateway.ts";
import { readHeaders, splitCookies } from "./headers.ts";
import { optionalRecord } from "./fields.ts";
import { escapeQuery, joinQuery } from "./url.ts";

/**
 * A request from an Amazon VPC Lattice service with a Lambda target, in event
 * structure version 2.
 *
 * The fields that are read, and those that tell who called. Format:
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html#receive-event-from-service
 */
export interface LatticeEvent extends GatewayEvent {
  /** The version of the format. */
  readonly version?: string;
  /** The method, in upper case. */
  readonly method: string;
  /** The path. */
  readonly path: string;
  /** Every value of each header. */
  readonly headers?:
    | Readonly<Record<string, readonly string[] | string | undefined>>
    | null;
  /** Every value of each query parameter. */
  readonly queryStringParameters?:
    | Readonly<Record<string, readonly string[] | string | undefined>>
    | null;
  /** What VPC Lattice knows of the request. */
  readonly requestContext: {
    readonly serviceNetworkArn?: string;
    readonly serviceArn?: string;
    readonly targetGroupArn?: string;
    /** Who called. */
    readonly identity?: {
      readonly sourceVpcArn?: string;
      readonly type?: string;
      readonly principal?: string;
      readonly principalOrgID?: string;
      readonly sessionName?: string;
    };
  };
}

/**
 * The answer to a {@linkcode LatticeEvent}. Format:
 * https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html#respond-to-service
 */
export interface LatticeResult extends GatewayResult {
  /** Every header; several cookies are a list. */
  readonly headers: Record<string, string | string[]>;
}

const LIMITS: Limits = {
  headerBytes: Infinity,
  bodyBytes: LAMBDA_BODY_BYTES,
  preludeBytes: Infinity,
};

/** Amazon VPC Lattice services, event structure version 2. */
export const lattice: EventFormat<LatticeEvent, LatticeResult> = {
  name: "VPC Lattice",

  ...forwarding,

  method(event: LatticeEvent): string {
    return event.method;
  },

  path(event: LatticeEvent): string {
    return event.path.split("?", 1)[0];
  },

  /**
   * Reads the query from the path, or else from the map of its parameters. The
   * documentation does not tell whether the path has it, nor whether the values
   * of the map are decoded: they are taken as the client sent them, as those of
   * a load balancer are.
   */
  query(event: LatticeEvent): string {
    const start = event.path.indexOf("?");
    if (start >= 0) return escapeQuery(event.path.slice(start + 1));
    return joinQuery(
      undefined,
      optionalRecord(event.queryStringParameters, "queryStringParameters"),
      escapeQuery,
    );
  },

  headers(event: LatticeEvent): HeaderList {
    return readHeaders({ headers: event.headers });
  },

  limits(): Limits {
    return LIMITS;
  },

  result(response: ReadyResponse): LatticeResult {
    const { headers, cookies } = splitCookies(response.headers);
    const values: Record<string, string | string[]> = headers;
    if (cookies.length === 1) values["set-cookie"] = cookies[0];
    else if (cookies.length > 1) values["set-cookie"] = cookies;
    return { ...toGatewayResult(response), headers: values };
  },
};
