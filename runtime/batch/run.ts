// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../handler/context.ts";
import { toDelayMs } from "../handler/deadline_timer.ts";
import type { Batch, Item } from "./read_batch.ts";

/** Options for {@linkcode runBatch}. */
export interface RunBatchOptions {
  /** How many lanes are processed at once. */
  readonly concurrency: number;
  /** The time that is left at the end of the work, in milliseconds. */
  readonly marginMs: number;
  /** The context of the invocation. */
  readonly context: Context;
  /** Processes one record. */
  process(item: Item): unknown;
  /** Reports that a record has failed. */
  report(error: unknown, item: Item): unknown;
}

/**
 * Processes a batch until it is done or the deadline is near. Each item has the
 * outcome in its state afterwards.
 *
 * @param batch The batch.
 * @param options How it is processed.
 * @returns The errors of the records that failed.
 *
 * @example Usage
 * ```ts
 * import { readBatch } from "./read_batch.ts";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = { Records: [{ eventSource: "aws:sqs", messageId: "1" }] };
 * const batch = readBatch(event, {
 *   fifoFailure: "group",
 *   streamOrder: "shard",
 *   kafkaPartialResponse: false,
 * });
 * const errors = await runBatch(batch, {
 *   concurrency: 10,
 *   marginMs: 500,
 *   context: {
 *     signal: new AbortController().signal,
 *     getRemainingTimeInMillis: () => 3_000,
 *   } as RunBatchOptions["context"],
 *   process: () => {},
 *   report: () => {},
 * });
 * assertEquals(errors, []);
 * assertEquals(batch.items[0].state, "succeeded");
 * ```
 */
export async function runBatch(
  batch: Batch,
  { concurrency, marginMs, context, process, report }: RunBatchOptions,
): Promise<unknown[]> {
  const { items, holdBack } = batch;
  const errors: unknown[] = [];
  let startBefore = items.length;
  let isOver = false;

  const isLate = () =>
    context.signal.aborted || context.getRemainingTimeInMillis() <= marginMs;

  const fail = (item: Item, error: unknown) => {
    item.state = "failed";
    errors.push(error);
    return report(error, item);
  };

  async function runLane(lane: Item[]): Promise<void> {
    for (const item of lane) {
      if (item.index >= startBefore || isOver || isLate()) return;
      item.state = "running";
      try {
        await process(item);
      } catch (error) {
        // Near the deadline, the record has been reported as failed already.
        if (isOver) return;
        if (holdBack === "all") startBefore = 0;
        if (holdBack === "later") {
          startBefore = Math.min(startBefore, item.index);
        }
        await fail(item, error);
        return;
      }
      if (isOver) return;
      item.state = "succeeded";
    }
  }

  // The workers share one iterator, so that each lane goes to one of them.
  const lanes = Map.groupBy(items, ({ lane }) => lane).values();
  async function work(): Promise<void> {
    for (const lane of lanes) await runLane(lane);
  }

  const late = Promise.withResolvers<void>();
  const onLate = () => late.resolve();
  const leftMs = context.getRemainingTimeInMillis() - marginMs;
  const timer = setTimeout(onLate, toDelayMs(leftMs));
  context.signal.addEventListener("abort", onLate);
  try {
    const workers = Array.from(
      { length: Math.min(concurrency, items.length) },
      work,
    );
    await Promise.race([Promise.all(workers), late.promise]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    context.signal.removeEventListener("abort", onLate);
  }

  for (const item of items) {
    if (item.state !== "running") continue;
    // The response cannot wait for the report.
    fail(
      item,
      new DOMException(
        `The record was still running ${marginMs} ms before the deadline`,
        "TimeoutError",
      ),
    );
  }
  return errors;
}
