// Copyright 2026 the Toukon Lambda authors. MIT license.

/** 2 KiB of JSON, as a client would send it. */
export const BODY = JSON.stringify({
  orders: Array.from({ length: 20 }, (_, index) => ({
    id: `order-${String(index).padStart(6, "0")}`,
    item: "a book on the Runtime API of AWS Lambda",
    amount: index + 1,
    price: 19.5,
  })),
}).padEnd(2048, " ");

const HEADERS: Record<string, string> = {
  accept: "application/json",
  "accept-encoding": "gzip, br",
  authorization: `Bearer ${"x".repeat(200)}`,
  "content-length": String(BODY.length),
  "content-type": "application/json",
  host: "api.example.com",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
  "x-amzn-trace-id": "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c",
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-port": "443",
  "x-forwarded-proto": "https",
};
const COOKIES = ["session=4f9a2c", "theme=dark"];
const COOKIE = { cookie: COOKIES.join("; ") };

function multi(
  values: Record<string, string>,
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, [value]]),
  );
}

const PATH = "/shops/42/orders";
const QUERY = { page: "2", sort: "price" };
const version2 = {
  version: "2.0",
  routeKey: "$default",
  rawPath: PATH,
  rawQueryString: "page=2&sort=price",
  cookies: COOKIES,
  body: BODY,
  isBase64Encoded: false,
};
const http = { method: "POST", path: PATH, sourceIp: "203.0.113.7" };

/** One event of each format, as JSON text. */
export const EVENTS: Record<string, string> = {
  "REST API (v1)": JSON.stringify({
    httpMethod: "POST",
    path: PATH,
    headers: { ...HEADERS, ...COOKIE },
    multiValueHeaders: multi({ ...HEADERS, ...COOKIE }),
    queryStringParameters: QUERY,
    multiValueQueryStringParameters: multi(QUERY),
    requestContext: { stage: "prod", identity: { sourceIp: "203.0.113.7" } },
    body: BODY,
    isBase64Encoded: false,
  }),
  "HTTP API (v2)": JSON.stringify({
    ...version2,
    headers: HEADERS,
    requestContext: {
      domainName: "abc.execute-api.eu-west-2.amazonaws.com",
      stage: "$default",
      http,
    },
  }),
  "function URL": JSON.stringify({
    ...version2,
    headers: { ...HEADERS, ...COOKIE },
    requestContext: {
      domainName: "abc.lambda-url.eu-west-2.on.aws",
      stage: "$default",
      http,
    },
  }),
  "ALB (multi-value)": JSON.stringify({
    requestContext: { elb: { targetGroupArn: "arn:aws:…:targetgroup/t/1" } },
    httpMethod: "POST",
    path: PATH,
    multiValueHeaders: multi({ ...HEADERS, ...COOKIE }),
    multiValueQueryStringParameters: multi(QUERY),
    body: BODY,
    isBase64Encoded: false,
  }),
  "VPC Lattice (v2)": JSON.stringify({
    version: "2.0",
    path: PATH,
    method: "POST",
    headers: multi({ ...HEADERS, ...COOKIE }),
    queryStringParameters: multi(QUERY),
    requestContext: { serviceArn: "arn:aws:vpc-lattice:…:service/svc-1" },
    body: BODY,
    isBase64Encoded: false,
  }),
};
