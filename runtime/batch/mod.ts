// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Batches of SQS, Kinesis, DynamoDB Streams and Kafka: write the function for
 * one record, and Lambda is told which records have failed.
 *
 * ```ts
 * import { batch, type SqsRecord } from "@toukon/lambda/batch";
 *
 * export const handleEvent = batch((record: SqsRecord) => {
 *   const order = JSON.parse(record.body);
 *   console.log("Order", order.id);
 * });
 * ```
 *
 * The event source mapping must list `ReportBatchItemFailures`.
 *
 * @module
 */

export { batch } from "./batch.ts";
export { BatchError } from "./batch_types.ts";
export type {
  BatchItemFailure,
  BatchOptions,
  BatchResponse,
  RecordHandler,
  WindowBatchOptions,
  WindowBatchResponse,
} from "./batch_types.ts";
export {
  decodeKafkaKey,
  decodeKafkaValue,
  decodeKinesisData,
} from "./decode.ts";
export type { ItemIdentifier, KafkaItemIdentifier } from "./read_batch.ts";
export type {
  BatchRecord,
  DynamoDbChange,
  DynamoDbRecord,
  DynamoDbValue,
  KafkaRecord,
  KinesisPayload,
  KinesisRecord,
  SqsAttributes,
  SqsMessageAttribute,
  SqsRecord,
} from "./records.ts";
export type {
  TumblingWindow,
  WindowOptions,
  WindowRecordHandler,
} from "./window.ts";
