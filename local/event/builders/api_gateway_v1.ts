// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  ACCOUNT_ID,
  API_ID,
  CLIENT_ADDRESS,
  REGION,
  toRequestTime,
  toUuid,
} from "./facts.ts";
import {
  bodyByContent,
  decodedQuery,
  groupPairs,
  headersWithCookies,
  pathParametersOf,
  type RoutedEventOptions,
  type SentRequest,
  toSentRequest,
  USER_AGENT,
} from "./request.ts";

const STAGE = "prod";

/** What API Gateway knows of a request to a REST API. */
export interface ApiGatewayRequestContext {
  /** The account of the API. */
  accountId: string;
  /** The API. */
  apiId: string;
  /** What an authorizer has found; absent without one. */
  authorizer: Record<string, unknown> | undefined;
  /** The name that the client called. */
  domainName: string;
  /** The first label of that name. */
  domainPrefix: string;
  /** The id of the request that is also in its reply. */
  extendedRequestId: string;
  /** The method. */
  httpMethod: string;
  /** Who called. */
  identity: ApiGatewayIdentity;
  /** The path with the stage. */
  path: string;
  /** The protocol of the request. */
  protocol: string;
  /** The id of the request. */
  requestId: string;
  /** When the request arrived, such as `02/Jan/2026:03:04:05 +0000`. */
  requestTime: string;
  /** The same in milliseconds since the epoch. */
  requestTimeEpoch: number;
  /** The id of the resource. */
  resourceId: string;
  /** The path of the resource. */
  resourcePath: string;
  /** The stage. */
  stage: string;
}

/** Who called a REST API: all null but what every caller has. */
export interface ApiGatewayIdentity {
  /** The access key that has signed the request. */
  accessKey: string | null;
  /** The account of that key. */
  accountId: string | null;
  /** The key of a usage plan. */
  apiKey: string | null;
  /** The id of that key. */
  apiKeyId: string | null;
  /** The caller that has signed the request. */
  caller: string | null;
  /** The certificate of the client. */
  clientCert: null;
  /** How Cognito has authenticated the caller. */
  cognitoAuthenticationProvider: string | null;
  /** Whether Cognito has authenticated the caller. */
  cognitoAuthenticationType: string | null;
  /** The Cognito identity of the caller. */
  cognitoIdentityId: string | null;
  /** The identity pool of that identity. */
  cognitoIdentityPoolId: string | null;
  /** The organization of the caller. */
  principalOrgId: string | null;
  /** The address of the client. */
  sourceIp: string;
  /** The user that has signed the request. */
  user: string | null;
  /** The user agent of the client. */
  userAgent: string | null;
  /** The ARN of the user that has signed the request. */
  userArn: string | null;
}

/** A request as a REST API passes it on, in payload format 1.0. */
export interface ApiGatewayProxyEvent {
  /** The resource, such as `/orders/{id}`. */
  resource: string;
  /** The path with the escapes that the client sent, without the stage. */
  path: string;
  /** The method. */
  httpMethod: string;
  /** The last value of each header. */
  headers: Record<string, string>;
  /** Every value of each header. */
  multiValueHeaders: Record<string, string[]>;
  /** The last value of each query parameter, decoded. */
  queryStringParameters: Record<string, string> | null;
  /** Every value of each query parameter, decoded. */
  multiValueQueryStringParameters: Record<string, string[]> | null;
  /** What the resource names in the path. */
  pathParameters: Record<string, string> | null;
  /** The variables of the stage. */
  stageVariables: Record<string, string> | null;
  /** What API Gateway knows of the request. */
  requestContext: ApiGatewayRequestContext;
  /** The body, as text or Base64. */
  body: string | null;
  /** Whether the body is Base64. */
  isBase64Encoded: boolean;
}

/**
 * Makes the event of a request to an API Gateway REST API with Lambda proxy
 * integration.
 *
 * @param options The request. Its body is Base64 where it is no text.
 * @returns The event, which may be changed.
 * @throws {TypeError} If the path does not begin with a slash, or does not
 * belong to the route.
 *
 * @example Usage
 * ```ts
 * import { apiGatewayProxyEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = apiGatewayProxyEvent({
 *   path: "/orders/7?full=1",
 *   route: "/orders/{id}",
 *   body: { item: "tea" },
 * });
 * assertEquals(event.httpMethod, "POST");
 * assertEquals(event.pathParameters, { id: "7" });
 * assertEquals(event.body, '{"item":"tea"}');
 * ```
 */
export function apiGatewayProxyEvent(
  options: RoutedEventOptions = {},
): ApiGatewayProxyEvent {
  const domainName = `${API_ID}.execute-api.${REGION}.amazonaws.com`;
  const request = toSentRequest(options, domainName);
  const { method, path } = request;
  const resource = options.route ?? (path === "/" ? "/" : "/{proxy+}");
  const headers = headersOf(request);
  const query = decodedQuery(request);
  const hasQuery = query.length > 0;
  const hasBody = options.body !== undefined;
  return {
    resource,
    path,
    httpMethod: method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: groupPairs(headers),
    queryStringParameters: hasQuery ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters: hasQuery ? groupPairs(query) : null,
    pathParameters: pathParametersOf(resource, path) ?? null,
    stageVariables: null,
    requestContext: requestContextOf(request, resource, domainName),
    ...(hasBody
      ? bodyByContent(request)
      : { body: null, isBase64Encoded: false }),
  };
}

function requestContextOf(
  { method, path, time }: SentRequest,
  resourcePath: string,
  domainName: string,
): ApiGatewayRequestContext {
  return {
    accountId: ACCOUNT_ID,
    apiId: API_ID,
    authorizer: undefined,
    domainName,
    domainPrefix: API_ID,
    extendedRequestId: "Wq3yFHs7DoEEjVA=",
    httpMethod: method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: CLIENT_ADDRESS,
      user: null,
      userAgent: USER_AGENT,
      userArn: null,
    },
    path: `/${STAGE}${path}`,
    protocol: "HTTP/1.1",
    requestId: toUuid(0),
    requestTime: toRequestTime(time),
    requestTimeEpoch: time.getTime(),
    resourceId: "k7m2p9",
    resourcePath,
    stage: STAGE,
  };
}

/** A REST API keeps the case of names, such as that of HTTP/1.1 clients. */
function headersOf(request: SentRequest): [string, string][] {
  return headersWithCookies(request).map(([name, value]) => [
    name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    value,
  ]);
}
