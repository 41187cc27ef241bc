// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BatchError, type BatchItemFailure } from "./batch_types.ts";
import type { Batch, Item } from "./read_batch.ts";

/** Names a record without its data. */
export function describeItem({ identifier, record }: Item): string {
  if (typeof identifier !== "string") {
    return `the record ${identifier.offset} of "${identifier.partition}"`;
  }
  return "eventSourceARN" in record
    ? `the record "${identifier}" of "${record.eventSourceARN}"`
    : `the record "${identifier}"`;
}

/** Gives the records to retry: in a stream, all from the first failure on. */
export function findFailed({ items, holdBack }: Batch): readonly Item[] {
  if (holdBack !== "later") {
    return items.filter(({ state }) => state !== "succeeded");
  }
  const first = items.findIndex(({ state }) => state !== "succeeded");
  return first === -1 ? [] : items.slice(first);
}

/** Whether a record was processed. */
export function hasSuccess({ items }: Batch): boolean {
  return items.some(({ state }) => state === "succeeded");
}

/** Lists each identifier once: a batch may hold a record twice. */
export function createFailures(failed: readonly Item[]): BatchItemFailure[] {
  const identifiers = new Map(
    failed.map(({ identifier }) => [JSON.stringify(identifier), identifier]),
  );
  return Array.from(
    identifiers.values(),
    (itemIdentifier) => ({ itemIdentifier }),
  );
}

/** Makes the error of a batch that fails as a whole. */
export function createBatchError(
  { items }: Batch,
  errors: unknown[],
): BatchError {
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
