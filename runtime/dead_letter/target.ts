// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ReadEnv } from "./credentials.ts";

/** An attribute of a message. */
export interface MessageAttribute {
  /** The attribute's name. */
  readonly name: string;
  /** The type that the service gives it. */
  readonly type: "String" | "Number";
  /** Its value, which must not be empty. */
  readonly value: string;
}

/** A message to SQS or SNS. */
export interface Message {
  /** The text of the message. */
  readonly body: string;
  /** The attributes, which are sent beside the body. */
  readonly attributes: readonly MessageAttribute[];
  /** Groups and deduplicates messages on FIFO queues and topics. */
  readonly fifoId: string;
}

/** Why a service refused a request. */
export interface Refusal {
  /** The error code of the service; empty when the answer has none. */
  readonly code: string;
  /** The error message of the service; empty when the answer has none. */
  readonly message: string;
}

/** A queue or a topic that takes messages over HTTP. */
export interface Target {
  /** The queue's URL or the topic's ARN, as it is configured. */
  readonly name: string;
  /** Where requests go. */
  readonly url: URL;
  /** The service's name in signatures. */
  readonly service: string;
  /** The region of the service. */
  readonly region: string;
  /** The largest message that is taken, in bytes, attributes included. */
  readonly maxMessageBytes: number;
  /** Puts a message into the headers and the body of a POST request. */
  encode(
    message: Message,
  ): { headers: Record<string, string>; body: string };
  /** Reads the answer to a request that was refused. */
  readRefusal(text: string): Refusal;
}

/** Gives the host and the port, as a permission for the network names them. */
export function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
}

/** Options for creating a {@linkcode Target}. */
export interface TargetOptions {
  /**
   * Where requests go instead of the service's own address.
   *
   * @default {undefined}
   */
  readonly endpoint?: string;
  /** Reads one variable of the environment. */
  readonly env: ReadEnv;
}

/**
 * Counts the bytes of a message as a service does for its limit: those of the
 * body and of each attribute's name, type and value.
 *
 * @param message The message.
 * @returns The bytes, in UTF-8.
 *
 * @see {@link https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytes = countMessageBytes({
 *   body: "é",
 *   attributes: [{ name: "ErrorCode", type: "Number", value: "200" }],
 *   fifoId: "not counted",
 * });
 * assertEquals(bytes, 2 + 9 + 6 + 3);
 * ```
 */
export function countMessageBytes(message: Message): number {
  const encoder = new TextEncoder();
  return [
    message.body,
    ...message.attributes.flatMap(({ name, type, value }) => [
      name,
      type,
      value,
    ]),
  ].reduce((bytes, text) => bytes + encoder.encode(text).length, 0);
}
