// Copyright 2026 the Toukon Lambda authors. MIT license.

import { ACCOUNT_ID, type EventOptions, REGION, timeOf } from "./facts.ts";
import { type Payload, toBase64 } from "./payload.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/** The greatest sequence numbers of a shard have 56 digits. */
const FIRST_SEQUENCE_NUMBER =
  49_668_899_999_999_999_999_999_999_999_999_999_999_999_999_999_999_999_970n;

/** Options for {@linkcode kinesisStreamEvent}. */
export interface KinesisStreamEventOptions extends EventOptions {
  /**
   * The data, one record each.
   *
   * @default {one order as JSON}
   */
  records?: readonly Payload[];
  /**
   * The name of the stream.
   *
   * @default {"orders"}
   */
  streamName?: string;
  /**
   * The partition key of every record.
   *
   * @default {"A-1001"}
   */
  partitionKey?: string;
}

/** A record of a stream. */
export interface KinesisStreamRecord {
  /** The record itself, its data in Base64. */
  kinesis: {
    kinesisSchemaVersion: string;
    partitionKey: string;
    sequenceNumber: string;
    data: string;
    approximateArrivalTimestamp: number;
  };
  /** Always `aws:kinesis`. */
  eventSource: "aws:kinesis";
  /** The version of the format. */
  eventVersion: string;
  /** The shard and the sequence number. */
  eventID: string;
  /** Always `aws:kinesis:record`. */
  eventName: string;
  /** The role that has read the record. */
  invokeIdentityArn: string;
  /** The region of the stream. */
  awsRegion: string;
  /** The ARN of the stream. */
  eventSourceARN: string;
}

/** A batch of records. */
export interface KinesisStreamEvent {
  /** The records. */
  Records: KinesisStreamRecord[];
}

/**
 * Makes the event of records in a Kinesis data stream.
 *
 * @param options The records.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { kinesisStreamEvent } from "@toukon/lambda/testing";
 * import { decodeKinesisData } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [record] = kinesisStreamEvent({ records: ["text"] }).Records;
 * assertEquals(new TextDecoder().decode(decodeKinesisData(record)), "text");
 * ```
 */
export function kinesisStreamEvent(
  options: KinesisStreamEventOptions = {},
): KinesisStreamEvent {
  const {
    records = [SAMPLE_ORDER],
    streamName = "orders",
    partitionKey = SAMPLE_ORDER.orderId,
  } = options;
  return {
    Records: records.map((payload, index) => {
      const sequenceNumber = String(FIRST_SEQUENCE_NUMBER + BigInt(index));
      return {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey,
          sequenceNumber,
          data: toBase64(payload),
          approximateArrivalTimestamp: (timeOf(options).getTime() + index) /
            1_000,
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: `arn:aws:iam::${ACCOUNT_ID}:role/orders`,
        awsRegion: REGION,
        eventSourceARN:
          `arn:aws:kinesis:${REGION}:${ACCOUNT_ID}:stream/${streamName}`,
      };
    }),
  };
}
