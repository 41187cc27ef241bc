// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  ACCOUNT_ID,
  type EventOptions,
  REGION,
  timeOf,
  toUuid,
} from "./facts.ts";
import { type Payload, toBase64, toBytes } from "./payload.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/** Options for {@linkcode mskEvent}. */
export interface MskEventOptions extends EventOptions {
  /**
   * The values, one record each.
   *
   * @default {one order as JSON}
   */
  records?: readonly Payload[];
  /**
   * The name of the topic.
   *
   * @default {"orders"}
   */
  topic?: string;
  /**
   * The key of every record.
   *
   * @default {"A-1001"}
   */
  key?: Payload;
  /**
   * The headers of every record.
   *
   * @default {{}}
   */
  headers?: Readonly<Record<string, Payload>>;
}

/** A record of a topic. */
export interface MskRecord {
  /** The topic. */
  topic: string;
  /** The partition of the topic. */
  partition: number;
  /** The place in the partition. */
  offset: number;
  /** The time of the record, in milliseconds since the epoch. */
  timestamp: number;
  /** The event at that time. */
  timestampType: "CREATE_TIME" | "LOG_APPEND_TIME";
  /** The key in Base64. */
  key: string;
  /** The value in Base64. */
  value: string;
  /** The headers, each with its value as bytes. */
  headers: Record<string, number[]>[];
}

/** A batch of records of Amazon MSK. */
export interface MskEvent {
  /** Always `aws:kafka`. */
  eventSource: "aws:kafka";
  /** The ARN of the cluster. */
  eventSourceArn: string;
  /** The brokers of the cluster, separated by commas. */
  bootstrapServers: string;
  /** The records of each partition, by topic and partition. */
  records: Record<string, MskRecord[]>;
}

/**
 * Makes the event of records in a topic of Amazon MSK.
 *
 * @param options The records, all of one partition.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { mskEvent } from "@toukon/lambda/testing";
 * import { decodeKafkaValue } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { records } = mskEvent({ topic: "orders", records: ["text"] });
 * const [record] = records["orders-0"];
 * assertEquals(new TextDecoder().decode(decodeKafkaValue(record)), "text");
 * ```
 */
export function mskEvent(options: MskEventOptions = {}): MskEvent {
  const {
    records = [SAMPLE_ORDER],
    topic = "orders",
    key = SAMPLE_ORDER.orderId,
    headers = {},
  } = options;
  const domain = `orders.k7m2p9.c2.kafka.${REGION}.amazonaws.com:9098`;
  return {
    eventSource: "aws:kafka",
    eventSourceArn: `arn:aws:kafka:${REGION}:${ACCOUNT_ID}:cluster/orders/${
      toUuid(0)
    }-2`,
    bootstrapServers: `b-1.${domain},b-2.${domain}`,
    records: {
      [`${topic}-0`]: records.map((payload, index) => ({
        topic,
        partition: 0,
        offset: 15 + index,
        timestamp: timeOf(options).getTime() + index,
        timestampType: "CREATE_TIME",
        key: toBase64(key),
        value: toBase64(payload),
        headers: Object.entries(headers)
          .map(([name, value]) => ({ [name]: [...toBytes(value)] })),
      })),
    },
  };
}
