// Copyright 2026 the Toukon Lambda authors. MIT license.

import { LIMITS } from "../limits.ts";
import { ACCOUNT } from "../settings.ts";
import {
  allValues,
  decodedPairs,
  decodeUtf8,
  forwardedHeaders,
  lastValues,
  pairsOf,
  readResult,
  respond,
  valueOf,
} from "./fields.ts";
import { toClfTime } from "./http_api.ts";
import type { Ingress, ReceivedRequest } from "./ingress.ts";

const STAGE = "local";
const API_ID = "toukonrest";
/** It refuses a result with any other field. */
const RESULT_FIELDS = [
  "body",
  "headers",
  "isBase64Encoded",
  "multiValueHeaders",
  "statusCode",
];

/** An API Gateway REST API with proxy integration and all media types binary. */
export const restApi: Ingress = {
  name: "rest",
  maxResultBytes: LIMITS.reply,
  maxHeaderBytes: LIMITS.apiGatewayHeaders,
  canStream: true,
  timeoutMs: 29_000,
  toEvent,
  toResponse: (result) => {
    const fields = readResult(result, (it) => {
      const isKnown = Object.keys(it).every((name) =>
        RESULT_FIELDS.includes(name)
      );
      const [single, multiple] = [
        pairsOf(it.headers),
        pairsOf(it.multiValueHeaders),
      ];
      if (!isKnown || !single || !multiple) return undefined;
      const names = new Set(multiple.map(([name]) => name.toLowerCase()));
      return [
        ...single.filter(([name]) => !names.has(name.toLowerCase())),
        ...multiple,
      ];
    });
    return fields && respond(fields, "application/json");
  },
  explain: (trouble) => {
    if (trouble === "tooLarge") {
      return message(413, "Request Too Long");
    }
    if (trouble === "headersTooLarge") {
      return message(431, "Request Header Fields Too Large");
    }
    return trouble === "throttled"
      ? message(500, "Internal server error")
      : message(502, "Internal server error");
  },
  timedOut: () => message(504, "Endpoint request timed out"),
};

function message(status: number, text: string): Response {
  return Response.json({ message: text }, { status });
}

function toEvent(request: ReceivedRequest): Record<string, unknown> {
  const { method, path, atMs, requestId, region } = request;
  // It takes the length of the body away.
  const headers = forwardedHeaders(request)
    .filter(([name]) => name.toLowerCase() !== "content-length");
  const query = decodedPairs(request.query);
  const text = decodeUtf8(request.body);
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: query.length > 0 ? lastValues(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? allValues(query) : null,
    pathParameters: path === "/" ? null : { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: API_ID,
      domainName: `${API_ID}.execute-api.${region}.amazonaws.com`,
      domainPrefix: API_ID,
      extendedRequestId: requestId,
      httpMethod: method,
      identity: {
        sourceIp: request.address,
        userAgent: valueOf(headers, "user-agent") ?? null,
      },
      path: `/${STAGE}${path}`,
      protocol: "HTTP/1.1",
      requestId,
      requestTime: toClfTime(atMs),
      requestTimeEpoch: atMs,
      resourcePath: "/{proxy+}",
      stage: STAGE,
    },
    body: request.body.length === 0 ? null : text ?? request.body.toBase64(),
    isBase64Encoded: text === undefined,
  };
}
