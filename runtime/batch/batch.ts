// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Handler } from "../handler/behaviour.ts";
import type { Context } from "../handler/context.ts";
import {
  type Batch,
  type Item,
  type ItemIdentifier,
  readBatch,
} from "./read_batch.ts";
import type { BatchRecord } from "./records.ts";
import { runBatch } from "./run.ts";

/**
 * Processes one record of a batch. The record has failed when the function
 * throws or rejects; what it returns does not matter.
 *
 * @typeParam R The type of the records.
 */
export type RecordHandler<R extends BatchRecord = BatchRecord> = (
  record: R,
  context: Context,
) => unknown;

/**
 * Options for {@linkcode batch}.
 *
 * @typeParam R The type of the records.
 */
export interface BatchOptions<R extends BatchRecord = BatchRecord> {
  /**
   * How many records are processed at once. Records whose order matters wait
   * for each other all the same.
   *
   * @default {10}
   */
  readonly concurrency?: number;
  /**
   * How long before the deadline records that are still running or waiting
   * count as failed, in milliseconds.
   *
   * @default {500}
   */
  readonly marginMs?: number;
  /**
   * Whether a batch without a record that succeeded throws a
   * {@linkcode BatchError}, so that Lambda counts and reports an error.
   *
   * @default {true}
   */
  readonly throwWhenAllFail?: boolean;
  /**
   * Which messages of an SQS FIFO queue are not started after one has failed:
   * the rest of its message group, or all.
   *
   * @default {"group"}
   */
  readonly fifoFailure?: "group" | "batch";
  /**
   * Which records of Kinesis and DynamoDB Streams are processed in their order:
   * all of a shard, or those with the same partition key or primary key.
   *
   * @default {"shard"}
   */
  readonly streamOrder?: "shard" | "key";
  /**
   * Whether the failed records of Kafka are reported one by one. Only for event
   * source mappings in provisioned mode with `ReportBatchItemFailures`: without
   * it, Lambda would take the report for a success.
   *
   * @default {false}
   */
  readonly kafkaPartialResponse?: boolean;
  /**
   * Called for each record that fails, or still runs near the deadline. An
   * error that it throws is logged.
   *
   * @default {console.error with the record's identifier and the error}
   */
  readonly onError?: (error: unknown, record: R, context: Context) => unknown;
}

/** Tells Lambda of one failed record. */
export interface BatchItemFailure {
  /** Identifies the record. */
  readonly itemIdentifier: ItemIdentifier;
}

/**
 * The reply that tells Lambda which records have failed.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html}
 */
export interface BatchResponse {
  /** The records that Lambda is to retry; all others are done. */
  readonly batchItemFailures: BatchItemFailure[];
}

/**
 * The batch as a whole has failed, and is retried as a whole. `errors` has the
 * errors of its records.
 *
 * @example Usage
 * ```ts
 * import { BatchError } from "@toukon/lambda/batch";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const error = new BatchError([new Error("No such order")], "All failed");
 * assertEquals(error.name, "BatchError");
 * assertEquals(error.errors.length, 1);
 * ```
 */
export class BatchError extends AggregateError {
  /** The name of the error. */
  override name = "BatchError";
}

/**
 * Makes a handler of a function that processes one record, for SQS, Kinesis,
 * DynamoDB Streams and Kafka.
 *
 * The event source mapping must list `ReportBatchItemFailures`: without it
 * Lambda takes every answer for a success, and failed records are lost. With
 * Kafka, any failure throws, unless `kafkaPartialResponse` is set.
 *
 * @typeParam R The type of the records.
 * @param handler Processes one record.
 * @param options How the batch is processed.
 * @returns A handler that answers with the records that failed.
 * @throws {RangeError} If `concurrency` or `marginMs` is out of range.
 *
 * @example SQS
 * ```ts
 * import { batch, type SqsRecord } from "@toukon/lambda/batch";
 *
 * export const handleEvent = batch((record: SqsRecord) => {
 *   const order = JSON.parse(record.body);
 *   console.log("Order", order.id);
 * });
 * ```
 *
 * @example What Lambda is told
 * ```ts
 * import { batch, type SqsRecord } from "@toukon/lambda/batch";
 * import type { Context } from "@toukon/lambda";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const handleEvent = batch(({ body }: SqsRecord) => {
 *   JSON.parse(body);
 * }, { onError: () => {} });
 *
 * const event = {
 *   Records: [
 *     { messageId: "1", body: "{}", eventSource: "aws:sqs" },
 *     { messageId: "2", body: "no JSON", eventSource: "aws:sqs" },
 *   ],
 * };
 * const context = {
 *   signal: new AbortController().signal,
 *   getRemainingTimeInMillis: () => 3_000,
 * } as Context;
 * assertEquals(await handleEvent(event, context), {
 *   batchItemFailures: [{ itemIdentifier: "2" }],
 * });
 * ```
 */
export function batch<R extends BatchRecord = BatchRecord>(
  handler: RecordHandler<R>,
  options: BatchOptions<R> = {},
): Handler<unknown, BatchResponse> {
  const {
    concurrency = 10,
    marginMs = 500,
    throwWhenAllFail = true,
    fifoFailure = "group",
    streamOrder = "shard",
    kafkaPartialResponse = false,
    onError,
  } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Cannot make a batch handler: expected concurrency to be an integer of at least 1, found ${concurrency}`,
    );
  }
  if (!(marginMs >= 0)) {
    throw new RangeError(
      `Cannot make a batch handler: expected marginMs to be at least 0, found ${marginMs}`,
    );
  }

  return async (event, context) => {
    const parsed = readBatch(event, {
      fifoFailure,
      streamOrder,
      kafkaPartialResponse,
    });
    const errors = await runBatch(parsed, {
      concurrency,
      marginMs,
      context,
      process: ({ record }) => handler(record as R, context),
      report: (error, item) => reportError(error, item, context, onError),
    });

    const failed = findFailed(parsed);
    const hasToThrow = parsed.isKafka && !kafkaPartialResponse
      ? failed.length > 0
      : throwWhenAllFail && failed.length > 0 && !hasSuccess(parsed);
    if (hasToThrow) throw createBatchError(parsed, errors);
    return { batchItemFailures: createFailures(failed) };
  };
}

async function reportError<R extends BatchRecord>(
  error: unknown,
  item: Item,
  context: Context,
  onError: BatchOptions<R>["onError"],
): Promise<void> {
  if (!onError) {
    console.error(`Cannot process ${describeItem(item)}:`, error);
    return;
  }
  try {
    await onError(error, item.record as R, context);
  } catch (errorOfReport) {
    console.error(`Cannot report ${describeItem(item)}:`, errorOfReport);
  }
}

/** Names a record without its data. */
function describeItem({ identifier, record }: Item): string {
  if (typeof identifier !== "string") {
    return `the record ${identifier.offset} of "${identifier.partition}"`;
  }
  return "eventSourceARN" in record
    ? `the record "${identifier}" of "${record.eventSourceARN}"`
    : `the record "${identifier}"`;
}

/** Gives the records to retry: in a stream, all from the first failure on. */
function findFailed({ items, holdBack }: Batch): readonly Item[] {
  if (holdBack !== "later") {
    return items.filter(({ state }) => state !== "succeeded");
  }
  const first = items.findIndex(({ state }) => state !== "succeeded");
  return first === -1 ? [] : items.slice(first);
}

function hasSuccess({ items }: Batch): boolean {
  return items.some(({ state }) => state === "succeeded");
}

/** Lists each identifier once: a batch may hold a record twice. */
function createFailures(failed: readonly Item[]): BatchItemFailure[] {
  const identifiers = new Map(
    failed.map(({ identifier }) => [JSON.stringify(identifier), identifier]),
  );
  return Array.from(
    identifiers.values(),
    (itemIdentifier) => ({ itemIdentifier }),
  );
}

function createBatchError({ items }: Batch, errors: unknown[]): BatchError {
  const succeeded = items.filter(({ state }) => state === "succeeded").length;
  const notStarted = items.filter(({ state }) => state === "waiting").length;
  return new BatchError(
    errors,
    `Cannot process the batch of ${items.length} records: ${succeeded} succeeded, ${errors.length} failed, ${notStarted} were not started${
      errors.length === 0 ? " in the time that was left" : ""
    }`,
    { cause: errors[0] },
  );
}
