// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  ACCOUNT_ID,
  API_ID,
  CLIENT_ADDRESS,
  REGION,
  toRequestTime,
} from "./facts.ts";
import {
  bodyByType,
  decodedQuery,
  headersWithCookies,
  type HttpEventOptions,
  joinPairs,
  pathParametersOf,
  type RoutedEventOptions,
  type SentRequest,
  toSentRequest,
  USER_AGENT,
} from "./request.ts";

const URL_ID = "q2w4e6r8t0y1u3i5o7p9a2s4d6f8g0h1";

/** What an HTTP API or a function URL knows of a request. */
export interface ApiGatewayRequestContextV2 {
  /** The account of the API; `anonymous` of a function URL without IAM. */
  accountId: string;
  /** The API, or the id of the function URL. */
  apiId: string;
  /** The name that the client called. */
  domainName: string;
  /** The first label of that name. */
  domainPrefix: string;
  /** The request line, and who sent it. */
  http: {
    method: string;
    path: string;
    protocol: string;
    sourceIp: string;
    userAgent: string;
  };
  /** The id of the request. */
  requestId: string;
  /** The route that the request belongs to. */
  routeKey: string;
  /** The stage. */
  stage: string;
  /** When the request arrived, such as `02/Jan/2026:03:04:05 +0000`. */
  time: string;
  /** The same in milliseconds since the epoch. */
  timeEpoch: number;
}

/**
 * A request as an HTTP API passes it on, in payload format 2.0. A function URL
 * writes the same format.
 */
export interface ApiGatewayProxyEventV2 {
  /** The version of the format: `2.0`. */
  version: string;
  /** The route that the request belongs to, such as `GET /orders/{id}`. */
  routeKey: string;
  /** The path. An HTTP API has decoded it, a function URL has not. */
  rawPath: string;
  /** The query as the client sent it. */
  rawQueryString: string;
  /** The cookies; absent without any. */
  cookies?: string[];
  /** The headers; values of a repeated one are joined by commas. */
  headers: Record<string, string>;
  /** The query parameters, decoded; repeated ones are joined by commas. */
  queryStringParameters?: Record<string, string>;
  /** What the route names in the path. */
  pathParameters?: Record<string, string>;
  /** What the gateway knows of the request. */
  requestContext: ApiGatewayRequestContextV2;
  /** The body, as text or Base64; absent without one. */
  body?: string;
  /** Whether the body is Base64. */
  isBase64Encoded: boolean;
}

/**
 * Makes the event of a request to an API Gateway HTTP API, in payload format
 * 2.0.
 *
 * @param options The request. Its body is Base64 where its media type is no
 * text: that of a form is none.
 * @returns The event, which may be changed.
 * @throws {TypeError} If the path does not begin with a slash, or does not
 * belong to the route.
 *
 * @example Usage
 * ```ts
 * import { apiGatewayProxyEventV2 } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = apiGatewayProxyEventV2({
 *   method: "PUT",
 *   path: "/orders/7?tag=a&tag=b",
 *   headers: { cookie: "session=1" },
 *   body: { item: "tea" },
 * });
 * assertEquals(event.rawPath, "/orders/7");
 * assertEquals(event.queryStringParameters, { tag: "a,b" });
 * assertEquals(event.cookies, ["session=1"]);
 * ```
 */
export function apiGatewayProxyEventV2(
  options: RoutedEventOptions = {},
): ApiGatewayProxyEventV2 {
  const { route = "$default" } = options;
  const domainName = `${API_ID}.execute-api.${REGION}.amazonaws.com`;
  const request = toSentRequest(options, domainName);
  const isDefault = route === "$default";
  const pathParameters = isDefault
    ? undefined
    : pathParametersOf(route, request.path);
  return toEvent(request, {
    accountId: ACCOUNT_ID,
    domainName,
    headers: request.headers,
    path: decodePath(request.path),
    pathParameters,
    requestId: "Wq3yGj0xjoEEJ9A=",
    routeKey: isDefault ? route : `${request.method} ${route}`,
    hasBody: options.body !== undefined,
  });
}

/**
 * Makes the event of a request to a Lambda function URL without IAM.
 *
 * @param options The request. Its body is Base64 where its media type is no
 * text: that of a form is none.
 * @returns The event, which may be changed.
 * @throws {TypeError} If the path does not begin with a slash.
 *
 * @example Usage
 * ```ts
 * import { functionUrlEvent } from "@toukon/lambda/testing";
 * import { toRequest } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { pathname } = new URL(toRequest(functionUrlEvent({ path: "/a" })).url);
 * assertEquals(pathname, "/a");
 * ```
 */
export function functionUrlEvent(
  options: HttpEventOptions = {},
): ApiGatewayProxyEventV2 {
  const domainName = `${URL_ID}.lambda-url.${REGION}.on.aws`;
  const request = toSentRequest(options, domainName);
  return toEvent(request, {
    accountId: "anonymous",
    domainName,
    headers: [
      ["x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"],
      ["x-amzn-tls-version", "TLSv1.3"],
      ...headersWithCookies(request),
    ],
    path: request.path,
    pathParameters: undefined,
    requestId: "3e5f7a91-c0d2-4b84-a6e8-f9b1c3d5e7f0",
    routeKey: "$default",
    hasBody: options.body !== undefined,
  });
}

/** What the two gateways do not have in common. */
interface GatewayMembers {
  accountId: string;
  domainName: string;
  headers: [string, string][];
  path: string;
  pathParameters: Record<string, string> | undefined;
  requestId: string;
  routeKey: string;
  hasBody: boolean;
}

function toEvent(
  request: SentRequest,
  gateway: GatewayMembers,
): ApiGatewayProxyEventV2 {
  const { method, query, cookies, time } = request;
  const { accountId, domainName, path, pathParameters, requestId, routeKey } =
    gateway;
  const [domainPrefix] = domainName.split(".");
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: joinPairs(gateway.headers, ","),
    ...(query !== "" && {
      queryStringParameters: joinPairs(decodedQuery(request), ","),
    }),
    ...(pathParameters && { pathParameters }),
    requestContext: {
      accountId,
      apiId: domainPrefix,
      domainName,
      domainPrefix,
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: CLIENT_ADDRESS,
        userAgent: USER_AGENT,
      },
      requestId,
      routeKey,
      stage: "$default",
      time: toRequestTime(time),
      timeEpoch: time.getTime(),
    },
    ...(gateway.hasBody ? bodyByType(request) : { isBase64Encoded: false }),
  };
}

/** A path whose escapes are no UTF-8 stays as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
