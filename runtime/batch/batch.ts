// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Handler } from "../handler/behaviour.ts";
import type { Context } from "../handler/context.ts";
import { type Item, readBatch } from "./read_batch.ts";
import type {
  BatchItemFailure,
  BatchOptions,
  BatchResponse,
  RecordHandler,
  WindowBatchOptions,
  WindowBatchResponse,
} from "./batch_types.ts";
import {
  createBatchError,
  createFailures,
  describeItem,
  findFailed,
  hasSuccess,
} from "./failed_items.ts";
import type { BatchRecord } from "./records.ts";
import { runBatch } from "./run.ts";
import {
  readWindow,
  requireWindow,
  stateOf,
  type WindowRecordHandler,
} from "./window.ts";

/**
 * Makes a handler that brings the records of a tumbling window together, for
 * Kinesis and DynamoDB Streams.
 *
 * The event source mapping must have `TumblingWindowInSeconds`, and list
 * `ReportBatchItemFailures`.
 *
 * @typeParam R The type of the records.
 * @typeParam State The type of the state: an object that JSON can carry.
 * @param handler Processes one record and gives the new state.
 * @param options How the window begins and ends.
 * @returns A handler that answers with the state and the records that failed.
 * @throws {RangeError} If `marginMs` is out of range.
 *
 * @example Usage
 * ```ts
 * import { batch, type KinesisRecord } from "@toukon/lambda/batch";
 * import type { Context } from "@toukon/lambda";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const results: number[] = [];
 * const handleEvent = batch(
 *   (_record: KinesisRecord, _context, { count }) => ({ count: count + 1 }),
 *   {
 *     window: {
 *       initialState: () => ({ count: 0 }),
 *       finish: ({ count }) => {
 *         results.push(count);
 *       },
 *     },
 *   },
 * );
 *
 * const window = { start: "2026-01-02T03:04:00Z", end: "2026-01-02T03:06:00Z" };
 * const context = {
 *   signal: new AbortController().signal,
 *   getRemainingTimeInMillis: () => 3_000,
 * } as Context;
 * const record = {
 *   eventSource: "aws:kinesis",
 *   kinesis: { sequenceNumber: "1" },
 * };
 * const { state } = await handleEvent(
 *   { Records: [record], window, state: {}, isFinalInvokeForWindow: false },
 *   context,
 * );
 * assertEquals(state, { count: 1 });
 *
 * await handleEvent(
 *   { Records: [], window, state, isFinalInvokeForWindow: true },
 *   context,
 * );
 * assertEquals(results, [1]);
 * ```
 */
export function batch<R extends BatchRecord, State extends object>(
  handler: WindowRecordHandler<R, State>,
  options: WindowBatchOptions<R, State>,
): Handler<unknown, WindowBatchResponse<State>>;
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
  options?: BatchOptions<R>,
): Handler<unknown, BatchResponse>;
export function batch<R extends BatchRecord, State extends object>(
  handler: RecordHandler<R> | WindowRecordHandler<R, State>,
  options: BatchOptions<R> | WindowBatchOptions<R, State> = {},
): Handler<unknown, BatchResponse> {
  return "window" in options
    ? handleWindow(handler as WindowRecordHandler<R, State>, options)
    : handleBatch(handler as RecordHandler<R>, options);
}

function handleBatch<R extends BatchRecord>(
  handler: RecordHandler<R>,
  options: BatchOptions<R>,
): Handler<unknown, BatchResponse> {
  const settings = readOptions(options);
  return async (event, context) => {
    const batchItemFailures = await processBatch(event, context, settings, {
      process: (record) => handler(record, context),
    });
    const call = readWindow(event);
    return call
      // Lambda takes an answer without the state for a failed invocation.
      ? { batchItemFailures, state: call.state }
      : { batchItemFailures };
  };
}

function handleWindow<R extends BatchRecord, State extends object>(
  handler: WindowRecordHandler<R, State>,
  { window, marginMs, throwWhenAllFail, onError }: WindowBatchOptions<R, State>,
): Handler<unknown, WindowBatchResponse<State>> {
  const settings = readOptions({ marginMs, throwWhenAllFail, onError });
  return async (event, context) => {
    const call = requireWindow(event);
    let state = stateOf(call, window);
    const batchItemFailures = await processBatch(event, context, settings, {
      process: (record) => handler(record, context, state),
      succeed: (result) => state = result as State | undefined ?? state,
    });
    if (call.isLast && batchItemFailures.length === 0) {
      await window.finish(state, call.window, context);
    }
    return { state, batchItemFailures };
  };
}

/** The options of a batch, each with a value. */
type Settings<R extends BatchRecord> =
  & Required<Omit<BatchOptions<R>, "onError">>
  & Pick<BatchOptions<R>, "onError">;

function readOptions<R extends BatchRecord>(
  {
    concurrency = 10,
    marginMs = 500,
    throwWhenAllFail = true,
    fifoFailure = "group",
    streamOrder = "shard",
    kafkaPartialResponse = false,
    onError,
  }: BatchOptions<R>,
): Settings<R> {
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
  return {
    concurrency,
    marginMs,
    throwWhenAllFail,
    fifoFailure,
    streamOrder,
    kafkaPartialResponse,
    onError,
  };
}

/** How one record is processed. */
interface Processing<R extends BatchRecord> {
  process(record: R): unknown;
  /** Takes what `process` has given for a record that has not failed. */
  succeed?(result: unknown): void;
}

/** Processes a batch and gives its failures, or throws where it has to. */
async function processBatch<R extends BatchRecord>(
  event: unknown,
  context: Context,
  settings: Settings<R>,
  { process, succeed }: Processing<R>,
): Promise<BatchItemFailure[]> {
  const { concurrency, marginMs, kafkaPartialResponse, onError } = settings;
  const parsed = readBatch(event, settings);
  const errors = await runBatch(parsed, {
    concurrency,
    marginMs,
    context,
    process: ({ record }) => process(record as R),
    succeed,
    report: (error, item) => reportError(error, item, context, onError),
  });

  const failed = findFailed(parsed);
  const hasToThrow = parsed.isKafka && !kafkaPartialResponse
    ? failed.length > 0
    : settings.throwWhenAllFail && failed.length > 0 && !hasSuccess(parsed);
  if (hasToThrow) throw createBatchError(parsed, errors);
  return createFailures(failed);
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
