// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { DynamoDbRecord } from "../../../runtime/batch/records.ts";
import {
  ACCOUNT_ID,
  countBytes,
  type EventOptions,
  REGION,
  timeOf,
  toUuid,
} from "./facts.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/**
 * A value of DynamoDB with its type. Numbers are text, and bytes are Base64.
 */
export type DynamoDbAttribute =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: DynamoDbAttribute[] }
  | { M: Record<string, DynamoDbAttribute> };

/** Options for {@linkcode dynamoDbStreamEvent}. */
export interface DynamoDbStreamEventOptions extends EventOptions {
  /**
   * The items, one record each, as plain values: a `Set` is a set, bytes are
   * binary, and everything else is what JSON has for it.
   *
   * @default {one order}
   */
  records?: readonly Readonly<Record<string, unknown>>[];
  /**
   * The names of the attributes that are the primary key.
   *
   * @default {the first attribute of each item}
   */
  keyNames?: readonly string[];
  /**
   * What was done to the items.
   *
   * @default {"INSERT"}
   */
  eventName?: "INSERT" | "MODIFY" | "REMOVE";
  /**
   * The attributes that an item had before it was modified, beside its key.
   *
   * @default {{}}
   */
  oldAttributes?: Readonly<Record<string, unknown>>;
  /**
   * The name of the table.
   *
   * @default {"orders"}
   */
  tableName?: string;
}

/** The change of an item. */
export interface DynamoDbStreamRecord {
  /** What was done to the item. */
  eventName: DynamoDbRecord["eventName"];
  /** Identifies the record. */
  eventID: string;
  /** The version of the format. */
  eventVersion: string;
  /** Always `aws:dynamodb`. */
  eventSource: "aws:dynamodb";
  /** The region of the table. */
  awsRegion: string;
  /** The change itself. */
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Record<string, DynamoDbAttribute>;
    NewImage?: Record<string, DynamoDbAttribute>;
    OldImage?: Record<string, DynamoDbAttribute>;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: "NEW_AND_OLD_IMAGES";
  };
  /** The ARN of the stream. */
  eventSourceARN: string;
}

/** A batch of changes. */
export interface DynamoDbStreamEvent {
  /** The changes. */
  Records: DynamoDbStreamRecord[];
}

/**
 * Makes the event of changes in a DynamoDB table, as its stream tells them.
 *
 * @param options The items, and what was done to them.
 * @returns The event, which may be changed.
 * @throws {TypeError} If an item lacks an attribute of the key, or has a value
 * that DynamoDB cannot hold.
 *
 * @example Usage
 * ```ts
 * import { dynamoDbStreamEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [{ dynamodb }] = dynamoDbStreamEvent({
 *   records: [{ id: "1", paid: true }],
 *   eventName: "MODIFY",
 *   oldAttributes: { paid: false },
 * }).Records;
 * assertEquals(dynamodb.OldImage, { id: { S: "1" }, paid: { BOOL: false } });
 * assertEquals(dynamodb.NewImage, { id: { S: "1" }, paid: { BOOL: true } });
 * ```
 */
export function dynamoDbStreamEvent(
  options: DynamoDbStreamEventOptions = {},
): DynamoDbStreamEvent {
  const { records = [SAMPLE_ORDER], tableName = "orders" } = options;
  return {
    Records: records.map((item, index) => ({
      eventID: toUuid(index).replaceAll("-", ""),
      eventName: options.eventName ?? "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: REGION,
      dynamodb: toChange(item, index, options),
      eventSourceARN:
        `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${tableName}/stream/2026-01-01T00:00:00.000`,
    })),
  };
}

function toChange(
  item: Readonly<Record<string, unknown>>,
  index: number,
  options: DynamoDbStreamEventOptions,
): DynamoDbStreamRecord["dynamodb"] {
  const { eventName = "INSERT", oldAttributes = {} } = options;
  const keyNames = options.keyNames ?? Object.keys(item).slice(0, 1);
  const missing = keyNames.find((name) => item[name] === undefined);
  if (missing !== undefined || keyNames.length === 0) {
    throw new TypeError(
      `Cannot make the record at index ${index}: expected an item with the key "${
        missing ?? ""
      }", found ${JSON.stringify(Object.keys(item))}`,
    );
  }
  const keys = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
  const old = eventName === "REMOVE" ? item : { ...keys, ...oldAttributes };
  const images = {
    ...(eventName !== "REMOVE" && { NewImage: toMap(item) }),
    ...(eventName !== "INSERT" && { OldImage: toMap(old) }),
  };
  return {
    // To the second, as streams have it.
    ApproximateCreationDateTime: Math.floor(timeOf(options).getTime() / 1_000),
    Keys: toMap(keys),
    ...images,
    SequenceNumber: String(400_000_000_000_000_000_001n + BigInt(index)),
    SizeBytes: countBytes(JSON.stringify(images)),
    StreamViewType: "NEW_AND_OLD_IMAGES",
  };
}

function toMap(
  item: Readonly<Record<string, unknown>>,
): Record<string, DynamoDbAttribute> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, toAttribute(value)]),
  );
}

function toAttribute(value: unknown): DynamoDbAttribute {
  if (value === null) return { NULL: true };
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
    case "bigint":
      return { N: String(value) };
    case "boolean":
      return { BOOL: value };
  }
  if (value instanceof Uint8Array) return { B: value.toBase64() };
  if (value instanceof Set) return toSet([...value]);
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === "object") {
    return { M: toMap(value as Record<string, unknown>) };
  }
  throw new TypeError(
    `Cannot make a value of DynamoDB: expected what JSON can carry, a Set or bytes, found ${typeof value}`,
  );
}

function toSet(values: unknown[]): DynamoDbAttribute {
  if (values.every((value) => typeof value === "string")) return { SS: values };
  if (values.every((value) => value instanceof Uint8Array)) {
    return { BS: values.map((value) => value.toBase64()) };
  }
  if (values.every((value) => /^(number|bigint)$/.test(typeof value))) {
    return { NS: values.map(String) };
  }
  throw new TypeError(
    "Cannot make a set of DynamoDB: expected texts only, numbers only or bytes only",
  );
}
