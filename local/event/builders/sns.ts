// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  ACCOUNT_ID,
  type EventOptions,
  REGION,
  timeOf,
  toUuid,
} from "./facts.ts";
import { type Payload, toText } from "./payload.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/** Options for {@linkcode snsEvent}. */
export interface SnsEventOptions extends EventOptions {
  /**
   * The messages, one record each. SNS itself sends one at a time.
   *
   * @default {one order as JSON}
   */
  records?: readonly Payload[];
  /**
   * The name of the topic.
   *
   * @default {"orders"}
   */
  topicName?: string;
  /**
   * The subject of the messages.
   *
   * @default {undefined}
   */
  subject?: string;
  /**
   * The message attributes of every message.
   *
   * @default {{}}
   */
  messageAttributes?: Readonly<Record<string, string>>;
}

/** A notification of a topic. */
export interface SnsEventRecord {
  /** The version of the format. */
  EventVersion: string;
  /** The subscription of the function. */
  EventSubscriptionArn: string;
  /** Always `aws:sns`. */
  EventSource: string;
  /** The notification itself. */
  Sns: {
    Type: string;
    MessageId: string;
    TopicArn: string;
    Subject?: string;
    Message: string;
    Timestamp: string;
    SignatureVersion: string;
    Signature: string;
    SigningCertUrl: string;
    UnsubscribeUrl: string;
    MessageAttributes: Record<string, { Type: string; Value: string }>;
  };
}

/** Notifications of a topic. */
export interface SnsEvent {
  /** The notifications. */
  Records: SnsEventRecord[];
}

/**
 * Makes the event of messages to an SNS topic.
 *
 * @param options The messages.
 * @returns The event, which may be changed. Its signature is none.
 *
 * @example Usage
 * ```ts
 * import { snsEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [{ Sns }] = snsEvent({ records: ["shipped"], subject: "Order" }).Records;
 * assertEquals([Sns.Subject, Sns.Message], ["Order", "shipped"]);
 * ```
 */
export function snsEvent(options: SnsEventOptions = {}): SnsEvent {
  const { records = [SAMPLE_ORDER], subject, topicName = "orders" } = options;
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:${topicName}`;
  const subscriptionArn = `${topicArn}:${toUuid(0xff)}`;
  const service = `https://sns.${REGION}.amazonaws.com`;
  const attributes = Object.entries(options.messageAttributes ?? {})
    .map(([name, Value]) => [name, { Type: "String", Value }]);
  return {
    Records: records.map((payload, index) => ({
      EventVersion: "1.0",
      EventSubscriptionArn: subscriptionArn,
      EventSource: "aws:sns",
      Sns: {
        Type: "Notification",
        MessageId: toUuid(index),
        TopicArn: topicArn,
        ...(subject !== undefined && { Subject: subject }),
        Message: toText(payload),
        Timestamp: timeOf(options).toISOString(),
        SignatureVersion: "1",
        Signature: "dG91a29uLWxhbWJkYTogbm8gc2lnbmF0dXJl",
        SigningCertUrl:
          `${service}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`,
        UnsubscribeUrl:
          `${service}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
        MessageAttributes: Object.fromEntries(attributes),
      },
    })),
  };
}
