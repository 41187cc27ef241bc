// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../is_record.ts";
import type {
  BatchRecord,
  DynamoDbRecord,
  KafkaRecord,
  KinesisRecord,
  SqsRecord,
} from "./records.ts";

/**
 * Identifies a Kafka record in the report of its failure.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html}
 */
export interface KafkaItemIdentifier {
  /** The topic and the partition's number, with a hyphen between them. */
  readonly partition: string;
  /** The record's place in the partition. */
  readonly offset: number;
}

/** Identifies a record in the report of its failure. */
export type ItemIdentifier = string | KafkaItemIdentifier;

/** A record of a batch, and how it is processed and reported. */
export interface Item {
  /** The record as it arrived. */
  readonly record: BatchRecord;
  /** The record's place in the batch, from 0. */
  readonly index: number;
  /** Identifies the record in the report of its failure. */
  readonly identifier: ItemIdentifier;
  /** Records of the same lane are processed one after another. */
  readonly lane: string;
  /** How far the record has come. */
  state: "waiting" | "running" | "succeeded" | "failed";
}

/**
 * Which records are not started after one has failed: the rest of its lane, all
 * records after it in the batch, or all records.
 */
export type HoldBack = "lane" | "later" | "all";

/** The records of an event. */
export interface Batch {
  /** The records, in their order. */
  readonly items: readonly Item[];
  /** Which records are not started after one has failed. */
  readonly holdBack: HoldBack;
  /** Whether the records are Kafka's. */
  readonly isKafka: boolean;
}

/** Options for {@linkcode readBatch}. */
export interface ReadBatchOptions {
  /** Which records of a FIFO queue are not started after one has failed. */
  readonly fifoFailure: "group" | "batch";
  /** Which records of a stream are processed in their order. */
  readonly streamOrder: "shard" | "key";
  /** Whether failed records of Kafka are reported one by one. */
  readonly kafkaPartialResponse: boolean;
}

/** How the records of one service are reported and ordered. */
interface RecordSource<R extends BatchRecord> {
  /** The name of the member that identifies a record. */
  readonly idName: string;
  /** Gives what identifies a record. */
  identify(record: R): unknown;
  /** Gives the lane of a record. */
  laneOf(record: R, index: number, options: ReadBatchOptions): string;
  /** Which records are not started after one has failed. */
  holdBack(record: R, options: ReadBatchOptions): HoldBack;
}

const SQS: RecordSource<SqsRecord> = {
  idName: "messageId",
  identify: ({ messageId }) => messageId,
  laneOf: (record, index) =>
    isFifo(record)
      ? `group ${record.attributes?.MessageGroupId}`
      : `record ${index}`,
  holdBack: (record, { fifoFailure }) =>
    isFifo(record) && fifoFailure === "batch" ? "all" : "lane",
};

const KINESIS: RecordSource<KinesisRecord> = {
  idName: "kinesis.sequenceNumber",
  identify: ({ kinesis }) => kinesis?.sequenceNumber,
  laneOf: ({ eventID, kinesis }, _index, { streamOrder }) =>
    streamOrder === "key"
      ? `key ${kinesis.partitionKey}`
      : `shard ${eventID?.split(":")[0]}`,
  holdBack: () => "later",
};

const DYNAMODB: RecordSource<DynamoDbRecord> = {
  idName: "dynamodb.SequenceNumber",
  identify: ({ dynamodb }) => dynamodb?.SequenceNumber,
  laneOf: ({ dynamodb }, _index, { streamOrder }) =>
    // All records of a batch are of one shard, which they do not name.
    streamOrder === "key" ? `key ${sortKeys(dynamodb.Keys)}` : "shard",
  holdBack: () => "later",
};

const SOURCES: ReadonlyMap<string, RecordSource<BatchRecord>> = new Map([
  ["aws:sqs", SQS as RecordSource<BatchRecord>],
  ["aws:kinesis", KINESIS],
  ["aws:dynamodb", DYNAMODB],
]);

const EXPECTED = "expected an event of SQS, Kinesis, DynamoDB Streams or Kafka";

/**
 * Reads the event of a batch.
 *
 * @param event The event.
 * @param options How the records are ordered.
 * @returns The batch.
 * @throws {TypeError} If the event is no batch, or has a record whose failure
 * could not be reported.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { items } = readBatch({
 *   Records: [{
 *     eventSource: "aws:sqs",
 *     eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:orders.fifo",
 *     messageId: "1",
 *     attributes: { MessageGroupId: "a" },
 *   }],
 * }, {
 *   fifoFailure: "group",
 *   streamOrder: "shard",
 *   kafkaPartialResponse: false,
 * });
 * assertEquals(items[0].identifier, "1");
 * assertEquals(items[0].lane, "group a");
 * ```
 */
export function readBatch(event: unknown, options: ReadBatchOptions): Batch {
  if (isRecord(event)) {
    const { Records, records, eventSource } = event;
    if (Array.isArray(Records)) return readRecords(Records, options);
    if (
      isRecord(records) &&
      (eventSource === "aws:kafka" || eventSource === "SelfManagedKafka")
    ) {
      return readKafka(records, options);
    }
  }
  throw new TypeError(
    `Cannot read the batch: ${EXPECTED}, found ${
      isRecord(event) ? "an object without their records" : kindOf(event)
    }`,
  );
}

function readRecords(
  records: readonly unknown[],
  options: ReadBatchOptions,
): Batch {
  const [first] = records;
  if (first === undefined) {
    return { items: [], holdBack: "lane", isKafka: false };
  }
  const sourceName = sourceNameOf(first);
  const source = SOURCES.get(sourceName);
  if (!source) {
    throw new TypeError(
      `Cannot read the batch: ${EXPECTED}, found records of "${sourceName}"`,
    );
  }
  const items = records.map((value, index): Item => {
    if (sourceNameOf(value) !== sourceName) {
      throw new TypeError(
        `Cannot read the batch: expected all records to be of "${sourceName}", found "${
          sourceNameOf(value)
        }" at index ${index}`,
      );
    }
    const record = value as SqsRecord | KinesisRecord | DynamoDbRecord;
    const identifier = source.identify(record);
    if (typeof identifier !== "string" || identifier === "") {
      throw new TypeError(
        `Cannot read the batch: the record at index ${index} has no ${source.idName}`,
      );
    }
    return {
      record,
      index,
      identifier,
      lane: source.laneOf(record, index, options),
      state: "waiting",
    };
  });
  return {
    items,
    holdBack: source.holdBack(items[0].record, options),
    isKafka: false,
  };
}

function readKafka(
  partitions: Record<string, unknown>,
  { kafkaPartialResponse }: ReadBatchOptions,
): Batch {
  const items: Item[] = [];
  for (const [partition, records] of Object.entries(partitions)) {
    for (const record of Array.isArray(records) ? records : [undefined]) {
      const offset = record?.offset;
      if (typeof offset !== "number") {
        throw new TypeError(
          `Cannot read the batch: a record of the partition "${partition}" has no offset`,
        );
      }
      items.push({
        record: record as KafkaRecord,
        index: items.length,
        identifier: { partition, offset },
        lane: partition,
        state: "waiting",
      });
    }
  }
  return {
    items,
    holdBack: kafkaPartialResponse ? "lane" : "all",
    isKafka: true,
  };
}

/** Gives the source of a record. SNS writes it with a capital letter. */
function sourceNameOf(record: unknown): string {
  if (!isRecord(record)) return kindOf(record);
  return String(record.eventSource ?? record.EventSource);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}

function isFifo({ eventSourceARN }: SqsRecord): boolean {
  // Queues that are not FIFO may have message groups too, without an order.
  return eventSourceARN?.endsWith(".fifo") ?? false;
}

function sortKeys(keys: object): string {
  return JSON.stringify(
    Object.entries(keys).sort(([a], [b]) => a < b ? -1 : 1),
  );
}
