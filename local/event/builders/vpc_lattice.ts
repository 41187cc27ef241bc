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

/** A request as VPC Lattice passes it on, in event structure version 2. */
export interface VpcLatticeEvent {
  /** The version of the format: `2.0`. */
  version: string;
  /** The path as the client sent it. */
  path: string;
  /** The method. */
  method: string;
  /** Every value of each header. */
  headers: Record<string, string[]>;
  /** Every value of each query parameter; absent without any. */
  queryStringParameters?: Record<string, string[]>;
  /** The body, as text or Base64; absent without one. */
  body?: string;
  /** Whether the body is Base64; absent without one. */
  isBase64Encoded?: boolean;
  /** What VPC Lattice knows of the request. */
  requestContext: {
    serviceNetworkArn: string;
    serviceArn: string;
    targetGroupArn: string;
    identity: { sourceVpcArn: string; type: string };
    region: string;
    /** In microseconds since the epoch, as text. */
    timeEpoch: string;
  };
}

/**
 * Makes the event of a request to an Amazon VPC Lattice service, in event
 * structure version 2.
 *
 * @param options The request. Its body is Base64 where its media type is no
 * text.
 * @returns The event, which may be changed.
 * @throws {TypeError} If the path does not begin with a slash.
 *
 * @example Usage
 * ```ts
 * import { vpcLatticeEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = vpcLatticeEvent({ path: "/orders?tag=a&tag=b" });
 * assertEquals(event.queryStringParameters, { tag: ["a", "b"] });
 * ```
 */
export function vpcLatticeEvent(
  options: HttpEventOptions = {},
): VpcLatticeEvent {
  const host =
    `orders-0a1b2c3d4e5f60718.7d67968.vpc-lattice-svcs.${REGION}.on.aws`;
  const request = toSentRequest(options, host);
  const lattice = `arn:aws:vpc-lattice:${REGION}:${ACCOUNT_ID}`;
  return {
    version: "2.0",
    path: request.path,
    method: request.method,
    headers: groupPairs(headersWithCookies(request)),
    ...(request.query !== "" && {
      queryStringParameters: groupPairs(rawQuery(request)),
    }),
    ...(options.body !== undefined && bodyByType(request)),
    requestContext: {
      serviceNetworkArn: `${lattice}:servicenetwork/sn-0a1b2c3d4e5f60718`,
      serviceArn: `${lattice}:service/svc-0a1b2c3d4e5f60718`,
      targetGroupArn: `${lattice}:targetgroup/tg-0a1b2c3d4e5f60718`,
      identity: {
        sourceVpcArn:
          `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:vpc/vpc-0a1b2c3d4e5f60718`,
        type: "NONE",
      },
      region: REGION,
      timeEpoch: `${request.time.getTime()}000`,
    },
  };
}
