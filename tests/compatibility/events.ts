// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What a function URL makes of a request. */
export function urlEvent(
  method: string,
  path: string,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } =
    {},
): Record<string, unknown> {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { host: "example.com", ...headers },
    requestContext: {
      accountId: "anonymous",
      apiId: "example",
      domainName: "example.com",
      domainPrefix: "example",
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "test",
      },
      requestId: "1",
      routeKey: "$default",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1_767_225_600_000,
    },
    body,
    isBase64Encoded: false,
  };
}

/** What a REST API makes of a request. */
export function restEvent(
  method: string,
  path: string,
): Record<string, unknown> {
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: { Host: "example.com" },
    multiValueHeaders: { Host: ["example.com"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "example",
      httpMethod: method,
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      path,
      protocol: "HTTP/1.1",
      requestId: "1",
      resourcePath: "/{proxy+}",
      stage: "prod",
    },
    body: null,
    isBase64Encoded: false,
  };
}
