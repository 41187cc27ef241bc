// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { SqsRecord } from "../../../runtime/batch/records.ts";
import {
  ACCOUNT_ID,
  type EventOptions,
  REGION,
  timeOf,
  toTraceId,
  toUuid,
} from "./facts.ts";
import { hash } from "./node.ts";
import { type Payload, toText } from "./payload.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/** Options for {@linkcode sqsEvent}. */
export interface SqsEventOptions extends EventOptions {
  /**
   * The bodies of the messages, one record each.
   *
   * @default {one order as JSON}
   */
  records?: readonly Payload[];
  /**
   * The name of the queue. That of a FIFO queue ends in `.fifo`.
   *
   * @default {"orders"}
   */
  queueName?: string;
  /**
   * The message group, of a FIFO queue.
   *
   * @default {"group-1"}
   */
  messageGroupId?: string;
  /**
   * The message attributes of every message: text, or bytes.
   *
   * @default {{}}
   */
  messageAttributes?: Readonly<Record<string, string | Uint8Array>>;
}

/** A message as {@linkcode sqsEvent} makes it, of which all may be changed. */
export interface SqsEventRecord {
  /** Identifies the message. */
  messageId: string;
  /** Identifies this receipt of the message. */
  receiptHandle: string;
  /** The message. */
  body: string;
  /** What SQS itself knows about the message. */
  attributes: { -readonly [Name in keyof SqsRecord["attributes"]]: string } & {
    ApproximateReceiveCount: string;
    SentTimestamp: string;
    SenderId: string;
    ApproximateFirstReceiveTimestamp: string;
  };
  /** What the sender has set, by name. */
  messageAttributes: Record<string, SqsEventAttribute>;
  /** The MD5 of the body, in hexadecimal. */
  md5OfBody: string;
  /** The MD5 of the message attributes, where there are any. */
  md5OfMessageAttributes?: string;
  /** Always `aws:sqs`. */
  eventSource: "aws:sqs";
  /** The ARN of the queue. */
  eventSourceARN: string;
  /** The region of the queue. */
  awsRegion: string;
}

/** A message attribute as {@linkcode sqsEvent} makes it. */
export interface SqsEventAttribute {
  /** The value of a text. */
  stringValue?: string;
  /** The value of bytes, in Base64. */
  binaryValue?: string;
  /** Reserved by SQS. */
  stringListValues: string[];
  /** Reserved by SQS. */
  binaryListValues: string[];
  /** The type: `String` or `Binary`. */
  dataType: string;
}

/** A batch of messages. */
export interface SqsEvent {
  /** The messages. */
  Records: SqsEventRecord[];
}

/**
 * Makes the event of messages in an SQS queue.
 *
 * @param options The messages.
 * @returns The event, which may be changed. The hashes are those of its bodies.
 *
 * @example Usage
 * ```ts
 * import { createContext, sqsEvent } from "@toukon/lambda/testing";
 * import { batch, type SqsRecord } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const handleEvent = batch(({ body }: SqsRecord) => {
 *   JSON.parse(body);
 * }, { onError: () => {} });
 *
 * const event = sqsEvent({ records: [{ id: 1 }, "no JSON"] });
 * assertEquals(await handleEvent(event, createContext()), {
 *   batchItemFailures: [{ itemIdentifier: event.Records[1].messageId }],
 * });
 * ```
 */
export function sqsEvent(options: SqsEventOptions = {}): SqsEvent {
  const { records = [SAMPLE_ORDER] } = options;
  return {
    Records: records.map((payload, index) =>
      toRecord(toText(payload), index, options)
    ),
  };
}

function toRecord(
  body: string,
  index: number,
  options: SqsEventOptions,
): SqsEventRecord {
  const { queueName = "orders", messageGroupId = "group-1" } = options;
  const sentMs = timeOf(options).getTime() + index;
  const messageAttributes = toAttributes(options.messageAttributes ?? {});
  const isFifo = queueName.endsWith(".fifo");
  return {
    messageId: toUuid(index),
    receiptHandle: new TextEncoder().encode(`receipt of ${toUuid(index)}`)
      .toBase64(),
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      AWSTraceHeader: toTraceId(timeOf(options)),
      SentTimestamp: String(sentMs),
      SenderId: "AROA2B3C4D5E6F7G8H9IJ:orders",
      ApproximateFirstReceiveTimestamp: String(sentMs + 12),
      ...(isFifo && {
        SequenceNumber: String(18_900_000_000_000_000_000n + BigInt(index)),
        MessageGroupId: messageGroupId,
        MessageDeduplicationId: hash("sha256", body),
      }),
    },
    messageAttributes,
    md5OfBody: hash("md5", body),
    ...(options.messageAttributes && {
      md5OfMessageAttributes: hashAttributes(messageAttributes),
    }),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queueName}`,
    awsRegion: REGION,
  };
}

function toAttributes(
  attributes: Readonly<Record<string, string | Uint8Array>>,
): Record<string, SqsEventAttribute> {
  const lists = () => ({ stringListValues: [], binaryListValues: [] });
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === "string"
        ? { stringValue: value, ...lists(), dataType: "String" }
        : { binaryValue: value.toBase64(), ...lists(), dataType: "Binary" },
    ]),
  );
}

/**
 * Hashes the attributes in the order of their names, each part with its length
 * before it.
 *
 * @see {@link https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html}
 */
function hashAttributes(attributes: Record<string, SqsEventAttribute>): string {
  const bytes: number[] = [];
  const addPart = (part: Uint8Array) => {
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, part.length);
    bytes.push(...new Uint8Array(length.buffer), ...part);
  };
  const encoder = new TextEncoder();
  for (const name of Object.keys(attributes).sort()) {
    const { stringValue, binaryValue = "", dataType } = attributes[name];
    const isText = stringValue !== undefined;
    addPart(encoder.encode(name));
    addPart(encoder.encode(dataType));
    bytes.push(isText ? 1 : 2);
    addPart(
      isText ? encoder.encode(stringValue) : Uint8Array.fromBase64(binaryValue),
    );
  }
  return hash("md5", Uint8Array.from(bytes));
}
