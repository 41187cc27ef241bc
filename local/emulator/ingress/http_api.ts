// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../../../runtime/is_record.ts";
import { LIMITS } from "../limits.ts";
import { ACCOUNT } from "../settings.ts";
import {
  bodyFields,
  decodedPairs,
  decodePath,
  forwardedHeaders,
  joinedValues,
  lowerCase,
  type Pair,
  pairsOf,
  readResult,
  respond,
  valueOf,
} from "./fields.ts";
import type { Ingress, ReceivedRequest, Trouble } from "./ingress.ts";

const URL_ID = "toukonlocaltoukonlocaltoukonloca";

/** A Lambda function URL. */
export const functionUrl: Ingress = {
  name: "url",
  maxResultBytes: LIMITS.reply,
  maxHeaderBytes: Infinity,
  canStream: true,
  timeoutMs: Infinity,
  toEvent: (request) =>
    version2(request, {
      apiId: URL_ID,
      domainName: `${URL_ID}.lambda-url.${request.region}.on.aws`,
      accountId: "anonymous",
      rawPath: request.path,
      headers: forwardedHeaders(request),
    }),
  toResponse,
  explain: (trouble) =>
    new Response(URL_TEXTS[trouble][1], { status: URL_TEXTS[trouble][0] }),
  timedOut: () => new Response("Gateway Timeout", { status: 504 }),
};

const URL_TEXTS: Record<Trouble, [status: number, text: string]> = {
  error: [502, "Internal Server Error"],
  headersTooLarge: [431, "Request Header Fields Too Large"],
  malformed: [502, "Internal Server Error"],
  throttled: [429, "Rate Exceeded."],
  tooLarge: [413, "Request Entity Too Large"],
};

/** An API Gateway HTTP API with payload format 2.0. */
export const httpApi: Ingress = {
  name: "http",
  maxResultBytes: LIMITS.reply,
  maxHeaderBytes: LIMITS.apiGatewayHeaders,
  canStream: false,
  timeoutMs: 30_000,
  toEvent: (request) =>
    version2(request, {
      apiId: "toukonhttp",
      domainName: `toukonhttp.execute-api.${request.region}.amazonaws.com`,
      accountId: ACCOUNT,
      // It decodes the path, and leaves cookies to their own field.
      rawPath: decodePath(request.path),
      headers: forwardedHeaders(request).filter(([name]) =>
        name.toLowerCase() !== "cookie"
      ),
    }),
  toResponse,
  explain: (trouble) => {
    if (trouble === "tooLarge") {
      return message(413, "Request Entity Too Large");
    }
    if (trouble === "headersTooLarge") {
      return message(431, "Request Header Fields Too Large");
    }
    return trouble === "throttled"
      ? message(503, "Service Unavailable")
      : message(500, "Internal Server Error");
  },
  timedOut: () => message(503, "Service Unavailable"),
};

function message(status: number, text: string): Response {
  return Response.json({ message: text }, { status });
}

/** Where the two kinds of the format differ. */
interface Version2Facts {
  apiId: string;
  domainName: string;
  accountId: string;
  rawPath: string;
  headers: Pair[];
}

function version2(
  request: ReceivedRequest,
  { apiId, domainName, accountId, rawPath, headers }: Version2Facts,
): Record<string, unknown> {
  const { method, query, requestId, atMs } = request;
  const cookies = valueOf(request.headers, "cookie")?.split(/; */);
  const parameters = decodedPairs(query);
  const { body, isBase64Encoded } = bodyFields(request);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers: joinedValues(lowerCase(headers)),
    ...(parameters.length > 0 &&
      { queryStringParameters: joinedValues(parameters) }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: apiId,
      http: {
        method,
        path: decodePath(request.path),
        protocol: "HTTP/1.1",
        sourceIp: request.address,
        userAgent: valueOf(request.headers, "user-agent") ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: toClfTime(atMs),
      timeEpoch: atMs,
    },
    ...(body !== "" && { body }),
    isBase64Encoded,
  };
}

/** What is no result with a status is the body of one. */
function toResponse(result: unknown): Response | undefined {
  if (!isRecord(result) || result.statusCode === undefined) {
    return Response.json(result ?? null);
  }
  const fields = readResult(result, ({ headers, cookies = [] }) => {
    const pairs = pairsOf(headers);
    if (!pairs || !Array.isArray(cookies)) return undefined;
    return [
      ...pairs,
      ...cookies.map((it): Pair => ["set-cookie", String(it)]),
    ];
  });
  return fields && respond(fields, "application/json");
}

/** The time as log files of web servers have it. */
export function toClfTime(ms: number): string {
  const [, day, month, year, time] = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(
    new Date(ms).toUTCString(),
  )!;
  return `${day}/${month}/${year}:${time} +0000`;
}
