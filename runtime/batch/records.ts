// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An attribute that the sender of an SQS message has set. */
export interface SqsMessageAttribute {
  /** The value, when the type begins with `String` or `Number`. */
  readonly stringValue?: string;
  /** The value in Base64, when the type begins with `Binary`. */
  readonly binaryValue?: string;
  /** Reserved by SQS. */
  readonly stringListValues?: readonly string[];
  /** Reserved by SQS. */
  readonly binaryListValues?: readonly string[];
  /** The type: `String`, `Number` or `Binary`, and what the sender adds. */
  readonly dataType: string;
}

/** What SQS itself knows about a message. Numbers are text. */
export interface SqsAttributes {
  /** How often the message was received, this time included. */
  readonly ApproximateReceiveCount: string;
  /** When the message was sent, in milliseconds since the epoch. */
  readonly SentTimestamp: string;
  /** Who sent the message. */
  readonly SenderId: string;
  /** When the message was first received, in milliseconds since the epoch. */
  readonly ApproximateFirstReceiveTimestamp: string;
  /** The group, within which a FIFO queue keeps the order. */
  readonly MessageGroupId?: string;
  /** The id by which a FIFO queue finds duplicates. */
  readonly MessageDeduplicationId?: string;
  /** The place in the order of a FIFO queue. */
  readonly SequenceNumber?: string;
  /** The X-Ray tracing header of the sender. */
  readonly AWSTraceHeader?: string;
  /** The queue that a message of a dead-letter queue comes from. */
  readonly DeadLetterQueueSourceArn?: string;
}

/**
 * A message of an SQS queue, as Lambda passes it on.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html}
 */
export interface SqsRecord {
  /** Identifies the message, also when it has failed. */
  readonly messageId: string;
  /** Identifies this receipt of the message. */
  readonly receiptHandle: string;
  /** The message, as text. */
  readonly body: string;
  /** What SQS itself knows about the message. */
  readonly attributes: SqsAttributes;
  /** What the sender has set, by name. */
  readonly messageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
  /** The MD5 of the body, in hexadecimal. */
  readonly md5OfBody: string;
  /** The MD5 of the message attributes, in hexadecimal. */
  readonly md5OfMessageAttributes?: string;
  /** Always `aws:sqs`. */
  readonly eventSource: "aws:sqs";
  /** The queue's ARN, which ends in `.fifo` for a FIFO queue. */
  readonly eventSourceARN: string;
  /** The queue's region. */
  readonly awsRegion: string;
}

/** The part of a Kinesis record that the producer decides. */
export interface KinesisPayload {
  /** The version of the format. */
  readonly kinesisSchemaVersion: string;
  /** The key by which the producer chose the shard. */
  readonly partitionKey: string;
  /** The place in the shard. It identifies the record when it has failed. */
  readonly sequenceNumber: string;
  /** The data in Base64: see {@linkcode decodeKinesisData}. */
  readonly data: string;
  /** When the record arrived, in seconds since the epoch. */
  readonly approximateArrivalTimestamp: number;
}

/**
 * A record of a Kinesis data stream, as Lambda passes it on.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html}
 */
export interface KinesisRecord {
  /** The record itself. */
  readonly kinesis: KinesisPayload;
  /** Always `aws:kinesis`. */
  readonly eventSource: "aws:kinesis";
  /** The version of the format. */
  readonly eventVersion: string;
  /** The shard and the sequence number, with a colon between them. */
  readonly eventID: string;
  /** Always `aws:kinesis:record`. */
  readonly eventName: string;
  /** The role that read the record. */
  readonly invokeIdentityArn: string;
  /** The stream's region. */
  readonly awsRegion: string;
  /** The stream's ARN. */
  readonly eventSourceARN: string;
}

/**
 * A value of DynamoDB with its type. Numbers are text, and bytes are Base64.
 *
 * @see {@link https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html}
 */
export type DynamoDbValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly DynamoDbValue[] }
  | { readonly M: Readonly<Record<string, DynamoDbValue>> };

/** The change of an item that a record of a DynamoDB stream describes. */
export interface DynamoDbChange {
  /** When the item changed, in seconds since the epoch. */
  readonly ApproximateCreationDateTime?: number;
  /** The primary key of the item. */
  readonly Keys: Readonly<Record<string, DynamoDbValue>>;
  /** The item after the change, when the stream has it. */
  readonly NewImage?: Readonly<Record<string, DynamoDbValue>>;
  /** The item before the change, when the stream has it. */
  readonly OldImage?: Readonly<Record<string, DynamoDbValue>>;
  /** The place in the stream. It identifies the record when it has failed. */
  readonly SequenceNumber: string;
  /** The size of the record, in bytes. */
  readonly SizeBytes: number;
  /** Which images the stream has. */
  readonly StreamViewType:
    | "KEYS_ONLY"
    | "NEW_IMAGE"
    | "OLD_IMAGE"
    | "NEW_AND_OLD_IMAGES";
}

/**
 * A record of a DynamoDB stream, as Lambda passes it on.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html}
 */
export interface DynamoDbRecord {
  /** The change itself. */
  readonly dynamodb: DynamoDbChange;
  /** Identifies the record. */
  readonly eventID: string;
  /** What was done to the item. */
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  /** The version of the format. */
  readonly eventVersion: string;
  /** Always `aws:dynamodb`. */
  readonly eventSource: "aws:dynamodb";
  /** The table's region. */
  readonly awsRegion: string;
  /** The stream's ARN. */
  readonly eventSourceARN: string;
  /** Who changed the item, when that was DynamoDB itself. */
  readonly userIdentity?: {
    readonly type: string;
    readonly principalId: string;
  };
}

/**
 * A record of Amazon MSK or of another Kafka cluster, as Lambda passes it on.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html}
 */
export interface KafkaRecord {
  /** The topic. */
  readonly topic: string;
  /** The partition of the topic. */
  readonly partition: number;
  /** The place in the partition. */
  readonly offset: number;
  /** The time of the record, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** The event at that time: `CREATE_TIME` or `LOG_APPEND_TIME`. */
  readonly timestampType: string;
  /** The key in Base64, when there is one: see {@linkcode decodeKafkaKey}. */
  readonly key?: string | null;
  /** The value in Base64, when there is one: see {@linkcode decodeKafkaValue}. */
  readonly value?: string | null;
  /** The headers in their order, each with its value as bytes. */
  readonly headers: readonly Readonly<Record<string, readonly number[]>>[];
}

/** A record of any source that takes partial batch responses. */
export type BatchRecord =
  | SqsRecord
  | KinesisRecord
  | DynamoDbRecord
  | KafkaRecord;
