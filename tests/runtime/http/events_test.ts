// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import {
  eventSource,
  isHttpEvent,
  toHandler,
} from "../../../runtime/http/mod.ts";
import {
  echo,
  fakeContext,
  httpApi,
  restApi,
  type Result,
} from "./gateways.ts";

/** Events as AWS services send them, kept beside the project. */
const FOLDER = new URL("../../../../shared/events/", import.meta.url);

const HTTP_EVENTS = [
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

const OTHER_SOURCES: Record<string, string> = {
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

const HOP_BY_HOP = ["connection", "transfer-encoding"];

function eventNames(): string[] {
  try {
    return [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const NAMES = eventNames();
const ignore = NAMES.length === 0;

function readEvent(name: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER)));
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

for (const name of HTTP_EVENTS) {
  Deno.test(
    `toHandler() answers ${name} and keeps it intact`,
    { ignore },
    async () => {
      const event = readEvent(name);
      const warnings: string[] = [];
      const handler = toHandler(echo, {
        warn: (message) => void warnings.push(message),
      });
      const result = await handler(event, fakeContext()) as Result;
      const { headers, cookies, body } = result.multiValueHeaders
        ? restApi.toClientResponse(result)
        : httpApi.toClientResponse(result);

      const method = event.httpMethod ?? event.requestContext.http.method;
      assertEquals(headers["echo-method"], method);
      const url = new URL(headers["echo-url"]);
      assertEquals(url.pathname, event.rawPath ?? event.path);
      assertEquals([...url.searchParams], sentQuery(event));

      const sent = sentHeaders(event);
      for (const [header, values] of sent) {
        if (header === "cookie" || HOP_BY_HOP.includes(header)) continue;
        assertEquals(headers[`echo-${header}`], values.join(", "), header);
      }
      const sentCookies = event.cookies ??
        sent.find(([header]) => header === "cookie")?.[1] ?? [];
      assertEquals(headers["echo-cookie"] ?? "", sentCookies.join("; "));
      assertEquals(cookies, sentCookies);
      assertEquals(warnings, []);

      // A GET request has no body, whatever the event carries.
      const sentBody = method === "GET" ? "" : event.body;
      assertEquals(new TextDecoder().decode(body), sentBody);
    },
  );
}

Deno.test(
  "isHttpEvent() takes every HTTP event and no other",
  { ignore },
  () => {
    assertEquals(
      NAMES.filter((name) => isHttpEvent(readEvent(name))),
      HTTP_EVENTS,
    );
  },
);

Deno.test("eventSource() names the sources of other events", { ignore }, () => {
  const found = Object.keys(OTHER_SOURCES).map((name) => [
    name,
    eventSource(readEvent(name)),
  ]);
  assertEquals(Object.fromEntries(found), OTHER_SOURCES);
});

Deno.test("every event of a gateway is decided upon", { ignore }, () => {
  const undecided = NAMES.filter((name) =>
    /^(http-|apigw|alb)/.test(name) && !HTTP_EVENTS.includes(name) &&
    !(name in OTHER_SOURCES)
  );
  assertEquals(undecided, []);
});
