// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import {
  eventSource,
  isHttpEvent,
  toHandler,
} from "../../../runtime/http/mod.ts";
import { echo, httpApi, restApi, type Result } from "./gateways.ts";
import { createContext } from "../../../local/testing/context.ts";

/** A folder of events, and what is to be made of them. */
interface Collection {
  folder: URL;
  /** The names of the events that are HTTP requests. */
  http: string[];
  /** What sends others, by their names. */
  others: Record<string, string | undefined>;
}

/** Written for this project, after the documentation of the services. */
const OWN: Collection = {
  folder: new URL("../../fixtures/events/", import.meta.url),
  http: [
    "alb.json",
    "alb_health_check.json",
    "alb_multi_value.json",
    "function_url.json",
    "http_api.json",
    "lattice.json",
    "rest_api.json",
    "rest_api_test_invoke.json",
  ],
  others: {
    "authorizer.json": "API Gateway Lambda authorizer",
    "direct.json": "Step Functions or direct invocation",
    "kafka.json": "aws:kafka",
    "schedule.json": "aws.events: Scheduled Event",
    "sns.json": "aws:sns",
    "sqs.json": "aws:sqs",
    "websocket_connect.json": "API Gateway WebSocket API: CONNECT",
    "websocket_message.json": "API Gateway WebSocket API: MESSAGE",
  },
};

const SHARED_HTTP_EVENTS = [
  "alb-lambda-target-request-multivalue-headers.json",
  "apigw-console-request.json",
  "apigw-request-catch-all.json",
  "apigw-request.json",
  "apigw-restapi-openapi-request.json",
  "apigw-sam-rest-request.json",
  "apigw-v2-request-iam.json",
  "apigw-v2-request-lambda-authorizer.json",
  "apigw-v2-request-no-authorizer.json",
  "http-alb_health_check.json",
  "http-alb_multi_value_request.json",
  "http-alb_request.json",
  "http-alb_request_encoded_query_parameters.json",
  "http-apigw_no_host.json",
  "http-apigw_proxy_request.json",
  "http-apigw_v2_proxy_request.json",
  "http-apigw_v2_proxy_request_minimal.json",
  "http-lambda_function_url_request.json",
];

const SHARED_OTHER_SOURCES: Record<string, string> = {
  "activemq-event.json": "aws:mq",
  "apigw-custom-auth-request-type-request.json":
    "API Gateway Lambda authorizer",
  "apigw-custom-auth-response-with-condition.json":
    "Step Functions or direct invocation",
  "apigw-custom-auth-response-with-single-value-resource.json":
    "Step Functions or direct invocation",
  "apigw-v2-custom-authorizer-v2-request-without-cookies.json":
    "API Gateway Lambda authorizer",
  "apigw-v2-custom-authorizer-v2-request.json": "API Gateway Lambda authorizer",
  "apigw-websocket-request-without-method.json":
    "API Gateway WebSocket API: CONNECT",
  "autoscaling-event-terminate-action.json":
    "aws.autoscaling: EC2 Instance-terminate Lifecycle Action",
  "bedrock-agent-runtime-event-without-request-body.json":
    "Amazon Bedrock agent",
  "clientvpn-connectionhandler-request.json": "AWS Client VPN",
  "cloudformation-custom-resource-delete-request.json":
    "CloudFormation custom resource",
  "cloudwatch-alarm-composite.json": "CloudWatch alarm",
  "code_commit-event.json": "aws:codecommit",
  "cognito-event-userpools-presignup.json": "Amazon Cognito: PreSignUp_SignUp",
  "config-event.json": "AWS Config",
  "documentdb-insert-event.json": "aws:docdb",
  "dynamodb-event.json": "aws:dynamodb",
  "eventbridge-schedule.json": "aws.events: Scheduled Event",
  "kafka-event.json": "aws:kafka",
  "kinesis-event.json": "aws:kinesis",
  "s3-event-with-decoded.json": "aws:s3",
  "s3-object-lambda-event-head-object-iam.json": "S3 Object Lambda",
  "ses-event.json": "aws:ses",
  "sns-event.json": "aws:sns",
  "sqs-event.json": "aws:sqs",
};

/** As AWS services send them, where they lie beside the project. */
const SHARED: Collection = {
  folder: new URL("../../../../shared/events/", import.meta.url),
  http: SHARED_HTTP_EVENTS,
  others: SHARED_OTHER_SOURCES,
};

const HOP_BY_HOP = ["connection", "transfer-encoding"];

function namesIn(folder: URL): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readEvent(folder: URL, name: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(name, folder)));
}

type Values = Record<string, string | string[]>;

/** What the client sent, read off the event without the code under test. */
function sentHeaders(event: { headers?: Values; multiValueHeaders?: Values }) {
  const sent = { ...event.headers, ...event.multiValueHeaders };
  return Object.entries(sent).map(([name, values]): [string, string[]] => [
    name.toLowerCase(),
    [values].flat(),
  ]);
}

function sentQuery(
  event: {
    rawQueryString?: string;
    queryStringParameters?: Values;
    multiValueQueryStringParameters?: Values;
    requestContext: { elb?: unknown };
  },
): [string, string][] {
  if (event.rawQueryString !== undefined) {
    return [...new URLSearchParams(event.rawQueryString)];
  }
  const { queryStringParameters, multiValueQueryStringParameters } = event;
  const decode = event.requestContext.elb
    ? decodeURIComponent
    : (text: string) => text;
  return Object.entries({
    ...queryStringParameters,
    ...multiValueQueryStringParameters,
  }).flatMap(([key, values]) =>
    [values].flat().map((value): [string, string] => [key, decode(value)])
  );
}

function sentCookies(
  event: { cookies?: string[]; headers?: Values; multiValueHeaders?: Values },
): string[] {
  const { cookies } = event;
  if (cookies) return cookies;
  const [, values = []] =
    sentHeaders(event).find(([header]) => header === "cookie") ?? [];
  return values.flatMap((value) => value.split("; "));
}

for (const { folder, http, others } of [OWN, SHARED]) {
  const names = namesIn(folder);
  const ignore = folder === SHARED.folder && names.length === 0;
  const where = folder === OWN.folder ? "" : ", of those beside the project";

  for (const name of http) {
    Deno.test(
      `toHandler() answers ${name} and keeps it intact`,
      { ignore },
      async () => {
        const event = readEvent(folder, name);
        const warnings: string[] = [];
        const handler = toHandler(echo, {
          warn: (message) => void warnings.push(message),
        });
        // The trace of the invocation would take the place of the request's.
        const context = createContext({ traceId: undefined });
        const result = await handler(event, context) as Result;
        const { headers, cookies, body } = result.multiValueHeaders
          ? restApi.toClientResponse(result)
          : httpApi.toClientResponse(result);

        const method = event.httpMethod ?? event.method ??
          event.requestContext.http.method;
        assertEquals(headers["echo-method"], method);
        const url = new URL(headers["echo-url"]);
        assertEquals(url.pathname, event.rawPath ?? event.path);
        assertEquals([...url.searchParams], sentQuery(event));

        for (const [header, values] of sentHeaders(event)) {
          if (header === "cookie" || HOP_BY_HOP.includes(header)) continue;
          assertEquals(headers[`echo-${header}`], values.join(", "), header);
        }
        const sent = sentCookies(event);
        assertEquals(headers["echo-cookie"] ?? "", sent.join("; "));
        assertEquals(cookies, sent);
        assertEquals(warnings, []);

        // A GET request has no body, whatever the event carries.
        const sentBody = method === "GET" ? "" : event.body;
        assertEquals(new TextDecoder().decode(body), sentBody);
      },
    );
  }

  Deno.test(
    `isHttpEvent() takes every HTTP event and no other${where}`,
    { ignore },
    () => {
      assertEquals(
        names.filter((name) => isHttpEvent(readEvent(folder, name))),
        http,
      );
    },
  );

  Deno.test(
    `eventSource() names the sources of other events${where}`,
    { ignore },
    () => {
      const found = Object.keys(others).map((name) => [
        name,
        eventSource(readEvent(folder, name)),
      ]);
      assertEquals(Object.fromEntries(found), others);
    },
  );
}

Deno.test("every event of the project is decided upon", () => {
  assertEquals(
    namesIn(OWN.folder),
    [...OWN.http, ...Object.keys(OWN.others)].sort(),
  );
});

const SHARED_NAMES = namesIn(SHARED.folder);

Deno.test(
  "every event of a gateway is decided upon, of those beside the project",
  {
    ignore: SHARED_NAMES.length === 0,
  },
  () => {
    const undecided = SHARED_NAMES.filter((name) =>
      /^(http-|apigw|alb)/.test(name) && !SHARED.http.includes(name) &&
      !(name in SHARED.others)
    );
    assertEquals(undecided, []);
  },
);
