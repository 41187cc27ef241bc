// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../is_record.ts";

/** Fields that only the events of one source have. */
const TELLTALE_FIELDS: readonly [field: string, source: string][] = [
  ["awslogs", "CloudWatch Logs"],
  ["alarmArn", "CloudWatch alarm"],
  ["deliveryStreamArn", "Amazon Data Firehose"],
  ["xAmzRequestId", "S3 Object Lambda"],
  ["CodePipeline.job", "AWS CodePipeline"],
  ["configRuleArn", "AWS Config"],
  ["actionGroup", "Amazon Bedrock agent"],
  ["dialogAction", "Amazon Lex"],
  ["sessionState", "Amazon Lex"],
  ["connection-id", "AWS Client VPN"],
];

/**
 * Names where an event comes from, for an error about one that was not
 * expected. Never throws.
 *
 * @param event What the function was invoked with.
 * @returns The name as AWS writes it where the event has it, such as
 * `aws:sqs`, or else a description.
 *
 * @example Usage
 * ```ts
 * import { eventSource } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(eventSource({ Records: [{ eventSource: "aws:sqs" }] }), "aws:sqs");
 * assertEquals(
 *   eventSource({ source: "aws.events", "detail-type": "Scheduled Event" }),
 *   "aws.events: Scheduled Event",
 * );
 * assertEquals(
 *   eventSource({ name: "Antonio" }),
 *   "Step Functions or direct invocation",
 * );
 * ```
 */
export function eventSource(event: unknown): string {
  const source = isRecord(event)
    ? gatewaySource(event) ?? recordsSource(event) ?? namedSource(event)
    : undefined;
  return source ?? "Step Functions or direct invocation";
}

/** Names the gateway that an event comes from, if it comes from one. */
function gatewaySource(event: Record<string, unknown>): string | undefined {
  if ("methodArn" in event || "routeArn" in event) {
    return "API Gateway Lambda authorizer";
  }
  if (typeof event.raw_path === "string" && typeof event.method === "string") {
    return "VPC Lattice, event structure V1 (choose V2 for the target group)";
  }
  const context = event.requestContext;
  if (!isRecord(context)) {
    return "httpMethod" in event && "path" in event
      ? "API Gateway REST API"
      : undefined;
  }
  if ("connectionId" in context) {
    return typeof context.eventType === "string"
      ? `API Gateway WebSocket API: ${context.eventType}`
      : "API Gateway WebSocket API";
  }
  if ("elb" in context) return "Application Load Balancer";
  if ("serviceArn" in context || "serviceNetworkArn" in context) {
    return "VPC Lattice";
  }
  if (isRecord(context.http)) {
    return "API Gateway HTTP API or function URL";
  }
  return "httpMethod" in event ? "API Gateway REST API" : undefined;
}

/** Names the queue, stream or bucket that an event comes from, if any. */
function recordsSource(event: Record<string, unknown>): string | undefined {
  const record = Array.isArray(event.Records) ? event.Records[0] : undefined;
  if (!isRecord(record)) return undefined;
  const source = record.eventSource ?? record.EventSource;
  if (typeof source === "string") return source;
  return "cf" in record ? "CloudFront (Lambda@Edge)" : undefined;
}

/** Names the source that an event itself names, or that a field gives away. */
function namedSource(event: Record<string, unknown>): string | undefined {
  const { eventSource, source, triggerSource } = event;
  if (typeof eventSource === "string") return eventSource;
  if (typeof source === "string" && typeof event["detail-type"] === "string") {
    return `${source}: ${event["detail-type"]}`;
  }
  if (typeof triggerSource === "string" && "userPoolId" in event) {
    return `Amazon Cognito: ${triggerSource}`;
  }
  if ("RequestType" in event && "StackId" in event) {
    return "CloudFormation custom resource";
  }
  return TELLTALE_FIELDS.find(([field]) => field in event)?.[1];
}
