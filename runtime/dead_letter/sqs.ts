// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import type { Message, Refusal, Target, TargetOptions } from "./target.ts";

// sqs.REGION.amazonaws.com, its FIPS, dual-stack and VPC endpoint forms, and
// the older REGION.queue.amazonaws.com.
const REGION_IN_HOST =
  /(?:^|\.)(?:sqs|sqs-fips)\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws|api)\.|^([a-z0-9-]+)\.queue\.amazonaws\./;

/**
 * Makes a target of an SQS queue, with `SendMessage` of the JSON protocol.
 *
 * @param queueUrl The queue's URL.
 * @param options Where the request goes, and the environment.
 * @returns The queue as a target.
 * @throws {RuntimeError} `Runtime.InvalidConfig` if neither the URL nor the
 * environment names the region.
 *
 * @see {@link https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const target = createSqsTarget(
 *   "https://sqs.eu-west-1.amazonaws.com/123456789012/failed",
 *   { env: () => undefined },
 * );
 * assertEquals(target.region, "eu-west-1");
 * assertEquals(target.url.href, "https://sqs.eu-west-1.amazonaws.com/");
 * ```
 */
export function createSqsTarget(
  queueUrl: string,
  { endpoint, env }: TargetOptions,
): Target {
  const { hostname, origin, pathname } = new URL(queueUrl);
  const match = REGION_IN_HOST.exec(hostname);
  const region = match?.[1] ?? match?.[2] ?? env("AWS_REGION") ??
    env("AWS_DEFAULT_REGION");
  if (!region) {
    throw new RuntimeError(
      "Runtime.InvalidConfig",
      `Cannot find the region of lambda.deadLetter.queueUrl: "${queueUrl}" does not name it, and AWS_REGION is not set`,
    );
  }
  const isFifo = pathname.endsWith(".fifo");
  return {
    name: queueUrl,
    url: new URL("/", endpoint ?? origin),
    service: "sqs",
    region,
    maxMessageBytes: 1_048_576,
    encode: (message) => ({
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      body: encodeSendMessage(message, queueUrl, isFifo),
    }),
    readRefusal,
  };
}

function encodeSendMessage(
  { body, attributes, fifoId }: Message,
  queueUrl: string,
  isFifo: boolean,
): string {
  return JSON.stringify({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageAttributes: Object.fromEntries(
      attributes.map(({ name, type, value }) => [
        name,
        { DataType: type, StringValue: value },
      ]),
    ),
    ...isFifo && { MessageGroupId: fifoId, MessageDeduplicationId: fifoId },
  });
}

function readRefusal(text: string): Refusal {
  try {
    const answer = JSON.parse(text);
    return {
      code: String(answer?.__type ?? "").replace(/^.*#/, ""),
      message: String(answer?.message ?? answer?.Message ?? ""),
    };
  } catch {
    // A proxy on the way to SQS may refuse the request, and not in JSON.
    return { code: "", message: "" };
  }
}
