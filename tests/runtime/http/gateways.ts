// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * What each gateway makes of a client's request and of a function's result,
 * written for the tests from the documentation of the gateways and from what
 * they were seen to send.
 */

/** A request as it leaves the client. */
export interface ClientRequest {
  method: string;
  host: string;
  /** Percent-encoded. */
  path: string;
  /** As it stands after the question mark. */
  query: string;
  /** As on the wire: a name may come more than once. */
  headers: [name: string, value: string][];
  /** Pairs such as `a=1`. */
  cookies: string[];
  body: Uint8Array<ArrayBuffer>;
}

/** A response as it reaches the client. */
export interface ClientResponse {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Uint8Array<ArrayBuffer>;
}

export interface Gateway {
  name: string;
  /** Where the client's path is decoded before it gets into the event. */
  decodesPath: boolean;
  /** What separates the values of a repeated header; nothing keeps the last. */
  joinsHeadersBy: string | undefined;
  /** Whether only the last value of a repeated query parameter gets through. */
  keepsLastQueryValue: boolean;
  /** Whether a result can carry more than one cookie. */
  sendsManyCookies: boolean;
  toEvent(request: ClientRequest): unknown;
  toClientResponse(result: Result): ClientResponse;
}

/** A result of any gateway. */
export interface Result {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, string | string[]>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

const CLIENT_IP = "203.0.113.7";
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Body fields: text where the bytes are text, base64 where they are not. */
function bodyFields(body: Uint8Array) {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  try {
    return { body: UTF8.decode(body), isBase64Encoded: false };
  } catch {
    return { body: body.toBase64(), isBase64Encoded: true };
  }
}

/** JSON makes a field of any name, `__proto__` too. */
function fromPairs<Value>(pairs: Iterable<[string, Value]>) {
  const fields = [...new Map(pairs)].map(([name, value]) =>
    `${JSON.stringify(name)}:${JSON.stringify(value)}`
  );
  return JSON.parse(`{${fields.join(",")}}`) as Record<string, Value>;
}

function groupPairs(pairs: [string, string][]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    groups.set(name, [...groups.get(name) ?? [], value]);
  }
  return [...groups];
}

function wireHeaders(
  request: ClientRequest,
  { withCookies }: { withCookies: boolean },
): [string, string][] {
  const headers: [string, string][] = [
    ...request.headers,
    ["Host", request.host],
    ["X-Forwarded-For", `198.51.100.1, ${CLIENT_IP}`],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
  if (withCookies && request.cookies.length > 0) {
    headers.push(["Cookie", request.cookies.join("; ")]);
  }
  return headers;
}

function lowerCase(pairs: [string, string][]): [string, string][] {
  return pairs.map(([name, value]) => [name.toLowerCase(), value]);
}

function withLength(
  pairs: [string, string][],
  body: Uint8Array,
): [string, string][] {
  return [...pairs, ["content-length", `${body.length}`]];
}

/** The pairs of a query as they stand in it. */
function rawPairs(query: string): [string, string][] {
  if (query === "") return [];
  return query.split("&").map((pair) => {
    const [key, ...value] = pair.split("=");
    return [key, value.join("=")];
  });
}

function decodedPairs(query: string): [string, string][] {
  return [...new URLSearchParams(query)];
}

function toBytes({ body, isBase64Encoded }: Result): Uint8Array<ArrayBuffer> {
  return isBase64Encoded
    ? Uint8Array.fromBase64(body)
    : new TextEncoder().encode(body);
}

function fromMultiValues(result: Result): ClientResponse {
  const { "set-cookie": cookies = [], ...headers } = result.multiValueHeaders!;
  return {
    status: result.statusCode,
    headers: fromPairs(
      Object.entries(headers).map(([name, values]) => [
        name,
        values.join(", "),
      ]),
    ),
    cookies,
    body: toBytes(result),
  };
}

function fromSingleValues(result: Result): ClientResponse {
  const { "set-cookie": setCookie = [], ...headers } = result.headers!;
  return {
    status: result.statusCode,
    headers: headers as Record<string, string>,
    cookies: [setCookie, result.cookies ?? []].flat(),
    body: toBytes(result),
  };
}

/** API Gateway REST API. */
export const restApi: Gateway = {
  name: "REST API",
  decodesPath: false,
  joinsHeadersBy: ", ",
  keepsLastQueryValue: false,
  sendsManyCookies: true,
  toEvent(request) {
    const headers = wireHeaders(request, { withCookies: true });
    const query = decodedPairs(request.query);
    return {
      resource: "/{proxy+}",
      path: request.path,
      httpMethod: request.method,
      headers: fromPairs(headers),
      multiValueHeaders: fromPairs(groupPairs(headers)),
      queryStringParameters: query.length > 0 ? fromPairs(query) : null,
      multiValueQueryStringParameters: query.length > 0
        ? fromPairs(groupPairs(query))
        : null,
      requestContext: {
        stage: "prod",
        path: `/prod${request.path}`,
        identity: { sourceIp: CLIENT_IP },
      },
      ...bodyFields(request.body),
    };
  },
  toClientResponse: fromMultiValues,
};

function version2(
  request: ClientRequest,
  { rawPath, headers }: { rawPath: string; headers: [string, string][] },
) {
  const { body, isBase64Encoded } = bodyFields(request.body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: request.query,
    headers: fromPairs(
      groupPairs(lowerCase(withLength(headers, request.body))).map((
        [name, values],
      ): [string, string] => [name, values.join(",")]),
    ),
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    ...(body !== null && { body }),
    isBase64Encoded,
  };
}

function version2Context(request: ClientRequest, domainName: string) {
  return {
    domainName,
    stage: "$default",
    http: {
      method: request.method,
      path: decodeURIComponent(request.path),
      sourceIp: CLIENT_IP,
    },
  };
}

/** API Gateway HTTP API with payload format 2.0. */
export const httpApi: Gateway = {
  name: "HTTP API",
  decodesPath: true,
  joinsHeadersBy: ",",
  keepsLastQueryValue: false,
  sendsManyCookies: true,
  toEvent(request) {
    return {
      ...version2(request, {
        rawPath: decodeURIComponent(request.path),
        headers: wireHeaders(request, { withCookies: false }),
      }),
      requestContext: version2Context(
        request,
        "abc.execute-api.eu-west-2.amazonaws.com",
      ),
    };
  },
  toClientResponse: fromSingleValues,
};

/** Lambda function URL. */
export const functionUrl: Gateway = {
  name: "function URL",
  decodesPath: false,
  joinsHeadersBy: ",",
  keepsLastQueryValue: false,
  sendsManyCookies: true,
  toEvent(request) {
    return {
      ...version2(request, {
        rawPath: request.path,
        headers: wireHeaders(request, { withCookies: true }),
      }),
      requestContext: version2Context(
        request,
        "abc.lambda-url.eu-west-2.on.aws",
      ),
    };
  },
  toClientResponse: fromSingleValues,
};

function albEvent(request: ClientRequest) {
  const { body, isBase64Encoded } = bodyFields(request.body);
  return {
    requestContext: { elb: { targetGroupArn: "arn:aws:…:targetgroup/t/1" } },
    httpMethod: request.method,
    path: request.path,
    body: body ?? "",
    isBase64Encoded,
  };
}

function albHeaders(request: ClientRequest): [string, string][] {
  const headers = wireHeaders(request, { withCookies: true });
  return lowerCase(withLength(headers, request.body));
}

/** Application Load Balancer with single values. */
export const albSingle: Gateway = {
  name: "load balancer, single values",
  decodesPath: false,
  joinsHeadersBy: undefined,
  keepsLastQueryValue: true,
  sendsManyCookies: false,
  toEvent(request) {
    return {
      ...albEvent(request),
      headers: fromPairs(albHeaders(request)),
      queryStringParameters: fromPairs(rawPairs(request.query)),
    };
  },
  toClientResponse: fromSingleValues,
};

/** Application Load Balancer with multi-value headers turned on. */
export const albMulti: Gateway = {
  name: "load balancer, multiple values",
  decodesPath: false,
  joinsHeadersBy: ", ",
  keepsLastQueryValue: false,
  sendsManyCookies: true,
  toEvent(request) {
    return {
      ...albEvent(request),
      multiValueHeaders: fromPairs(groupPairs(albHeaders(request))),
      multiValueQueryStringParameters: fromPairs(
        groupPairs(rawPairs(request.query)),
      ),
    };
  },
  toClientResponse: fromMultiValues,
};

/** VPC Lattice, event structure version 2. */
export const lattice: Gateway = {
  name: "VPC Lattice",
  decodesPath: false,
  joinsHeadersBy: ", ",
  keepsLastQueryValue: false,
  sendsManyCookies: true,
  toEvent(request) {
    const { body, isBase64Encoded } = bodyFields(request.body);
    return {
      version: "2.0",
      path: request.path,
      method: request.method,
      headers: fromPairs(groupPairs(albHeaders(request))),
      queryStringParameters: fromPairs(groupPairs(rawPairs(request.query))),
      ...(body !== null && { body, isBase64Encoded }),
      requestContext: { serviceArn: "arn:aws:vpc-lattice:…:service/svc-1" },
    };
  },
  toClientResponse: fromSingleValues,
};

export const GATEWAYS: Gateway[] = [
  restApi,
  httpApi,
  functionUrl,
  albSingle,
  albMulti,
  lattice,
];

/** Answers with all that there is in the request. */
export async function echo(request: Request): Promise<Response> {
  const headers = new Headers({
    "echo-method": request.method,
    "echo-url": request.url,
  });
  for (const [name, value] of request.headers) {
    headers.append(`echo-${name}`, value);
  }
  const contentType = request.headers.get("content-type");
  if (contentType) headers.set("content-type", contentType);
  for (const pair of request.headers.get("cookie")?.split("; ") ?? []) {
    headers.append("set-cookie", pair);
  }
  // Bytes, since a string would bring a content type.
  return new Response(await request.bytes(), { headers });
}
