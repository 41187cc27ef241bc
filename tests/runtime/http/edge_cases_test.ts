// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import {
  type AlbEvent,
  BadRequestError,
  canStream,
  eventSource,
  type HttpApiEvent,
  type HttpEvent,
  type HttpInfo,
  isHttpEvent,
  type LatticeEvent,
  type RestApiEvent,
  toHandler,
  toRequest,
  toResult,
} from "../../../runtime/http/mod.ts";
import { respond } from "../../../runtime/http/adapter.ts";
import { toPrelude } from "../../../runtime/http/prelude.ts";
import { createContext } from "../../../local/testing/context.ts";
import { GATEWAYS, type Result } from "./gateways.ts";

const HOST = { host: "api.example.com" };

function restEvent(fields: Partial<RestApiEvent> = {}): RestApiEvent {
  return { httpMethod: "GET", path: "/", headers: HOST, ...fields };
}

type HttpApiFields = Partial<Omit<HttpApiEvent, "requestContext">> & {
  method?: string;
  requestContext?: Partial<HttpApiEvent["requestContext"]>;
};

function httpApiEvent(
  { method = "GET", requestContext, ...fields }: HttpApiFields = {},
): HttpApiEvent {
  return {
    version: "2.0",
    rawPath: "/",
    rawQueryString: "",
    headers: HOST,
    requestContext: {
      domainName: "abc.execute-api.eu-west-2.amazonaws.com",
      http: { method },
      ...requestContext,
    },
    ...fields,
  };
}

function functionUrlEvent(fields: HttpApiFields = {}): HttpApiEvent {
  return httpApiEvent({
    ...fields,
    requestContext: {
      domainName: "abc.lambda-url.eu-west-2.on.aws",
      ...fields.requestContext,
    },
  });
}

function albEvent(fields: Partial<AlbEvent> = {}): AlbEvent {
  return {
    httpMethod: "GET",
    path: "/",
    headers: HOST,
    requestContext: { elb: {} },
    ...fields,
  };
}

function latticeEvent(fields: Partial<LatticeEvent> = {}): LatticeEvent {
  return {
    version: "2.0",
    method: "GET",
    path: "/",
    headers: { host: ["api.example.com"] },
    requestContext: { serviceArn: "arn:aws:vpc-lattice:…" },
    ...fields,
  };
}

/** The same change made to an event of every gateway. */
function everyEvent(
  fields: { method?: string; path?: string; body?: string },
  isBase64Encoded = false,
): HttpEvent[] {
  const { method = "GET", path = "/", body } = fields;
  return [
    restEvent({ httpMethod: method, path, body, isBase64Encoded }),
    httpApiEvent({ method, rawPath: path, body, isBase64Encoded }),
    functionUrlEvent({ method, rawPath: path, body, isBase64Encoded }),
    albEvent({ httpMethod: method, path, body, isBase64Encoded }),
    latticeEvent({ method, path, body, isBase64Encoded }),
  ];
}

async function resultOf(
  response: Response,
  event: HttpEvent,
  options?: Parameters<typeof toResult>[2],
): Promise<Result> {
  return await toResult(response, event, options) as Result;
}

async function infoOf(event: HttpEvent): Promise<HttpInfo> {
  const { promise, resolve } = Promise.withResolvers<HttpInfo>();
  const handler = toHandler((_request, info) => {
    resolve(info);
    return new Response();
  });
  await handler(event, createContext());
  return await promise;
}

// The same request, as four gateways were seen to write it.

const SEEN_QUERY =
  "repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2F&literalPlus=a+b&encodedPlus=a%2Bb&empty=";
const SEEN_EVENTS: Record<string, HttpEvent> = {
  "a REST API": restEvent({
    httpMethod: "POST",
    path: "/files/space%20value",
    headers: {
      Host: "api.example.com",
      "X-Probe": "second",
      Cookie: "session=abc; theme=dark",
    },
    multiValueHeaders: {
      Host: ["api.example.com"],
      "X-Probe": ["first", "second"],
      Cookie: ["session=abc; theme=dark"],
    },
    queryStringParameters: {
      repeat: "two",
      redirect: "https://example.com/",
      literalPlus: "a b",
      encodedPlus: "a+b",
      empty: "",
    },
    multiValueQueryStringParameters: {
      repeat: ["one", "two"],
      redirect: ["https://example.com/"],
      literalPlus: ["a b"],
      encodedPlus: ["a+b"],
      empty: [""],
    },
    requestContext: { path: "/prod/files/space%20value", stage: "prod" },
    body: "λ",
  }),
  "an HTTP API": httpApiEvent({
    method: "POST",
    rawPath: "/files/space value",
    rawQueryString: SEEN_QUERY,
    headers: { ...HOST, "x-probe": "first,second", "content-length": "2" },
    cookies: ["session=abc", "theme=dark"],
    body: "λ",
  }),
  "a function URL": functionUrlEvent({
    method: "POST",
    rawPath: "/files/space%20value",
    rawQueryString: SEEN_QUERY,
    headers: {
      ...HOST,
      "x-probe": "first,second",
      "content-length": "2",
      cookie: "session=abc; theme=dark",
    },
    cookies: ["session=abc", "theme=dark"],
    body: "λ",
  }),
  "a load balancer": albEvent({
    httpMethod: "POST",
    path: "/files/space%20value",
    headers: null,
    queryStringParameters: null,
    multiValueHeaders: {
      host: ["api.example.com"],
      "x-probe": ["first", "second"],
      "x-forwarded-proto": ["https"],
      cookie: ["session=abc; theme=dark"],
      "content-length": ["2"],
    },
    multiValueQueryStringParameters: {
      repeat: ["one", "two"],
      redirect: ["https%3A%2F%2Fexample.com%2F"],
      literalPlus: ["a+b"],
      encodedPlus: ["a%2Bb"],
      empty: [""],
    },
    body: "λ",
  }),
};

for (const [gateway, event] of Object.entries(SEEN_EVENTS)) {
  Deno.test(`toRequest() makes the request that the client sent to ${gateway}`, async () => {
    const request = toRequest(event);
    const url = new URL(request.url);
    assertEquals(request.method, "POST");
    assertEquals(
      url.origin + url.pathname,
      "https://api.example.com/files/space%20value",
    );
    assertEquals(
      [...url.searchParams],
      [...new URLSearchParams(SEEN_QUERY)],
    );
    assertEquals(
      request.headers.get("x-probe")?.split(/, ?/),
      ["first", "second"],
    );
    assertEquals(request.headers.get("cookie"), "session=abc; theme=dark");
    assertEquals(request.headers.get("content-length"), "2");
    assertEquals(await request.text(), "λ");
  });
}

// Which event is what.

Deno.test("isHttpEvent() tells the formats apart by what only they have", () => {
  // A base path mapping adds rawPath to the event of a REST API.
  const restWithRawPath = { ...restEvent({ path: "/a" }), rawPath: "/b/a" };
  assertEquals(new URL(toRequest(restWithRawPath).url).pathname, "/a");
  for (const event of everyEvent({})) assert(isHttpEvent(event));
});

Deno.test("isHttpEvent() takes an event without version for a REST API's", async () => {
  const result = await resultOf(
    new Response(),
    { httpMethod: "GET", path: "/" },
  );
  assert("multiValueHeaders" in result);
});

Deno.test("isHttpEvent() refuses what is no object", () => {
  for (const event of [undefined, null, "GET /", 1, [restEvent()]]) {
    assertEquals(isHttpEvent(event), false);
    assertEquals(eventSource(event), "Step Functions or direct invocation");
  }
});

Deno.test("isHttpEvent() refuses an event that lacks its method or its path", () => {
  const elb = { requestContext: { elb: {} } };
  const serviceArn = {
    requestContext: { serviceArn: "arn:aws:vpc-lattice:…" },
  };
  for (
    const event of [
      {},
      { httpMethod: "GET" },
      { path: "/" },
      { ...elb, path: "/" },
      { ...elb, httpMethod: "GET" },
      { ...serviceArn, path: "/" },
      { ...serviceArn, method: "GET" },
      { requestContext: { http: {} }, rawPath: "/" },
    ]
  ) assertEquals(isHttpEvent(event), false);
});

Deno.test("isHttpEvent() refuses a WebSocket event, with and without a method", () => {
  for (const eventType of ["CONNECT", "MESSAGE", "DISCONNECT"]) {
    const requestContext = { connectionId: "c=", eventType };
    const event = { requestContext, headers: HOST };
    for (const each of [event, { ...event, httpMethod: "GET", path: "/" }]) {
      assertEquals(isHttpEvent(each), false);
      assertEquals(
        eventSource(each),
        `API Gateway WebSocket API: ${eventType}`,
      );
    }
  }
});

Deno.test("isHttpEvent() refuses what a Lambda authorizer is asked", () => {
  const asked = [
    { ...restEvent(), type: "REQUEST", methodArn: "arn:aws:execute-api:…" },
    { ...httpApiEvent(), type: "REQUEST", routeArn: "arn:aws:execute-api:…" },
    { type: "TOKEN", authorizationToken: "t", methodArn: "arn:aws:…" },
  ];
  for (const event of asked) {
    assertEquals(isHttpEvent(event), false);
    assertEquals(eventSource(event), "API Gateway Lambda authorizer");
  }
});

Deno.test("toRequest() refuses VPC Lattice event structure version 1", () => {
  const event = {
    raw_path: "/path",
    method: "GET",
    headers: HOST,
    query_string_parameters: {},
    is_base64_encoded: false,
  };
  assertEquals(isHttpEvent(event), false);
  assertThrows(
    () => toRequest(event as unknown as HttpEvent),
    TypeError,
    "VPC Lattice, event structure V1 (choose V2 for the target group)",
  );
});

Deno.test("eventSource() names what the gateways and services send", () => {
  const named: [unknown, string][] = [
    [{ Records: [{ eventSource: "aws:sqs" }] }, "aws:sqs"],
    [{ Records: [{ EventSource: "aws:sns" }] }, "aws:sns"],
    [{ Records: [{ cf: {} }] }, "CloudFront (Lambda@Edge)"],
    [{ eventSource: "aws:kafka", records: {} }, "aws:kafka"],
    [
      { source: "aws.ecr", "detail-type": "ECR Image Scan" },
      "aws.ecr: ECR Image Scan",
    ],
    [{ awslogs: { data: "" } }, "CloudWatch Logs"],
    [{ deliveryStreamArn: "arn:", records: [] }, "Amazon Data Firehose"],
    [{ "CodePipeline.job": {} }, "AWS CodePipeline"],
    [{ Records: [] }, "Step Functions or direct invocation"],
    [{ triggerSource: "PreSignUp" }, "Step Functions or direct invocation"],
    [{ RequestType: "Create" }, "Step Functions or direct invocation"],
    [restEvent(), "API Gateway REST API"],
    [{ ...restEvent(), requestContext: {} }, "API Gateway REST API"],
    [httpApiEvent(), "API Gateway HTTP API or function URL"],
    [albEvent(), "Application Load Balancer"],
    [latticeEvent(), "VPC Lattice"],
    [{ requestContext: { connectionId: "c=" } }, "API Gateway WebSocket API"],
  ];
  for (const [event, source] of named) assertEquals(eventSource(event), source);
});

Deno.test("toHandler() names the source of an event that it cannot answer", async () => {
  const handler = toHandler(() => new Response());
  const event = { Records: [{ eventSource: "aws:sqs", body: "secret" }] };
  const error = await assertRejects(
    () => handler(event, createContext()),
    TypeError,
    'Cannot answer an event from "aws:sqs": the module has only fetch',
  );
  assert(!error.message.includes("secret"));
});

// The URL.

Deno.test("toRequest() prefers the host header, then the gateway's name, then localhost", () => {
  const requestContext = { domainName: "d.example.com" };
  const origins = [
    toRequest(restEvent({ requestContext })),
    toRequest(restEvent({ requestContext, headers: {} })),
    toRequest(restEvent({ headers: null })),
  ].map(({ url }) => url);
  assertEquals(origins, [
    "https://api.example.com/",
    "https://d.example.com/",
    "https://localhost/",
  ]);
});

Deno.test("toRequest() takes no host that is more than a host", () => {
  for (
    const host of [
      "evil.com/path",
      "user:password@evil.com",
      "evil.com?query",
      "evil.com#hash",
      "evil.com\\path",
      "a b",
      "",
      "x.example.com:99999",
      "1.2.3.4.5",
      "1234567890.execute-api.{dns_suffix}",
    ]
  ) {
    assertEquals(
      toRequest(restEvent({ headers: { host } })).url,
      "https://localhost/",
    );
  }
});

Deno.test("toRequest() takes hosts with ports and addresses", () => {
  const headers = { "x-forwarded-proto": "http" };
  for (const host of ["localhost:3000", "127.0.0.1:8080", "[::1]:8000"]) {
    const { url } = toRequest(restEvent({ headers: { ...headers, host } }));
    assertEquals(url, `http://${host}/`);
  }
});

Deno.test("toRequest() does not trust x-forwarded-host", () => {
  const headers = { ...HOST, "x-forwarded-host": "evil.com" };
  assertEquals(
    toRequest(albEvent({ headers })).url,
    "https://api.example.com/",
  );
});

Deno.test("toRequest() takes the scheme of the first hop, and https without one", () => {
  const schemes = [
    "http",
    "https",
    "http,https",
    "https, http",
    " HTTP",
    "gopher",
    "",
  ];
  const found = schemes.map((scheme) => {
    const headers = { ...HOST, "x-forwarded-proto": scheme };
    return new URL(toRequest(albEvent({ headers })).url).protocol;
  });
  assertEquals(found, [
    "http:",
    "https:",
    "http:",
    "https:",
    "http:",
    "https:",
    "https:",
  ]);
  assertEquals(new URL(toRequest(albEvent()).url).protocol, "https:");
});

Deno.test("toRequest() answers a load balancer's health check", () => {
  const request = toRequest(albEvent({
    headers: { "user-agent": "ELB-HealthChecker/2.0" },
    queryStringParameters: {},
    body: "",
  }));
  assertEquals(request.url, "https://localhost/");
  assertEquals(request.body, null);
});

Deno.test("toRequest() keeps escapes in a path and escapes what is illegal there", () => {
  const paths: [string, string][] = [
    ["/capture/space value", "/capture/space%20value"],
    ["/hash#value", "/hash%23value"],
    ["/literal?value", "/literal%3Fvalue"],
    ["/literal%value", "/literal%25value"],
    ["/100%", "/100%25"],
    ["/λ-世界-🔥", "/%CE%BB-%E4%B8%96%E7%95%8C-%F0%9F%94%A5"],
    ["/kept%2Fescape%2fand%20more", "/kept%2Fescape%2fand%20more"],
    ["/back\\slash", "/back%5Cslash"],
    ["/tab\tand\nline", "/tab%09and%0Aline"],
    ["/trailing ", "/trailing%20"],
    ["/lone\ud800surrogate", "/lone%EF%BF%BDsurrogate"],
    ["/it's(~!*)[a]@b:c;d,e=f&g+h$i", "/it's(~!*)[a]@b:c;d,e=f&g+h$i"],
  ];
  for (const [path, expected] of paths) {
    for (
      const event of [httpApiEvent({ rawPath: path }), restEvent({ path })]
    ) {
      assertEquals(toRequest(event).url, `https://api.example.com${expected}`);
    }
  }
});

Deno.test("toRequest() never lets a path change the authority", () => {
  const paths: [string, string][] = [
    ["//evil.com/x", "//evil.com/x"],
    ["/\\evil.com/x", "/%5Cevil.com/x"],
    ["https://evil.com/x", "/https://evil.com/x"],
    ["@evil.com/x", "/@evil.com/x"],
    [".evil.com/x", "/.evil.com/x"],
    [":80/x", "/:80/x"],
    ["*", "/*"],
    ["", "/"],
  ];
  for (const [path, expected] of paths) {
    for (const event of everyEvent({ path })) {
      const url = new URL(toRequest(event).url);
      assertEquals(url.host, "api.example.com");
      assertEquals(url.pathname, expected);
    }
  }
});

Deno.test("toRequest() keeps double and trailing slashes", () => {
  for (const path of ["/a//b///c/", "/a/", "//"]) {
    for (const event of everyEvent({ path })) {
      assertEquals(toRequest(event).url, `https://api.example.com${path}`);
    }
  }
});

Deno.test("toRequest() leaves the stage where the gateway puts it", () => {
  const rest = restEvent({
    path: "/orders",
    requestContext: { stage: "prod", path: "/prod/orders" },
  });
  assertEquals(new URL(toRequest(rest).url).pathname, "/orders");
  const http = httpApiEvent({ rawPath: "/prod/orders" });
  assertEquals(new URL(toRequest(http).url).pathname, "/prod/orders");
});

Deno.test("toRequest() takes the base path off at a segment's end, once", () => {
  const paths: [path: string, basePath: string, expected: string][] = [
    ["/prod/orders", "/prod", "/orders"],
    ["/prod", "/prod", "/"],
    ["/prod/", "/prod", "/"],
    ["/production", "/prod", "/production"],
    ["/prod/prod/orders", "/prod", "/prod/orders"],
    ["/orders", "/prod", "/orders"],
    ["/prod//evil.com", "/prod", "//evil.com"],
    ["/api/v1/orders", "/api/v1", "/orders"],
    ["/api/v1/orders", "/api/v1/", "/orders"],
    ["/api/orders", "api", "/orders"],
    ["/%E4%B8%96/orders", "/世", "/orders"],
    ["/orders", "/", "/orders"],
    ["/orders", "", "/orders"],
  ];
  for (const [path, basePath, expected] of paths) {
    const { url } = toRequest(restEvent({ path }), undefined, { basePath });
    assertEquals(url, `https://api.example.com${expected}`);
  }
});

Deno.test("toRequest() keeps a raw query byte for byte", () => {
  const queries = [
    "a=1&a=2&b=",
    "a",
    "a[]=1&a[b]=2&0=x",
    "plus=a+b&encoded=a%2Bb&percent=%25",
    "double=%2525&lower=%c3%a9",
    "a=b=c&&x;y",
    "bare=100%",
  ];
  for (const rawQueryString of queries) {
    for (
      const event of [
        httpApiEvent({ rawQueryString }),
        functionUrlEvent({ rawQueryString }),
      ]
    ) {
      assertEquals(
        toRequest(event).url,
        `https://api.example.com/?${rawQueryString}`,
      );
    }
  }
});

Deno.test("toRequest() lets no raw query end early", () => {
  const event = httpApiEvent({ rawQueryString: "a=#b&c= d\ud800é" });
  assertEquals(
    toRequest(event).url,
    "https://api.example.com/?a=%23b&c=%20d%EF%BF%BD%C3%A9",
  );
});

Deno.test("toRequest() encodes the decoded query of a REST API", () => {
  const event = restEvent({
    multiValueQueryStringParameters: {
      "a[b]": ["1", "x&y=z"],
      plus: ["a b", "a+b"],
      literal: ["%41", "#"],
      empty: [""],
      unicode: ["é", "\ud800"],
    },
    queryStringParameters: { empty: "", single: "only here" },
  });
  assertEquals(
    new URL(toRequest(event).url).search,
    "?a%5Bb%5D=1&a%5Bb%5D=x%26y%3Dz&plus=a%20b&plus=a%2Bb&literal=%2541&literal=%23" +
      "&empty=&unicode=%C3%A9&unicode=%EF%BF%BD&single=only%20here",
  );
});

Deno.test("toRequest() joins the undecoded query of a load balancer and of VPC Lattice", () => {
  const parameters = {
    "a%5Bb%5D": ["1", "2"],
    plus: ["a+b", "a%2Bb"],
    literal: ["%2541"],
    empty: [""],
  };
  const search =
    "?a%5Bb%5D=1&a%5Bb%5D=2&plus=a+b&plus=a%2Bb&literal=%2541&empty=";
  const events = [
    albEvent({ multiValueQueryStringParameters: parameters }),
    latticeEvent({ queryStringParameters: parameters }),
  ];
  for (const event of events) {
    assertEquals(new URL(toRequest(event).url).search, search);
  }
});

Deno.test("toRequest() takes the query out of a path of VPC Lattice", () => {
  const event = latticeEvent({
    path: "/orders?b=%41&a=1&b=2",
    queryStringParameters: { b: ["%41", "2"], a: ["1"] },
  });
  assertEquals(
    toRequest(event).url,
    "https://api.example.com/orders?b=%41&a=1&b=2",
  );
});

Deno.test("toRequest() takes maps that are null, and values that are no text", () => {
  const event = restEvent({
    headers: {
      host: "api.example.com",
      "x-number": 1,
      "x-null": null,
    } as never,
    multiValueHeaders: null,
    queryStringParameters: { page: 2, none: null } as never,
    multiValueQueryStringParameters: null,
    body: null,
  });
  const request = toRequest(event);
  assertEquals(request.url, "https://api.example.com/?page=2");
  assertEquals(request.headers.get("x-number"), "1");
  assertEquals(request.headers.has("x-null"), false);
});

Deno.test("toRequest() takes the single value where the many are null", () => {
  const event = restEvent({
    headers: { Host: "api.example.com", "X-Name": "single" },
    multiValueHeaders: { host: null, "x-name": [null] } as never,
    queryStringParameters: { page: "2" },
    multiValueQueryStringParameters: { page: null } as never,
  });
  const request = toRequest(event);
  assertEquals(request.url, "https://api.example.com/?page=2");
  assertEquals(request.headers.has("x-name"), false);
  const cookies = [null, "a=1", undefined] as never;
  assertEquals(
    toRequest(httpApiEvent({ cookies })).headers.get("cookie"),
    "a=1",
  );
});

Deno.test("toRequest() takes the gateway's name only where it is one", () => {
  for (const domainName of [null, undefined, "", "a/b", "a@b"]) {
    const requestContext = { domainName } as never;
    const event = restEvent({ headers: null, requestContext });
    assertEquals(toRequest(event).url, "https://localhost/");
  }
});

Deno.test("toRequest() writes the query of an HTTP API event without a raw one", () => {
  const event = httpApiEvent({
    rawQueryString: undefined,
    queryStringParameters: { q: "a b" },
  });
  assertEquals(toRequest(event).url, "https://api.example.com/?q=a%20b");
});

// The headers.

Deno.test("toRequest() unites both maps of headers without doubling a value", () => {
  const request = toRequest(restEvent({
    headers: { Host: "api.example.com", "X-Many": "2", "x-single": "s" },
    multiValueHeaders: { host: ["api.example.com"], "x-many": ["1", "2"] },
  }));
  assertEquals(request.headers.get("host"), "api.example.com");
  assertEquals(request.headers.get("x-many"), "1, 2");
  assertEquals(request.headers.get("x-single"), "s");
});

Deno.test("toRequest() takes cookies from the array, not from header and array", () => {
  const event = functionUrlEvent({
    headers: { ...HOST, cookie: "a=1; b=2" },
    cookies: ["a=1", "b=2"],
  });
  assertEquals(toRequest(event).headers.get("cookie"), "a=1; b=2");
  const empty = { ...event, cookies: [] };
  assertEquals(toRequest(empty).headers.get("cookie"), "a=1; b=2");
});

Deno.test("toRequest() joins several cookie headers into one", () => {
  const event = albEvent({
    multiValueHeaders: { cookie: ["a=1", "b=2; c=3"] },
  });
  assertEquals(toRequest(event).headers.get("cookie"), "a=1; b=2; c=3");
});

Deno.test("toRequest() leaves cookie values and malformed cookies as they are", () => {
  const cookies = ["a=%20b%2C", "=novalue", "justname", 'q="x,y"', ""];
  const request = toRequest(httpApiEvent({ cookies }));
  assertEquals(
    request.headers.get("cookie"),
    'a=%20b%2C; =novalue; justname; q="x,y";',
  );
});

Deno.test("toRequest() leaves out what concerns one connection", () => {
  const request = toRequest(albEvent({
    headers: {
      ...HOST,
      connection: "keep-alive",
      "keep-alive": "timeout=5",
      "transfer-encoding": "chunked",
      upgrade: "h2c",
      te: "trailers",
    },
  }));
  assertEquals([...request.headers.keys()], ["host"]);
});

Deno.test("toRequest() percent-encodes in a header what a Headers does not take", () => {
  const events: HttpEvent[] = [
    restEvent({ headers: { "x-text": "é 世 %41 \ud800" } }),
    httpApiEvent({ headers: { "x-text": "é 世 %41 \ud800" } }),
    albEvent({ headers: { "x-text": "é 世 %41 \ud800" } }),
    latticeEvent({ headers: { "x-text": ["é 世 %41 \ud800"] } }),
  ];
  for (const event of events) {
    assertEquals(
      toRequest(event).headers.get("x-text"),
      "é %E4%B8%96 %41 %EF%BF%BD",
    );
  }
});

Deno.test("toRequest() takes header names that are special to JavaScript", () => {
  const headers = JSON.parse('{"__proto__":"a","constructor":"b"}');
  const request = toRequest(restEvent({ headers }));
  assertEquals([...request.headers], [["__proto__", "a"], [
    "constructor",
    "b",
  ]]);
});

Deno.test("toRequest() does not touch credentials", () => {
  for (const text of ["user", "user:", ":password", ":", "a:b:c"]) {
    const authorization = `Basic ${btoa(text)}`;
    const request = toRequest(restEvent({ headers: { authorization } }));
    assertEquals(request.headers.get("authorization"), authorization);
  }
});

Deno.test("toRequest() takes the trace of the invocation for the request's", () => {
  const headers = { "x-amzn-trace-id": "Root=1-1;Self=1-2" };
  const traces = ["Root=1-1;Parent=a;Sampled=1", "Root=1-1;Parent=b;Sampled=0"];
  // Made before either is read, as with concurrent invocations.
  const requests = traces.map((traceId) =>
    toRequest(restEvent({ headers }), createContext({ traceId }))
  );
  assertEquals(
    requests.map((request) => request.headers.get("x-amzn-trace-id")),
    traces,
  );
  const untraced = toRequest(
    restEvent({ headers }),
    createContext({ traceId: undefined }),
  );
  assertEquals(untraced.headers.get("x-amzn-trace-id"), "Root=1-1;Self=1-2");
});

Deno.test("toRequest() gives the request the signal of the context", () => {
  const controller = new AbortController();
  const context = createContext({ signal: controller.signal });
  const request = toRequest(restEvent(), context);
  const copy = new Request(request);
  assertEquals(request.signal.aborted, false);
  controller.abort(new DOMException("Too late", "TimeoutError"));
  assertEquals(request.signal.reason.name, "TimeoutError");
  assert(copy.signal.aborted);
});

Deno.test("toRequest() ignores the fields of an event that it does not know", () => {
  const event = {
    ...restEvent(),
    resource: "/{proxy+}",
    pathParameters: { proxy: "x" },
    otherField: "foobar",
  };
  assertEquals(toRequest(event).url, "https://api.example.com/");
});

// The body of a request.

Deno.test("toRequest() decodes base64 to the bytes that were sent", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (
    const event of everyEvent({ method: "POST", body: bytes.toBase64() }, true)
  ) {
    const request = toRequest(event);
    assertEquals(request.headers.get("content-length"), "256");
    assertEquals(await request.bytes(), bytes);
  }
});

Deno.test("toRequest() reads text as the bytes that it is sent in", async () => {
  const texts = ["text", "é🔥", '\ufeff{"a":1}', "lone\ud800", "a\ufeff"];
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    for (const event of everyEvent({ method: "POST", body: text })) {
      const request = toRequest(event);
      assertEquals(await request.clone().bytes(), bytes);
      // Without the byte order mark, as any Request.
      assertEquals(await request.text(), new TextDecoder().decode(bytes));
      assertEquals(
        request.headers.get("content-length"),
        `${bytes.length}`,
      );
    }
  }
  const [event] = everyEvent({ method: "POST", body: texts[2] });
  assertEquals(await toRequest(event).json(), { a: 1 });
});

Deno.test("toHandler() answers invalid base64 with 400 and does not call fetch", async () => {
  const handler = toHandler(() => {
    throw new Error("fetch was called");
  });
  for (const body of ["A", "****", "AA=A"]) {
    for (const event of everyEvent({ method: "POST", body }, true)) {
      const result = await handler(event, createContext()) as Result;
      assertEquals(result.statusCode, 400);
      assertEquals(JSON.parse(result.body), {
        message: "The body is not valid base64",
      });
    }
  }
});

Deno.test("toRequest() drops the body of a GET and HEAD request, and its length", () => {
  for (const method of ["GET", "HEAD"]) {
    const event = albEvent({
      httpMethod: method,
      headers: { ...HOST, "content-length": "4" },
      body: "text",
    });
    const request = toRequest(event);
    assertEquals(request.method, method);
    assertEquals(request.body, null);
    assertEquals(request.headers.has("content-length"), false);
  }
});

Deno.test("toHandler() answers a method that no Request can have with 400", async () => {
  const handler = toHandler(() => new Response());
  for (const method of ["TRACE", "CONNECT", "TRACK", "not a method"]) {
    for (const event of everyEvent({ method })) {
      const result = await handler(event, createContext()) as Result;
      assertEquals(result.statusCode, 400);
      assertEquals(JSON.parse(result.body), {
        message:
          `A request with the method "${method.toUpperCase()}" cannot be answered`,
      });
    }
  }
});

Deno.test("toRequest() takes methods that are not common", () => {
  for (const method of ["OPTIONS", "PROPFIND", "QUERY"]) {
    for (const event of everyEvent({ method })) {
      assertEquals(toRequest(event).method, method);
    }
  }
});

Deno.test("toHandler() answers a header that is not valid with 400, without its value", async () => {
  const handler = toHandler(() => new Response());
  const headers: Record<string, string>[] = [
    { "not a name": "secret" },
    { "": "secret" },
    { "x-line": "a\r\nsecret" },
    { "x-nul": "secret\0" },
    { cookie: "a=1\r\nx: secret" },
    { "näme": "secret" },
  ];
  for (const each of headers) {
    const event = restEvent({ headers: each });
    const result = await handler(event, createContext()) as Result;
    assertEquals(result.statusCode, 400);
    assertEquals(JSON.parse(result.body), {
      message: `The header "${Object.keys(each)[0]}" is not valid in HTTP`,
    });
    assertThrows(() => toRequest(event), BadRequestError);
  }
});

Deno.test("toRequest() counts the length of the body itself", () => {
  const lengths = [undefined, "1", "9999"].map((length) => {
    const headers = { ...HOST, ...(length && { "Content-Length": length }) };
    const event = restEvent({ httpMethod: "POST", headers, body: "λ→🔥" });
    return toRequest(event).headers.get("content-length");
  });
  assertEquals(lengths, ["9", "9", "9"]);
});

Deno.test("toRequest() takes an empty body for none, and keeps a length of 0", () => {
  for (const body of ["", null, undefined]) {
    const request = toRequest(restEvent({
      httpMethod: "POST",
      headers: { ...HOST, "content-length": "0" },
      body,
    }));
    assertEquals(request.body, null);
    assertEquals(request.headers.get("content-length"), "0");
  }
});

Deno.test("toRequest() invents no content type", async () => {
  for (const event of everyEvent({ method: "POST", body: "a=1" })) {
    const request = toRequest(event);
    assertEquals(request.headers.has("content-type"), false);
    assertEquals(await request.text(), "a=1");
  }
});

Deno.test("toRequest() brings multipart bodies, the malformed ones too", async () => {
  const form = [
    "--b",
    'content-disposition: form-data; name="file"; filename="a.bin"',
    "content-type: application/octet-stream",
    "",
    "\u0000\u0001",
    "--b--",
    "",
  ].join("\r\n");
  const headers = {
    ...HOST,
    "content-type": "multipart/form-data; boundary=b",
  };
  const whole = restEvent({ httpMethod: "POST", headers, body: form });
  const file = (await toRequest(whole).formData()).get("file") as File;
  assertEquals(await file.bytes(), new Uint8Array([0, 1]));

  const broken = { ...whole, body: "--b\r\nno header" };
  assertEquals(await toRequest(broken).text(), "--b\r\nno header");
});

Deno.test("toRequest() says what is wrong with a malformed event", () => {
  const malformed: [HttpEvent, string][] = [
    [
      restEvent({ httpMethod: "POST", body: { a: 1 } as never }),
      'Cannot read the event: "body" must be a string or null, found object',
    ],
    [
      restEvent({ headers: "host: x" as never }),
      'Cannot read the event: "headers" must be an object, found string',
    ],
    [
      albEvent({ multiValueHeaders: ["x"] as never }),
      'Cannot read the event: "multiValueHeaders" must be an object, found array',
    ],
    [
      latticeEvent({ queryStringParameters: 1 as never }),
      'Cannot read the event: "queryStringParameters" must be an object, found number',
    ],
    [
      httpApiEvent({ cookies: "a=1" as never }),
      'Cannot read the event: "cookies" must be an array, found string',
    ],
    [
      httpApiEvent({ rawPath: 1 as never }),
      "Cannot read the event: its path must be a string, found number",
    ],
  ];
  for (const [event, message] of malformed) {
    assertThrows(() => toRequest(event), TypeError, message);
  }
});

// What fetch gets beside the request.

Deno.test("toHandler() tells who called, as the gateway states it", async () => {
  const headers = { "x-forwarded-for": "198.51.100.1, 203.0.113.7" };
  const identity = { sourceIp: "203.0.113.7" };
  const http = { method: "GET", sourceIp: "2001:db8::1" };
  const addresses = [
    restEvent({ headers, requestContext: { identity } }),
    httpApiEvent({ headers, requestContext: { http } }),
    albEvent({ headers }),
    albEvent({
      multiValueHeaders: { "x-forwarded-for": ["198.51.100.1", "203.0.113.7"] },
    }),
    albEvent({ headers: { "x-forwarded-for": "203.0.113.7:40123" } }),
    albEvent({ headers: { "x-forwarded-for": "[2001:db8::1]:40123" } }),
    latticeEvent({ headers: { "x-forwarded-for": ["203.0.113.7"] } }),
    albEvent({ headers: {} }),
    restEvent({ requestContext: { identity: { sourceIp: null } } }),
    httpApiEvent({
      requestContext: { http: { method: "GET", sourceIp: null as never } },
    }),
  ].map(async (event) => (await infoOf(event)).remoteAddr);
  assertEquals(
    (await Promise.all(addresses)).map(({ transport, hostname, port }) =>
      `${transport} ${hostname} ${port}`
    ),
    [
      "tcp 203.0.113.7 0",
      "tcp 2001:db8::1 0",
      "tcp 203.0.113.7 0",
      "tcp 203.0.113.7 0",
      "tcp 203.0.113.7 40123",
      "tcp 2001:db8::1 40123",
      "tcp 203.0.113.7 0",
      "tcp  0",
      "tcp  0",
      "tcp  0",
    ],
  );
});

Deno.test("toHandler() hands on the event with what the authorizer found", async () => {
  const clientCert = { subjectDN: "CN=client" };
  const rest = restEvent({
    requestContext: {
      authorizer: { principalId: "admin" },
      identity: { clientCert },
    },
  });
  const jwt = { claims: { sub: "1" }, scopes: ["read"] };
  const http = httpApiEvent({
    requestContext: {
      authorizer: { jwt, lambda: { key: "value" }, iam: { userId: "u" } },
      authentication: { clientCert },
    },
  });
  const [restInfo, httpInfo] = [await infoOf(rest), await infoOf(http)];
  const restContext = (restInfo.lambda.event as RestApiEvent).requestContext;
  assertEquals(restContext?.authorizer?.principalId, "admin");
  assertEquals(restContext?.identity?.clientCert?.subjectDN, "CN=client");
  const { authorizer, authentication } =
    (httpInfo.lambda.event as HttpApiEvent).requestContext;
  assertEquals(authorizer?.jwt?.scopes, ["read"]);
  assertEquals(authorizer?.lambda?.key, "value");
  assertEquals(authorizer?.iam?.userId, "u");
  assertEquals(authentication?.clientCert?.subjectDN, "CN=client");
});

Deno.test("toHandler() settles completed when the result is made, or has failed", async () => {
  const info = await infoOf(restEvent());
  await info.completed;

  const { promise, resolve } = Promise.withResolvers<HttpInfo>();
  const handler = toHandler((_request, info) => {
    resolve(info);
    return Response.error();
  });
  await assertRejects(() =>
    handler(restEvent(), createContext()) as Promise<unknown>
  );
  await assertRejects(async () => await (await promise).completed, RangeError);
});

Deno.test("toHandler() does not settle completed while fetch is at work", async () => {
  const order: string[] = [];
  const handler = toHandler(async (_request, info) => {
    info.completed.then(() => order.push("completed"));
    await Promise.resolve();
    order.push("response");
    return new Response("text");
  });
  await handler(restEvent(), createContext());
  assertEquals(order, ["response", "completed"]);
});

Deno.test("toHandler() passes on what fetch throws", async () => {
  const handler = toHandler(() => {
    throw new RangeError("From the handler");
  });
  await assertRejects(
    () => handler(restEvent(), createContext()),
    RangeError,
    "From the handler",
  );
});

// The result.

const COOKIES: [string, string][] = [
  ["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
  ["set-cookie", "b=2; Path=/"],
];
const COOKIE_VALUES = COOKIES.map(([, value]) => value);

function manyHeaders(): Headers {
  const headers = new Headers([...COOKIES]);
  headers.append("date", "Wed, 21 Oct 2026 07:28:00 GMT");
  headers.append("accept-ch", "DPR, Width");
  headers.append("x-many", "1");
  headers.append("x-many", "2");
  headers.append("location", "/a b?c=%20,d");
  headers.append("x-empty", "");
  return headers;
}

const SINGLE_VALUES = {
  "accept-ch": "DPR, Width",
  date: "Wed, 21 Oct 2026 07:28:00 GMT",
  location: "/a b?c=%20,d",
  "x-empty": "",
  "x-many": "1, 2",
};
const MULTI_VALUES = {
  ...Object.fromEntries(
    Object.entries(SINGLE_VALUES).map(([name, value]) => [name, [value]]),
  ),
  "set-cookie": COOKIE_VALUES,
};

function plain(result: Result) {
  return JSON.parse(JSON.stringify(result));
}

Deno.test("toResult() sends a REST API one map of headers", async () => {
  const response = new Response(null, { status: 302, headers: manyHeaders() });
  assertEquals(plain(await resultOf(response, restEvent())), {
    statusCode: 302,
    multiValueHeaders: MULTI_VALUES,
    body: "",
    isBase64Encoded: false,
  });
});

Deno.test("toResult() sends an HTTP API and a function URL cookies apart", async () => {
  for (const event of [httpApiEvent(), functionUrlEvent()]) {
    const response = new Response("ok", { headers: manyHeaders() });
    assertEquals(plain(await resultOf(response, event)), {
      statusCode: 200,
      headers: { ...SINGLE_VALUES, "content-type": "text/plain;charset=UTF-8" },
      cookies: COOKIE_VALUES,
      body: "ok",
      isBase64Encoded: false,
    });
  }
});

Deno.test("toResult() answers a load balancer in the form of its request", async () => {
  const multi = albEvent({ headers: null, multiValueHeaders: {} });
  const response = new Response(null, { status: 404, headers: manyHeaders() });
  assertEquals(plain(await resultOf(response, multi)), {
    statusCode: 404,
    statusDescription: "404 Not Found",
    multiValueHeaders: MULTI_VALUES,
    body: "",
    isBase64Encoded: false,
  });
});

Deno.test("toResult() sends the last cookie to a load balancer with single values, and warns", async () => {
  const warnings: string[] = [];
  const options = { warn: (text: string) => void warnings.push(text) };
  const response = new Response(null, { headers: manyHeaders() });
  assertEquals(plain(await resultOf(response, albEvent(), options)), {
    statusCode: 200,
    statusDescription: "200 OK",
    headers: { ...SINGLE_VALUES, "set-cookie": COOKIE_VALUES[1] },
    body: "",
    isBase64Encoded: false,
  });
  assertEquals(warnings.length, 1);
  assert(warnings[0].includes("sets 2: only the last is sent"));

  const one = new Response(null, { headers: [COOKIES[0]] });
  const result = await resultOf(one, albEvent(), options);
  assertEquals(result.headers?.["set-cookie"], COOKIE_VALUES[0]);
  assertEquals(warnings.length, 1);
});

Deno.test("toResult() describes the status to a load balancer", async () => {
  const descriptions = await Promise.all(
    [
      new Response(null, { status: 418, statusText: "I'm a teapot" }),
      new Response(null, { status: 503 }),
      new Response(null, { status: 299 }),
      new Response(null, { status: 599 }),
    ].map(async (response) =>
      (await resultOf(response, albEvent())).statusDescription
    ),
  );
  assertEquals(descriptions, [
    "418 I'm a teapot",
    "503 Service Unavailable",
    "299 Unknown",
    "599 Unknown",
  ]);
});

Deno.test("toResult() sends VPC Lattice several cookies as a list", async () => {
  const many = new Response(null, { headers: manyHeaders() });
  assertEquals(plain(await resultOf(many, latticeEvent())), {
    statusCode: 200,
    headers: { ...SINGLE_VALUES, "set-cookie": COOKIE_VALUES },
    body: "",
    isBase64Encoded: false,
  });
  const one = new Response(null, { headers: [COOKIES[1]] });
  assertEquals(plain(await resultOf(one, latticeEvent())).headers, {
    "set-cookie": COOKIE_VALUES[1],
  });
});

Deno.test("toResult() writes no header as an empty object", async () => {
  for (const event of everyEvent({})) {
    const result = await resultOf(new Response(), event);
    const headers = result.headers ?? result.multiValueHeaders;
    assertEquals(JSON.stringify(headers), "{}");
    assert(!("cookies" in result));
    assertEquals(typeof result.statusCode, "number");
  }
});

Deno.test("toResult() keeps header names that are special to JavaScript", async () => {
  for (const event of everyEvent({})) {
    const headers = new Headers([["__proto__", "a"], ["constructor", "b"]]);
    const result = await resultOf(new Response(null, { headers }), event);
    const text = JSON.stringify(result.headers ?? result.multiValueHeaders);
    assert(/^\{"__proto__":\[?"a"\]?,"constructor":\[?"b"\]?\}$/.test(text));
  }
});

Deno.test("toResult() leaves out the length and what concerns one connection", async () => {
  const headers = {
    "content-length": "2",
    "transfer-encoding": "chunked",
    connection: "close",
    "keep-alive": "timeout=5",
    "content-type": "text/plain",
  };
  for (const event of everyEvent({})) {
    const result = await resultOf(new Response("ok", { headers }), event);
    assertEquals(
      Object.keys(result.headers ?? result.multiValueHeaders!),
      ["content-type"],
    );
  }
});

Deno.test("toResult() decides by the headers and the bytes whether a body is text", async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
  const text = "text λ";
  const bodies: [
    string | undefined,
    string | Uint8Array<ArrayBuffer>,
    boolean,
  ][] = [
    ["text/html", text, false],
    ["text/csv; charset=utf-8", text, false],
    ["TEXT/PLAIN", text, false],
    ["application/json", text, false],
    ["application/jwk-set+json", text, false],
    ["application/vnd.api+json; a=b", text, false],
    ["application/json ; charset=utf-8", text, false],
    ["application/javascript", text, false],
    ["application/xml", text, false],
    ["image/svg+xml", text, false],
    ["application/yaml", text, false],
    ["application/openapi+yaml", text, false],
    ["application/x-www-form-urlencoded", text, false],
    ["image/png", text, true],
    ["image/png", png, true],
    ["application/octet-stream", text, true],
    ["", text, true],
    ["text/plain", png, true],
    ["application/json", png, true],
    [undefined, text, false],
    [undefined, png, true],
    ["text/html; charset=shift_jis", new Uint8Array([0x82, 0xb1]), true],
    ["text/html; charset=iso-8859-1", new Uint8Array([0xe9]), true],
    ["text/html; charset=iso-8859-1", "ascii", false],
  ];
  for (const [contentType, body, isBase64Encoded] of bodies) {
    const bytes = new TextEncoder().encode(String(body));
    const sent = typeof body === "string" ? bytes : body;
    for (const event of everyEvent({})) {
      const headers = contentType === undefined
        ? undefined
        : { "content-type": contentType };
      const result = await resultOf(new Response(sent, { headers }), event);
      assertEquals(result.isBase64Encoded, isBase64Encoded, contentType);
      const received = isBase64Encoded
        ? Uint8Array.fromBase64(result.body)
        : new TextEncoder().encode(result.body);
      assertEquals(received, sent);
    }
  }
});

Deno.test("toResult() encodes a body that is encoded already", async () => {
  for (const encoding of ["gzip", "br", "deflate", "zstd", "identity, gzip"]) {
    const headers = {
      "content-type": "text/plain",
      "content-encoding": encoding,
    };
    const result = await resultOf(new Response("a", { headers }), restEvent());
    assertEquals([result.body, result.isBase64Encoded], ["YQ==", true]);
  }
  for (const encoding of ["identity", "Identity"]) {
    const headers = {
      "content-type": "text/plain",
      "content-encoding": encoding,
    };
    const result = await resultOf(new Response("a", { headers }), restEvent());
    assertEquals([result.body, result.isBase64Encoded], ["a", false]);
  }
});

Deno.test("toResult() sends media types as text that it is told to", async () => {
  const options = { textTypes: ["application/sdp"] };
  const headers = { "content-type": "application/sdp; a=b" };
  const text = await resultOf(
    new Response("v=0", { headers }),
    restEvent(),
    options,
  );
  assertEquals([text.body, text.isBase64Encoded], ["v=0", false]);
  // It is checked nevertheless.
  const bytes = new Response(new Uint8Array([0xff]), { headers });
  const binary = await resultOf(bytes, restEvent(), options);
  assertEquals([binary.body, binary.isBase64Encoded], ["/w==", true]);
});

Deno.test("toResult() keeps a byte order mark", async () => {
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
  const headers = { "content-type": "text/csv" };
  const result = await resultOf(new Response(bytes, { headers }), restEvent());
  assertEquals(result.isBase64Encoded, false);
  assertEquals(new TextEncoder().encode(result.body), bytes);
});

Deno.test("toResult() reads a body that is a stream", async () => {
  const body = ReadableStream.from(["one ", "two"]).pipeThrough(
    new TextEncoderStream(),
  );
  const result = await resultOf(new Response(body), restEvent());
  assertEquals([result.body, result.isBase64Encoded], ["one two", false]);
});

Deno.test("toResult() sends no body with a status that has none", async () => {
  for (const status of [204, 205, 304]) {
    for (const event of everyEvent({})) {
      const result = await resultOf(new Response(null, { status }), event);
      assertEquals(
        [result.statusCode, result.body, result.isBase64Encoded],
        [status, "", false],
      );
      // Other implementations of Response do not see to it.
      const foreign = {
        status,
        headers: new Headers(),
        arrayBuffer: () => Promise.resolve(new TextEncoder().encode("body")),
      };
      const empty = await resultOf(foreign as unknown as Response, event);
      assertEquals(empty.body, "");
    }
  }
});

Deno.test("toResult() answers a HEAD request with headers and the length only", async () => {
  const events = ["HEAD", "head"].flatMap((method) => everyEvent({ method }));
  for (const event of events) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const body = new ReadableStream({ cancel: resolve });
    const headers = { "content-length": "1024", "content-type": "image/png" };
    const result = await resultOf(new Response(body, { headers }), event);
    await promise;
    assertEquals([result.body, result.isBase64Encoded], ["", false]);
    assertEquals(
      [(result.headers ?? result.multiValueHeaders)!["content-length"]].flat(),
      ["1024"],
    );
  }
});

Deno.test("toHandler() does not wait for a body that HEAD drops, or fail with it", async () => {
  const cancels = [
    () => new Promise<void>(() => {}),
    () => Promise.reject(new Error("From the body")),
  ];
  for (const event of everyEvent({ method: "HEAD" })) {
    for (const cancel of cancels) {
      const handler = toHandler(() =>
        new Response(new ReadableStream({ cancel }))
      );
      const result = await handler(event, createContext());
      assertEquals(result.statusCode, 200);
    }
    const handler = toHandler(() => {
      const response = new Response("read elsewhere");
      response.body?.getReader();
      return response;
    });
    assertEquals((await handler(event, createContext())).statusCode, 200);
  }
});

Deno.test("toHandler() says what it cannot send, and why", async () => {
  const used = new Response("text");
  await used.text();
  const unsendable: [unknown, string][] = [
    [undefined, "fetch must return a Response, found undefined"],
    [null, "fetch must return a Response, found null"],
    ["text", "fetch must return a Response, found string"],
    [{ statusCode: 200 }, "fetch must return a Response, found object"],
    [Response.error(), "its status must be from 200 to 599, found 0"],
    [
      new Response(null, { status: 101 }),
      "its status must be from 200 to 599, found 101",
    ],
    [used, "its body was read already"],
  ];
  for (const [response, message] of unsendable) {
    const handler = toHandler(() => response as Response);
    for (const method of ["GET", "HEAD"]) {
      for (const event of everyEvent({ method })) {
        await assertRejects(
          () => handler(event, createContext()),
          Error,
          message,
        );
      }
    }
  }
});

Deno.test("toResult() takes the Response of another implementation", async () => {
  const foreign = {
    status: 201,
    statusText: "",
    bodyUsed: false,
    headers: new Headers({ "content-type": "text/plain" }),
    arrayBuffer: () => Promise.resolve(new TextEncoder().encode("hi").buffer),
  };
  const result = await resultOf(foreign as unknown as Response, restEvent());
  assertEquals([result.statusCode, result.body], [201, "hi"]);
});

Deno.test("toResult() passes on what a body fails with", async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new RangeError("From the body"));
    },
  });
  await assertRejects(
    () => toResult(new Response(body), restEvent()),
    RangeError,
    "From the body",
  );
});

Deno.test("toResult() refuses a body that is larger than the gateway takes", async () => {
  const mebibyte = 1024 * 1024;
  const limits: [HttpEvent, number][] = [
    [restEvent(), 6 * mebibyte],
    [functionUrlEvent(), 6 * mebibyte],
    [latticeEvent(), 6 * mebibyte],
    [albEvent(), mebibyte],
  ];
  for (const [event, limit] of limits) {
    const text = new Response("a".repeat(limit));
    assertEquals((await resultOf(text, event)).body.length, limit);
    await assertRejects(
      () => toResult(new Response("a".repeat(limit + 1)), event),
      RangeError,
      `its body takes ${limit + 1} bytes`,
    );
    // Base64 takes four bytes for three.
    const bytes = new Uint8Array(limit * 3 / 4 + 1).fill(0xff);
    await assertRejects(
      () => toResult(new Response(bytes), event),
      RangeError,
      `its body takes ${limit + 4} bytes in base64`,
    );
  }
});

Deno.test("toResult() warns of headers that the gateway will refuse", async () => {
  const limits: [HttpEvent, number][] = [
    [restEvent(), 10_240],
    [httpApiEvent(), 10_240],
    [albEvent(), 32_768],
    [functionUrlEvent(), Infinity],
    [latticeEvent(), Infinity],
  ];
  for (const [event, limit] of limits) {
    for (const size of [10_240, 10_241, 32_768, 32_769]) {
      const warnings: string[] = [];
      const headers = { x: "v".repeat(size - 1) };
      await toResult(new Response(null, { headers }), event, {
        warn: (message) => void warnings.push(message),
      });
      assertEquals(warnings.length, size > limit ? 1 : 0);
    }
  }
});

// Streaming.

Deno.test("canStream() is true where the gateway can hand on a stream", () => {
  assertEquals(canStream(functionUrlEvent()), true);
  assertEquals(canStream(restEvent()), true);
  assertEquals(canStream(restEvent({ version: "1.0" })), false);
  assertEquals(canStream(httpApiEvent()), false);
  assertEquals(canStream(albEvent()), false);
  assertEquals(canStream(latticeEvent()), false);
  for (
    const domainName of [
      "abc.lambda-url.eu-west-2.on.aws.evil.com",
      "lambda-url.example.com",
      undefined,
    ]
  ) {
    assertEquals(
      canStream(httpApiEvent({ requestContext: { domainName } })),
      false,
    );
  }
});

function splitPrelude(bytes: Uint8Array) {
  const end = bytes.indexOf(0);
  return {
    metadata: JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))),
    delimiter: [...bytes.subarray(end)],
  };
}

Deno.test("toPrelude() writes status, headers and cookies, and eight NUL bytes", () => {
  const headers = manyHeaders();
  headers.set("content-length", "4");
  headers.set("transfer-encoding", "chunked");
  headers.set("connection", "close");
  headers.set("content-type", "text/event-stream");
  const response = new Response("data", { status: 201, headers });
  const prelude = splitPrelude(toPrelude(response, functionUrlEvent()));
  assertEquals(prelude, {
    metadata: {
      statusCode: 201,
      headers: { ...SINGLE_VALUES, "content-type": "text/event-stream" },
      cookies: COOKIE_VALUES,
    },
    delimiter: [0, 0, 0, 0, 0, 0, 0, 0],
  });
  assertEquals(response.bodyUsed, false);
});

Deno.test("toPrelude() gives a body a content type, and only a body", () => {
  const untyped = new Response(new Uint8Array([1]));
  const bodiless = new Response(null, { status: 204 });
  const headers = [untyped, bodiless].map((response) =>
    splitPrelude(toPrelude(response, restEvent())).metadata.headers
  );
  assertEquals(headers, [{ "content-type": "application/octet-stream" }, {}]);
});

Deno.test("toPrelude() keeps a length only where no body follows", () => {
  const headers = { "content-length": "4" };
  const head = functionUrlEvent({ method: "HEAD" });
  const lengths = [
    toPrelude(new Response("data", { headers }), functionUrlEvent()),
    toPrelude(new Response(null, { headers }), head),
    toPrelude(new Response(null, { status: 304, headers }), restEvent()),
    toPrelude(new Response(null, { status: 204, headers }), restEvent()),
  ].map((bytes) => splitPrelude(bytes).metadata.headers["content-length"]);
  assertEquals(lengths, [undefined, "4", "4", undefined]);
});

Deno.test("toPrelude() has no NUL byte before its delimiter", () => {
  const response = new Response(null, { statusText: "a", headers: { a: "é" } });
  const prelude = toPrelude(response, restEvent());
  assertEquals(prelude.indexOf(0), prelude.length - 8);
});

Deno.test("toPrelude() refuses what cannot be sent", () => {
  assertThrows(() => toPrelude(Response.error(), restEvent()), RangeError);
  assertThrows(() => toPrelude({} as Response, restEvent()), TypeError);
  const headers = { x: "v".repeat(16 * 1024) };
  const large = new Response(null, { headers });
  assertThrows(
    () => toPrelude(large, restEvent()),
    RangeError,
    "Cannot stream the response: its headers take 16442 bytes",
  );
  toPrelude(large, functionUrlEvent());
  const fitting = { x: "v".repeat(16 * 1024 - 58) };
  const most = toPrelude(new Response(null, { headers: fitting }), restEvent());
  assertEquals(most.byteLength, 16 * 1024);
  const locked = new Response("read elsewhere");
  locked.body?.getReader();
  assertThrows(
    () => toPrelude(locked, restEvent()),
    TypeError,
    "something reads its body",
  );
});

Deno.test("respond() gives the response to be streamed, without a body for HEAD", async () => {
  const options = { completed: Promise.resolve() };
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const fetch = () =>
    new Response(new ReadableStream({ cancel: resolve }), { status: 203 });
  const event = functionUrlEvent({ method: "HEAD" });
  const response = await respond(fetch, event, createContext(), options);
  await promise;
  assertEquals([response.status, response.body], [203, null]);

  const refused = functionUrlEvent({ method: "HEAD", headers: { "": "" } });
  const refusal = await respond(fetch, refused, createContext(), options);
  assertEquals([refusal.status, refusal.body], [400, null]);

  const get = await respond(
    () => new Response("a"),
    restEvent(),
    createContext(),
    options,
  );
  assertEquals(await get.text(), "a");
});

Deno.test("toResult() leaves nothing for a gateway to infer", async () => {
  // A function URL takes a result without statusCode for the body itself.
  const responses = [
    () => new Response(),
    () => new Response(null, { status: 204 }),
    () => Response.json({ statusCode: 500 }),
    () => new Response(new Uint8Array([255])),
  ];
  for (const { toEvent } of GATEWAYS) {
    const event = toEvent(
      {
        method: "GET",
        host: "localhost",
        path: "/",
        query: "",
        headers: [],
        cookies: [],
        body: new Uint8Array(),
      },
    ) as HttpEvent;
    for (const makeResponse of responses) {
      const response = makeResponse();
      const result = await toResult(response, event);
      assertEquals(result.statusCode, response.status);
      assertEquals(typeof result.body, "string");
      assertEquals(typeof result.isBase64Encoded, "boolean");
    }
  }
});
