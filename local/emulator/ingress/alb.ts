// Copyright 2026 the Toukon Lambda authors. MIT license.

import { LIMITS } from "../limits.ts";
import { ACCOUNT } from "../settings.ts";
import {
  bodyFields,
  forwardedHeaders,
  lastValues,
  lowerCase,
  pairsOf,
  rawPairs,
  readResult,
  respond,
} from "./fields.ts";
import type { Ingress, Trouble } from "./ingress.ts";

/** An Application Load Balancer whose target group has single values. */
export const alb: Ingress = {
  name: "alb",
  maxResultBytes: 1024 * 1024,
  maxHeaderBytes: LIMITS.loadBalancerHeaders,
  canStream: false,
  timeoutMs: Infinity,
  toEvent: (request) => ({
    requestContext: {
      elb: {
        targetGroupArn:
          `arn:aws:elasticloadbalancing:${request.region}:${ACCOUNT}:targetgroup/local/0123456789abcdef`,
      },
    },
    httpMethod: request.method,
    path: request.path,
    queryStringParameters: lastValues(rawPairs(request.query)),
    headers: lastValues(lowerCase(forwardedHeaders(request))),
    ...bodyFields(request),
  }),
  toResponse: (result) => {
    // Values in lists are those of the other setting, and left out in this one.
    const fields = readResult(result, ({ headers }) => pairsOf(headers));
    return fields && respond(fields, "application/octet-stream");
  },
  explain: (trouble) => page(...PAGES[trouble]),
  timedOut: () => page(504, "Gateway Time-out"),
};

const PAGES: Record<Trouble, [status: number, title: string]> = {
  error: [502, "Bad Gateway"],
  headersTooLarge: [400, "Bad Request"],
  malformed: [502, "Bad Gateway"],
  throttled: [503, "Service Temporarily Unavailable"],
  tooLarge: [413, "Request Entity Too Large"],
};

function page(status: number, title: string): Response {
  const text =
    `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return new Response(text, {
    status,
    headers: { "content-type": "text/html" },
  });
}
