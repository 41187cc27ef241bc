// Copyright 2026 the Toukon Lambda authors. MIT license.

import { LIMITS } from "../limits.ts";
import { ACCOUNT } from "../settings.ts";
import {
  allValues,
  bodyFields,
  forwardedHeaders,
  lowerCase,
  pairsOf,
  rawPairs,
  readResult,
  respond,
} from "./fields.ts";
import type { Ingress, Trouble } from "./ingress.ts";

/** A VPC Lattice service, event structure version 2. */
export const lattice: Ingress = {
  name: "lattice",
  maxResultBytes: LIMITS.reply,
  maxHeaderBytes: Infinity,
  canStream: false,
  timeoutMs: Infinity,
  toEvent: (request) => {
    const { body, isBase64Encoded } = bodyFields(request);
    const arn = `arn:aws:vpc-lattice:${request.region}:${ACCOUNT}`;
    return {
      version: "2.0",
      path: request.query === ""
        ? request.path
        : `${request.path}?${request.query}`,
      method: request.method,
      headers: allValues(lowerCase(forwardedHeaders(request))),
      queryStringParameters: allValues(rawPairs(request.query)),
      ...(body !== "" && { body, isBase64Encoded }),
      requestContext: {
        serviceNetworkArn: `${arn}:servicenetwork/sn-0123456789abcdef0`,
        serviceArn: `${arn}:service/svc-0123456789abcdef0`,
        targetGroupArn: `${arn}:targetgroup/tg-0123456789abcdef0`,
        identity: {
          sourceVpcArn:
            `arn:aws:ec2:${request.region}:${ACCOUNT}:vpc/vpc-0123456789abcdef0`,
        },
        region: request.region,
        // In microseconds, unlike everywhere else.
        timeEpoch: String(Math.round(request.atMs * 1_000)),
      },
    };
  },
  toResponse: (result) => {
    const fields = readResult(result, ({ headers }) => pairsOf(headers));
    return fields && respond(fields, undefined);
  },
  explain: (trouble) =>
    new Response(TEXTS[trouble][1], { status: TEXTS[trouble][0] }),
  timedOut: () => new Response("Gateway Timeout", { status: 504 }),
};

const TEXTS: Record<Trouble, [status: number, text: string]> = {
  error: [502, "Bad Gateway"],
  headersTooLarge: [431, "Request Header Fields Too Large"],
  malformed: [502, "Bad Gateway"],
  throttled: [503, "Service Unavailable"],
  tooLarge: [413, "Payload Too Large"],
};
