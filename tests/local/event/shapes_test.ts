// Copyright 2026 the Toukon Lambda authors. MIT license.

// The events have the members of real ones, of the same types. The real ones lie
// beside the project, where they are there.

import { assertEquals } from "@std/assert/equals";
import {
  apiGatewayProxyEvent,
  apiGatewayProxyEventV2,
  apiGatewayWebSocketEvent,
  cognitoTriggerEvent,
  dynamoDbStreamEvent,
  functionUrlEvent,
  kinesisStreamEvent,
  loadBalancerEvent,
  mskEvent,
  s3Event,
  scheduledEvent,
  sesEvent,
  snsEvent,
  sqsEvent,
} from "../../../local/testing/mod.ts";

const FOLDER = new URL("../../../../shared/events/", import.meta.url);

/** What a real event is compared with, and what may differ. */
interface Comparison {
  event: unknown;
  /** Where the names of members are a person's, and not the service's. */
  maps?: string[];
  /** What is not the same, for the reason that is given with it. */
  differences?: string[];
}

const REQUEST = {
  path: "/a?b=c",
  headers: { cookie: "a=1" },
  body: "text",
};

const HTTP_MAPS = [
  "headers",
  "multiValueHeaders",
  "queryStringParameters",
  "multiValueQueryStringParameters",
  "pathParameters",
  "stageVariables",
];

const IDENTITY = "requestContext.identity";
const SNS = "Records[].Sns";

/** By the name of the file that has the real event. */
const COMPARISONS: Record<string, Comparison> = {
  "apigw-request.json": {
    event: apiGatewayProxyEvent(REQUEST),
    maps: HTTP_MAPS,
    differences: [
      // The real request was signed, has an authorizer, and is of 2020.
      "stageVariables: object, not null",
      "requestContext.authorizer: missing",
      ...[
        "cognitoIdentityPoolId",
        "accountId",
        "cognitoIdentityId",
        "caller",
        "apiKey",
        "apiKeyId",
        "accessKey",
        "cognitoAuthenticationType",
        "cognitoAuthenticationProvider",
        "userArn",
        "user",
      ].map((name) => `${IDENTITY}.${name}: string, not null`),
      `${IDENTITY}.clientCert: more`,
      `${IDENTITY}.principalOrgId: more`,
      "requestContext.extendedRequestId: more",
      "isBase64Encoded: more",
    ],
  },
  "http-apigw_v2_proxy_request.json": {
    event: apiGatewayProxyEventV2({
      ...REQUEST,
      path: "/a/b?c=d",
      route: "/a/{id}",
    }),
    maps: HTTP_MAPS,
    // Both depend on how the API is set up.
    differences: [
      "requestContext.authorizer: missing",
      "stageVariables: missing",
    ],
  },
  "http-lambda_function_url_request.json": {
    event: functionUrlEvent({ ...REQUEST, body: undefined }),
    maps: HTTP_MAPS,
    // The documentation of function URLs has it, and so have HTTP APIs.
    differences: ["queryStringParameters: more"],
  },
  "apigw-websocket-request-without-method.json": {
    event: apiGatewayWebSocketEvent({ route: "$connect" }),
    maps: HTTP_MAPS,
    differences: [
      // The real API wants keys, and its client has no user agent.
      `${IDENTITY}.apiKey: missing`,
      `${IDENTITY}.apiKeyId: missing`,
      `${IDENTITY}.userAgent: more`,
      // Types and other samples have it for each event.
      "requestContext.messageId: more",
    ],
  },
  "alb-lambda-target-request-multivalue-headers.json": {
    event: loadBalancerEvent({ ...REQUEST, isMultiValue: true }),
    maps: HTTP_MAPS,
  },
  "http-alb_request.json": {
    event: loadBalancerEvent(REQUEST),
    maps: HTTP_MAPS,
  },
  "sqs-event.json": {
    event: sqsEvent({
      messageAttributes: { a: new Uint8Array([1]) },
    }),
    maps: ["Records[].messageAttributes"],
    // Senders that are traced set it.
    differences: ["Records[].attributes.AWSTraceHeader: more"],
  },
  "sns-event.json": {
    event: snsEvent({ subject: "a" }),
    differences: [
      // Lambda writes the names so, as the types of AWS's libraries know.
      `${SNS}.SigningCertURL: missing`,
      `${SNS}.UnsubscribeURL: missing`,
      `${SNS}.SigningCertUrl: more`,
      `${SNS}.UnsubscribeUrl: more`,
      `${SNS}.MessageAttributes: more`,
    ],
  },
  "s3-event-with-decoded.json": {
    event: s3Event(),
    differences: [
      // A library of AWS's has added it.
      "Records[].s3.object.urlDecodedKey: missing",
      // Only buckets with versions have it.
      "Records[].s3.object.versionId: missing",
    ],
  },
  "dynamodb-event.json": {
    event: dynamoDbStreamEvent(),
    maps: ["Records[].dynamodb.Keys", "Records[].dynamodb.NewImage"],
    // Only what DynamoDB itself has removed has it.
    differences: ["Records[].userIdentity: missing"],
  },
  "kinesis-event.json": { event: kinesisStreamEvent() },
  "kafka-event.json": {
    event: mskEvent({ headers: { a: "b" } }),
    maps: ["records", "records.*[].headers[]"],
  },
  "eventbridge-schedule.json": { event: scheduledEvent() },
  "ses-event.json": {
    event: sesEvent(),
    // Only a mail that has not passed has it.
    differences: ["Records[].ses.receipt.dmarcPolicy: missing"],
  },
  ...cognito({
    "postconfirmation": ["PostConfirmation_ConfirmSignUp"],
    "presignup": ["PreSignUp_SignUp"],
    "pretokengen-v2-incoming": [
      "TokenGeneration_HostedAuth",
      // Version 2 of the trigger has it, and a user with roles the other.
      "request.scopes: missing",
      "request.groupConfiguration.preferredRole: missing",
    ],
    // The real responses of these are as a function has returned them.
    "create-auth-challenge-user-not-found": [
      "CreateAuthChallenge_Authentication",
      "response.publicChallengeParameters: object, not null",
      "response.privateChallengeParameters: object, not null",
      "response.challengeMetadata: string, not null",
    ],
    "custommessage": [
      "CustomMessage_VerifyUserAttribute",
      "request.userAttributes.*: boolean, not string",
      "request.usernameParameter: string, not null",
      "request.linkParameter: more",
      "response.smsMessage: string, not null",
      "response.emailMessage: string, not null",
      "response.emailSubject: string, not null",
    ],
    "define-auth-challenge-user-not-found": [
      "DefineAuthChallenge_Authentication",
      "response.challengeName: string, not null",
      "response.issueTokens: boolean, not null",
      "response.failAuthentication: boolean, not null",
    ],
    "migrateuser": [
      "UserMigration_Authentication",
      "response.userAttributes: object, not null",
      "response.finalUserStatus: string, not null",
      "response.messageAction: string, not null",
      "response.desiredDeliveryMediums: array, not null",
      "response.forceAliasCreation: boolean, not null",
    ],
    "verify-auth-challenge-optional-answer-correct": [
      "VerifyAuthChallengeResponse_Authentication",
      "response.answerCorrect: more",
    ],
  }),
};

/** The comparisons of triggers, each with its source and what differs. */
function cognito(
  triggers: Record<string, string[]>,
): Record<string, Comparison> {
  return Object.fromEntries(
    Object.entries(triggers).map((
      [name, [triggerSource, ...differences]],
    ) => [`cognito-event-userpools-${name}.json`, {
      event: cognitoTriggerEvent({ triggerSource }),
      maps: [
        "userAttributes",
        "validationData",
        "clientMetadata",
        "privateChallengeParameters",
      ].map((map) => `request.${map}`),
      differences,
    }]),
  );
}

function isThere(): boolean {
  try {
    return Deno.statSync(FOLDER).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Lists what differs, as paths of members. */
function compare(
  real: unknown,
  own: unknown,
  path: string,
  maps: string[],
): string[] {
  if (typeOf(real) !== typeOf(own)) {
    return [`${path}: ${typeOf(real)}, not ${typeOf(own)}`];
  }
  if (Array.isArray(real) && Array.isArray(own)) {
    if (real.length === 0 || own.length === 0) return [];
    return compare(real[0], own[0], `${path}[]`, maps);
  }
  if (typeOf(real) !== "object") return [];
  const [theirs, ours] = [real, own] as Record<string, unknown>[];
  if (maps.includes(path)) {
    const [first, second] = [theirs, ours].map((map) => Object.values(map)[0]);
    if (first === undefined || second === undefined) return [];
    return compare(first, second, `${path}.*`, maps);
  }
  const prefix = path === "" ? "" : `${path}.`;
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap(
    (name) => {
      if (!(name in ours)) return [`${prefix}${name}: missing`];
      if (!(name in theirs)) return [`${prefix}${name}: more`];
      return compare(theirs[name], ours[name], `${prefix}${name}`, maps);
    },
  );
}

for (const [name, comparison] of Object.entries(COMPARISONS)) {
  const { event, maps = [], differences = [] } = comparison;
  Deno.test(
    `an event has the members of the real ${name}`,
    { ignore: !isThere() },
    () => {
      const real = JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER)));
      const own = JSON.parse(JSON.stringify(event));
      assertEquals(compare(real, own, "", maps).sort(), differences.sort());
    },
  );
}

Deno.test("compare() tells what is missing, more, and of another type", () => {
  const real = { a: 1, b: [{ c: "" }], map: { x: "" } };
  assertEquals(compare(real, { ...real, map: { y: "z" } }, "", ["map"]), []);
  assertEquals(
    compare(real, { a: "1", b: [{ d: "" }], map: { y: 1 } }, "", ["map"]),
    [
      "a: number, not string",
      "b[].c: missing",
      "b[].d: more",
      "map.*: string, not number",
    ],
  );
});
