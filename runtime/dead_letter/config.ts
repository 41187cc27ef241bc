// Copyright 2026 the Toukon Lambda authors. MIT license.

import { invalidConfig } from "../failure/errors.ts";
import { unknownKey } from "../failure/nearest.ts";
import { isRecord } from "../is_record.ts";

/** The `lambda.deadLetter` key of deno.json. */
export interface DeadLetterConfig {
  /** The URL of the SQS queue that takes dead letters. */
  readonly queueUrl?: string;
  /** The ARN of the SNS topic that takes dead letters. */
  readonly topicArn?: string;
  /**
   * Where requests go instead of the service's own address, such as a VPC
   * endpoint or a local stand-in.
   *
   * @default {undefined}
   */
  readonly endpoint?: string;
}

const KEY = "lambda.deadLetter";
const MEMBERS = ["queueUrl", "topicArn", "endpoint"];
const TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/;

/**
 * Checks the value of the `lambda.deadLetter` key.
 *
 * @param value The value in deno.json.
 * @returns The same value, with its type.
 * @throws {RuntimeError} `Runtime.InvalidConfig` if the value is not usable,
 * naming the key and the value found.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { assertThrows } from "@std/assert/throws";
 *
 * const config = parseDeadLetterConfig({
 *   topicArn: "arn:aws:sns:eu-west-1:123456789012:failed",
 * });
 * assertEquals(config.topicArn, "arn:aws:sns:eu-west-1:123456789012:failed");
 *
 * assertThrows(
 *   () => parseDeadLetterConfig({ queueUrl: "failed" }),
 *   Error,
 *   `Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found "failed"`,
 * );
 * ```
 */
export function parseDeadLetterConfig(value: unknown): DeadLetterConfig {
  if (!isRecord(value)) {
    throw invalidConfig(
      KEY,
      `expected an object with queueUrl or topicArn, found ${
        JSON.stringify(value)
      }`,
    );
  }
  const unknown = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw unknownKey(`${KEY}.`, unknown, MEMBERS);
  const { queueUrl, topicArn, endpoint } = value;
  if ((queueUrl === undefined) === (topicArn === undefined)) {
    throw invalidConfig(
      KEY,
      `expected either queueUrl or topicArn, found ${
        queueUrl === undefined ? "neither" : "both"
      }`,
    );
  }
  if (queueUrl !== undefined) {
    check("queueUrl", queueUrl, isQueueUrl, "the http or https URL of a queue");
  }
  if (topicArn !== undefined) {
    check("topicArn", topicArn, isTopicArn, "the ARN of an SNS topic");
  }
  if (endpoint !== undefined) {
    check(
      "endpoint",
      endpoint,
      isOrigin,
      "an http or https URL without a path",
    );
  }
  return value;
}

function check(
  name: string,
  value: unknown,
  isValid: (text: string) => boolean,
  expected: string,
): void {
  if (typeof value === "string" && isValid(value)) return;
  throw invalidConfig(
    `${KEY}.${name}`,
    `expected ${expected}, found ${JSON.stringify(value)}`,
  );
}

function isQueueUrl(text: string): boolean {
  const url = parseHttpUrl(text);
  return url !== null && /[^/]$/.test(url.pathname);
}

function isTopicArn(text: string): boolean {
  return TOPIC_ARN.test(text);
}

function isOrigin(text: string): boolean {
  const url = parseHttpUrl(text);
  return url !== null && url.href === url.origin + "/";
}

function parseHttpUrl(text: string): URL | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
