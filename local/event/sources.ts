// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UsageError } from "../cli/usage_error.ts";
import { isRecord } from "../../runtime/is_record.ts";
import { apiGatewayProxyEvent } from "./builders/api_gateway_v1.ts";
import {
  apiGatewayProxyEventV2,
  functionUrlEvent,
} from "./builders/api_gateway_v2.ts";
import { cloudWatchLogsEvent } from "./builders/cloudwatch_logs.ts";
import { cognitoTriggerEvent } from "./builders/cognito.ts";
import { dynamoDbStreamEvent } from "./builders/dynamodb.ts";
import { eventBridgeEvent, scheduledEvent } from "./builders/event_bridge.ts";
import { mskEvent } from "./builders/kafka.ts";
import { kinesisStreamEvent } from "./builders/kinesis.ts";
import { loadBalancerEvent } from "./builders/load_balancer.ts";
import { type Payload, toText } from "./builders/payload.ts";
import type { HttpEventOptions } from "./builders/request.ts";
import { s3Event } from "./builders/s3.ts";
import { sesEvent } from "./builders/ses.ts";
import { snsEvent } from "./builders/sns.ts";
import { sqsEvent } from "./builders/sqs.ts";
import { stepFunctionsEvent } from "./builders/step_functions.ts";
import { vpcLatticeEvent } from "./builders/vpc_lattice.ts";
import { apiGatewayWebSocketEvent } from "./builders/websocket.ts";
import type { EventFlags, OptionName } from "./options.ts";

/** A source of events. */
export interface Source {
  /** What it is, as AWS names it. */
  readonly title: string;
  /** What can be set of its event. */
  readonly options: readonly OptionName[];
  /** Makes the event. */
  readonly event: (flags: EventFlags) => unknown;
}

const HTTP_OPTIONS = ["method", "path", "header", "body", "time"] as const;

function toHttp(flags: EventFlags): HttpEventOptions {
  const { method, path, header, body, time } = flags;
  return { method, path, headers: header, body, time };
}

/** Every source, by the name that the command line takes. */
export const SOURCES: Readonly<Record<string, Source>> = {
  "api-gateway-v1": {
    title: "API Gateway REST API, payload format 1.0",
    options: [...HTTP_OPTIONS, "route"],
    event: (flags) =>
      apiGatewayProxyEvent({ ...toHttp(flags), route: flags.route }),
  },
  "api-gateway-v2": {
    title: "API Gateway HTTP API, payload format 2.0",
    options: [...HTTP_OPTIONS, "route"],
    event: (flags) =>
      apiGatewayProxyEventV2({ ...toHttp(flags), route: flags.route }),
  },
  websocket: {
    title: "API Gateway WebSocket API",
    options: ["route", "body", "time"],
    event: ({ route, body, time }) =>
      apiGatewayWebSocketEvent({ route, body, time }),
  },
  "function-url": {
    title: "Lambda function URL",
    options: HTTP_OPTIONS,
    event: (flags) => functionUrlEvent(toHttp(flags)),
  },
  alb: {
    title: "Application Load Balancer",
    options: [...HTTP_OPTIONS, "multi-value"],
    event: (flags) =>
      loadBalancerEvent({
        ...toHttp(flags),
        isMultiValue: flags["multi-value"],
      }),
  },
  lattice: {
    title: "VPC Lattice, event structure version 2",
    options: HTTP_OPTIONS,
    event: (flags) => vpcLatticeEvent(toHttp(flags)),
  },
  sqs: {
    title: "SQS queue; FIFO where its name ends in .fifo",
    options: ["record", "body", "name", "key", "attributes", "time"],
    event: (flags) =>
      sqsEvent({
        records: payloadsOf(flags),
        queueName: flags.name,
        messageGroupId: flags.key,
        messageAttributes: toTexts(flags.attributes),
        time: flags.time,
      }),
  },
  sns: {
    title: "SNS topic",
    options: ["record", "body", "name", "subject", "attributes", "time"],
    event: (flags) =>
      snsEvent({
        records: payloadsOf(flags),
        topicName: flags.name,
        subject: flags.subject,
        messageAttributes: toTexts(flags.attributes),
        time: flags.time,
      }),
  },
  s3: {
    title: "S3 event notification",
    options: ["record", "name", "type", "time"],
    event: ({ record, name, type, time }) =>
      s3Event({ records: record, bucketName: name, eventName: type, time }),
  },
  dynamodb: {
    title: "DynamoDB stream",
    options: ["record", "name", "type", "old", "time"],
    event: ({ record, name, type, old, time }) =>
      dynamoDbStreamEvent({
        records: record?.map((text) => toObject(text, "record")),
        tableName: name,
        eventName: toChangeName(type),
        oldAttributes: old,
        time,
      }),
  },
  kinesis: {
    title: "Kinesis data stream",
    options: ["record", "body", "name", "key", "time"],
    event: (flags) =>
      kinesisStreamEvent({
        records: payloadsOf(flags),
        streamName: flags.name,
        partitionKey: flags.key,
        time: flags.time,
      }),
  },
  kafka: {
    title: "Kafka topic, of Amazon MSK",
    options: ["record", "body", "name", "key", "time"],
    event: (flags) =>
      mskEvent({
        records: payloadsOf(flags),
        topic: flags.name,
        key: flags.key,
        time: flags.time,
      }),
  },
  eventbridge: {
    title: "EventBridge event",
    options: ["source", "type", "body", "time"],
    event: ({ source, type, body, time }) =>
      eventBridgeEvent<unknown>({
        source,
        detailType: type,
        detail: body === undefined ? undefined : toObject(body, "body"),
        time,
      }),
  },
  schedule: {
    title: "EventBridge rule with a schedule",
    options: ["name", "time"],
    event: ({ name, time }) => scheduledEvent({ ruleName: name, time }),
  },
  cognito: {
    title: "Cognito user pool trigger",
    options: ["type", "user", "attributes"],
    event: ({ type, user, attributes }) =>
      cognitoTriggerEvent({
        triggerSource: type,
        userName: user,
        userAttributes: toTexts(attributes),
      }),
  },
  "cloudwatch-logs": {
    title: "CloudWatch Logs subscription filter",
    options: ["record", "name", "time"],
    event: ({ record, name, time }) =>
      cloudWatchLogsEvent({ records: record, logGroup: name, time }),
  },
  ses: {
    title: "SES receipt rule",
    options: ["from", "to", "subject", "time"],
    event: ({ from, to, subject, time }) =>
      sesEvent({ from, to, subject, time }),
  },
  "step-functions": {
    title: "Step Functions task",
    options: ["body"],
    event: ({ body }) =>
      stepFunctionsEvent<unknown>({
        input: body === undefined ? undefined : toJson(body, "body"),
      }),
  },
};

/** A body is one record; records may be several. */
function payloadsOf({ record, body }: EventFlags): Payload[] | undefined {
  if (body === undefined) return record;
  if (record === undefined) return [body];
  throw new UsageError(
    "Cannot use --body and --record together: expected one --record for each record",
  );
}

function toJson(payload: Payload, option: OptionName): unknown {
  const text = toText(payload);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `Cannot use --${option}: expected JSON, found ${JSON.stringify(text)}`,
    );
  }
}

/** Reads an option that has to be a JSON object. */
export function toObject(
  payload: Payload,
  option: OptionName,
): Record<string, unknown> {
  const value = toJson(payload, option);
  if (isRecord(value) && !Array.isArray(value)) return value;
  throw new UsageError(
    `Cannot use --${option}: expected a JSON object, found ${toText(payload)}`,
  );
}

function toTexts(
  attributes: Record<string, unknown> | undefined,
): Record<string, string> | undefined {
  return attributes && Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, String(value)]),
  );
}

function toChangeName(
  type: string | undefined,
): "INSERT" | "MODIFY" | "REMOVE" | undefined {
  switch (type) {
    case undefined:
    case "INSERT":
    case "MODIFY":
    case "REMOVE":
      return type;
  }
  throw new UsageError(
    `Cannot use --type: expected INSERT, MODIFY or REMOVE, found "${type}"`,
  );
}
