// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * For the tests of a handler: contexts, events of AWS, an execution environment
 * in the process of the test, a clock that moves when it is told to, and a check
 * that nothing is left behind.
 *
 * ```ts
 * import { createContext, sqsEvent } from "@toukon/lambda/testing";
 * import type { Context } from "@toukon/lambda";
 * import { assertEquals } from "@std/assert/equals";
 *
 * function handleEvent(event: { Records: unknown[] }, context: Context) {
 *   return `${context.functionName}: ${event.Records.length}`;
 * }
 *
 * const event = sqsEvent({ records: [{ id: 1 }, { id: 2 }] });
 * assertEquals(handleEvent(event, createContext()), "orders: 2");
 * ```
 *
 * @module
 */

export type {
  AnyBehaviour,
  AnyHandler,
  FetchHandler,
  HandlerModule,
  Lifecycle,
  Source,
  StreamifiedHandler,
} from "../../runtime/handler/behaviour.ts";
export type {
  CognitoIdentity,
  Context,
} from "../../runtime/handler/context.ts";
export type { ErrorDocument } from "../../runtime/failure/failure.ts";
export {
  type ApiGatewayIdentity,
  type ApiGatewayProxyEvent,
  apiGatewayProxyEvent,
  type ApiGatewayRequestContext,
} from "../event/builders/api_gateway_v1.ts";
export {
  type ApiGatewayProxyEventV2,
  apiGatewayProxyEventV2,
  type ApiGatewayRequestContextV2,
  functionUrlEvent,
} from "../event/builders/api_gateway_v2.ts";
export {
  type CloudWatchLogsEvent,
  cloudWatchLogsEvent,
  type CloudWatchLogsEventOptions,
} from "../event/builders/cloudwatch_logs.ts";
export {
  COGNITO_TRIGGER_SOURCES,
  type CognitoTriggerEvent,
  cognitoTriggerEvent,
  type CognitoTriggerEventOptions,
} from "../event/builders/cognito.ts";
export {
  type DynamoDbAttribute,
  type DynamoDbStreamEvent,
  dynamoDbStreamEvent,
  type DynamoDbStreamEventOptions,
  type DynamoDbStreamRecord,
} from "../event/builders/dynamodb.ts";
export {
  type EventBridgeEvent,
  eventBridgeEvent,
  type EventBridgeEventOptions,
  scheduledEvent,
  type ScheduledEventOptions,
} from "../event/builders/event_bridge.ts";
export type { EventOptions } from "../event/builders/facts.ts";
export {
  type MskEvent,
  mskEvent,
  type MskEventOptions,
  type MskRecord,
} from "../event/builders/kafka.ts";
export {
  type KinesisStreamEvent,
  kinesisStreamEvent,
  type KinesisStreamEventOptions,
  type KinesisStreamRecord,
} from "../event/builders/kinesis.ts";
export {
  type LoadBalancerEvent,
  loadBalancerEvent,
  type LoadBalancerEventOptions,
} from "../event/builders/load_balancer.ts";
export type { Payload } from "../event/builders/payload.ts";
export type {
  HttpEventOptions,
  RoutedEventOptions,
} from "../event/builders/request.ts";
export {
  type S3Event,
  s3Event,
  type S3EventObject,
  type S3EventOptions,
  type S3EventRecord,
} from "../event/builders/s3.ts";
export {
  type SesEvent,
  sesEvent,
  type SesEventOptions,
  type SesEventRecord,
  type SesVerdict,
} from "../event/builders/ses.ts";
export {
  type SnsEvent,
  snsEvent,
  type SnsEventOptions,
  type SnsEventRecord,
} from "../event/builders/sns.ts";
export {
  type SqsEvent,
  sqsEvent,
  type SqsEventAttribute,
  type SqsEventOptions,
  type SqsEventRecord,
} from "../event/builders/sqs.ts";
export {
  stepFunctionsEvent,
  type StepFunctionsEventOptions,
} from "../event/builders/step_functions.ts";
export {
  type VpcLatticeEvent,
  vpcLatticeEvent,
} from "../event/builders/vpc_lattice.ts";
export {
  type ApiGatewayWebSocketEvent,
  apiGatewayWebSocketEvent,
  type WebSocketEventOptions,
} from "../event/builders/websocket.ts";
export {
  type ClockWatcher,
  FakeClock,
  type FakeClockOptions,
} from "./clock.ts";
export { createContext, type CreateContextOptions } from "./context.ts";
export { FakeLambda } from "./fake_lambda.ts";
export type {
  FakeLambdaOptions,
  InvokeOptions,
} from "./fake_lambda_options.ts";
export type { InvokeResult, StreamedReply } from "./invoke_result.ts";
export type { Leftover } from "./leftovers.ts";
export type { LogEntry } from "./log_entries.ts";
export {
  assertSettled,
  type AssertSettledOptions,
  UnsettledError,
} from "./settled.ts";
