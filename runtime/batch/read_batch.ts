// Copyright 2026 the Toukon Lambda authors. MIT license.

import type {
  BatchRecord,
  DynamoDbRecord,
  KafkaRecord,
  KinesisRecord,
  SqsRecord,
} from "./records.ts";

/**
 * What Lambda knows a Kafka record by.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html}
 */
export interface KafkaItemIdentifier {
  /** The topic and the partition's number, parted by a hyphen. */
  readonly partition: string;
  /** The record's place in the partition. */
  readonly offset: number;
}

/** What a failed record is reported by. */
export type ItemIdentifier = string | KafkaItemIdentifier;

/** A record with what has to be known to process it. */
export interface Item {
  /** The record as it arrived. */
  readonly record: BatchRecord;
  /** The record's place in the batch, from 0. */
  readonly index: number;
  /** What its failure is reported by. */
  readonly identifier: ItemIdentifier;
  /** Records of the same lane are processed one after another. */
  readonly lane: string;
  /** What has become of it. */
  state: "waiting" | "running" | "succeeded" | "failed";
}

/**
 * What a failure keeps from being started: the rest of its lane, all records
 * after it in the batch, or all records.
 */
export type HoldBack = "lane" | "later" | "all";

/** A batch whose event was read. */
export interface Batch {
  /** The records, in their order. */
  readonly items: readonly Item[];
  /** What a failure keeps from being started. */
  readonly holdBack: HoldBack;
  /** Whether the records are Kafka's. */
  readonly isKafka: boolean;
}

/** Options for {@linkcode readBatch}. */
export interface ReadBatchOptions {
  /** What a failure in a group of a FIFO queue holds back. */
  readonly fifoFailure: "group" | "batch";
  /** Which records of a stream keep their order. */
  readonly streamOrder: "shard" | "key";
  /** Whether single failures of Kafka are reported. */
  readonly kafkaPartialResponse: boolean;
}

/** How the records of one source are told apart and ordered. */
interface Source<R extends BatchRecord> {
  /** The member that a failure is reported by. */
  readonly idName: string;
  /** What a failure is reported by. */
  identify(record: R): unknown;
  /** The lane of a record. */
  laneOf(record: R, index: number, options: ReadBatchOptions): string;
  /** What a failure keeps from being started. */
  holdBack(record: R, options: ReadBatchOptions): HoldBack;
}

const SQS: Source<SqsRecord> = {
  idName: "messageId",
  identify: ({ messageId }) => messageId,
  laneOf: (record, index) =>
    isFifo(record)
      ? `group ${record.attributes?.MessageGroupId}`
      : `record ${index}`,
  holdBack: (record, { fifoFailure }) =>
    isFifo(record) && fifoFailure === "batch" ? "all" : "lane",
};

const KINESIS: Source<KinesisRecord> = {
  idName: "kinesis.sequenceNumber",
  identify: ({ kinesis }) => kinesis?.sequenceNumber,
  laneOf: ({ eventID, kinesis }, _index, { streamOrder }) =>
    streamOrder === "key"
      ? `key ${kinesis.partitionKey}`
      : `shard ${eventID?.split(":")[0]}`,
  holdBack: () => "later",
};

const DYNAMODB: Source<DynamoDbRecord> = {
  idName: "dynamodb.SequenceNumber",
  identify: ({ dynamodb }) => dynamodb?.SequenceNumber,
  laneOf: ({ dynamodb }, _index, { streamOrder }) =>
    // All records of a batch are of one shard, which they do not name.
    streamOrder === "key" ? `key ${sortKeys(dynamodb.Keys)}` : "shard",
  holdBack: () => "later",
};

const SOURCES: ReadonlyMap<string, Source<BatchRecord>> = new Map([
  ["aws:sqs", SQS as Source<BatchRecord>],
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
  if (isObject(event)) {
    const { Records, records, eventSource } = event;
    if (Array.isArray(Records)) return readRecords(Records, options);
    if (
      isObject(records) &&
      (eventSource === "aws:kafka" || eventSource === "SelfManagedKafka")
    ) {
      return readKafka(records, options);
    }
  }
  throw new TypeError(
    `Cannot read the batch: ${EXPECTED}, found ${
      isObject(event) ? "an object without their records" : kindOf(event)
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

/** The source of a record, which SNS writes under another name. */
function sourceNameOf(record: unknown): string {
  if (!isObject(record)) return kindOf(record);
  return String(record.eventSource ?? record.EventSource);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
