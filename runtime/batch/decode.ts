// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { KafkaRecord, KinesisRecord } from "./records.ts";

/**
 * Decodes the data of a Kinesis record.
 *
 * Records that the Kinesis Producer Library has put together into one are not
 * taken apart.
 *
 * @param record The record.
 * @returns The bytes that the producer has put.
 * @throws {SyntaxError} If the data is not Base64.
 *
 * @example Usage
 * ```ts
 * import { decodeKinesisData, type KinesisRecord } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * function readOrder(record: KinesisRecord): unknown {
 *   return JSON.parse(new TextDecoder().decode(decodeKinesisData(record)));
 * }
 *
 * const record = { kinesis: { data: "eyJpZCI6MX0=" } } as KinesisRecord;
 * assertEquals(readOrder(record), { id: 1 });
 * ```
 */
export function decodeKinesisData(
  record: KinesisRecord,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(record.kinesis.data);
}

/**
 * Decodes the key of a Kafka record.
 *
 * @param record The record.
 * @returns The bytes of the key, or undefined when the record has none.
 * @throws {SyntaxError} If the key is not Base64.
 *
 * @example Usage
 * ```ts
 * import { decodeKafkaKey, type KafkaRecord } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const record = { key: "a2V5" } as KafkaRecord;
 * assertEquals(new TextDecoder().decode(decodeKafkaKey(record)), "key");
 * ```
 */
export function decodeKafkaKey(
  record: KafkaRecord,
): Uint8Array<ArrayBuffer> | undefined {
  return decode(record.key);
}

/**
 * Decodes the value of a Kafka record.
 *
 * @param record The record.
 * @returns The bytes of the value, or undefined when the record has none, as
 * one has that deletes its key.
 * @throws {SyntaxError} If the value is not Base64.
 *
 * @example Usage
 * ```ts
 * import { decodeKafkaValue, type KafkaRecord } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const record = { value: null } as KafkaRecord;
 * assertEquals(decodeKafkaValue(record), undefined);
 * ```
 */
export function decodeKafkaValue(
  record: KafkaRecord,
): Uint8Array<ArrayBuffer> | undefined {
  return decode(record.value);
}

function decode(
  base64: string | null | undefined,
): Uint8Array<ArrayBuffer> | undefined {
  // An empty key or value differs from one that is missing.
  return base64 === null || base64 === undefined
    ? undefined
    : Uint8Array.fromBase64(base64);
}
