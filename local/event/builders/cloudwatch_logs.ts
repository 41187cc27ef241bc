// Copyright 2026 the Toukon Lambda authors. MIT license.

import { ACCOUNT_ID, type EventOptions, timeOf } from "./facts.ts";
import { gzip } from "./node.ts";

/** Options for {@linkcode cloudWatchLogsEvent}. */
export interface CloudWatchLogsEventOptions extends EventOptions {
  /**
   * The messages, one log event each.
   *
   * @default {one line of a function}
   */
  records?: readonly string[];
  /**
   * The name of the log group.
   *
   * @default {"/aws/lambda/orders"}
   */
  logGroup?: string;
}

/** Log events, as a subscription filter passes them on. */
export interface CloudWatchLogsEvent {
  /** The log events as JSON, compressed by gzip, in Base64. */
  awslogs: { data: string };
}

/**
 * Makes the event of a subscription filter of CloudWatch Logs.
 *
 * @param options The messages.
 * @returns The event.
 *
 * @example Usage
 * ```ts
 * import { cloudWatchLogsEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { awslogs } = cloudWatchLogsEvent({ records: ["started"] });
 * const zipped = new Blob([Uint8Array.fromBase64(awslogs.data)]).stream();
 * const stream = zipped.pipeThrough(new DecompressionStream("gzip"));
 * const { logEvents } = await new Response(stream).json();
 * assertEquals(logEvents[0].message, "started");
 * ```
 */
export function cloudWatchLogsEvent(
  options: CloudWatchLogsEventOptions = {},
): CloudWatchLogsEvent {
  const timestamp = timeOf(options).getTime();
  const {
    records = [
      `${timeOf(options).toISOString()}\tA-1001\tERROR\tNo such order`,
    ],
    logGroup = "/aws/lambda/orders",
  } = options;
  const data = {
    messageType: "DATA_MESSAGE",
    owner: ACCOUNT_ID,
    logGroup,
    logStream: "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
    subscriptionFilters: ["errors-to-lambda"],
    logEvents: records.map((message, index) => ({
      id: String(
        39_420_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000n +
          BigInt(index),
      ),
      timestamp: timestamp + index,
      message,
    })),
  };
  return { awslogs: { data: gzip(JSON.stringify(data)).toBase64() } };
}
