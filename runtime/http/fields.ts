// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../is_record.ts";

/** Whether an event has a field. Gateways write `null` for one that it lacks. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * Gives a field of an event that must be an object if the event has it.
 *
 * @throws {TypeError} If it is something else.
 */
export function optionalRecord(
  value: unknown,
  field: string,
): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (isRecord(value)) return value;
  throw new TypeError(
    `Cannot read the event: "${field}" must be an object, found ${
      Array.isArray(value) ? "array" : typeof value
    }`,
  );
}
