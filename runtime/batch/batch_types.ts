// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../handler/context.ts";
import type { ItemIdentifier } from "./read_batch.ts";
import type { BatchRecord } from "./records.ts";
import type { WindowOptions } from "./window.ts";

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
  /** The state of the tumbling window; only where the event is of one. */
  readonly state?: object;
}

/**
 * Options for {@linkcode batch} with a tumbling window, whose records are always
 * processed in the order of the shard.
 *
 * @typeParam R The type of the records.
 * @typeParam State The type of the state.
 */
export interface WindowBatchOptions<
  R extends BatchRecord,
  State extends object,
> extends Pick<BatchOptions<R>, "marginMs" | "throwWhenAllFail" | "onError"> {
  /** What is done with the window. */
  readonly window: WindowOptions<State>;
}

/**
 * The reply that tells Lambda of the state of a tumbling window and of the
 * records that have failed.
 *
 * @typeParam State The type of the state.
 */
export interface WindowBatchResponse<State extends object>
  extends BatchResponse {
  /** What Lambda passes to the next call of the window. */
  readonly state: State;
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
