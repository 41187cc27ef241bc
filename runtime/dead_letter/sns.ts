// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import type { Message, Refusal, Target, TargetOptions } from "./target.ts";

const DOMAIN_OF_PARTITION: Record<string, string> = {
  "aws": "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

/**
 * Makes a target of an SNS topic, with `Publish` of the query protocol.
 *
 * @param topicArn The topic's ARN.
 * @param options Where the request goes.
 * @returns The topic as a target.
 * @throws {RuntimeError} `Runtime.InvalidConfig` if the address of the ARN's
 * partition is not known and no endpoint is given.
 *
 * @see {@link https://docs.aws.amazon.com/sns/latest/api/API_Publish.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const target = createSnsTarget(
 *   "arn:aws:sns:eu-west-1:123456789012:failed",
 *   { env: () => undefined },
 * );
 * assertEquals(target.region, "eu-west-1");
 * assertEquals(target.url.href, "https://sns.eu-west-1.amazonaws.com/");
 * ```
 */
export function createSnsTarget(
  topicArn: string,
  { endpoint }: TargetOptions,
): Target {
  const [, partition, , region] = topicArn.split(":");
  const domain = DOMAIN_OF_PARTITION[partition];
  if (!endpoint && !domain) {
    throw new RuntimeError(
      "Runtime.InvalidConfig",
      `Cannot find the address of lambda.deadLetter.topicArn: the partition "${partition}" is not known, so set lambda.deadLetter.endpoint`,
    );
  }
  const isFifo = topicArn.endsWith(".fifo");
  return {
    name: topicArn,
    url: new URL("/", endpoint ?? `https://sns.${region}.${domain}`),
    service: "sns",
    region,
    maxMessageBytes: 262_144,
    encode: (message) => ({
      headers: {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body: encodePublish(message, topicArn, isFifo),
    }),
    readRefusal,
  };
}

function encodePublish(
  { body, attributes, fifoId }: Message,
  topicArn: string,
  isFifo: boolean,
): string {
  const form = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: topicArn,
    Message: body,
  });
  attributes.forEach(({ name, type, value }, index) => {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, type);
    form.set(`${entry}.Value.StringValue`, value);
  });
  if (isFifo) {
    form.set("MessageGroupId", fifoId);
    form.set("MessageDeduplicationId", fifoId);
  }
  return form.toString();
}

function readRefusal(text: string): Refusal {
  return {
    code: /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? "",
    message: /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? "",
  };
}
