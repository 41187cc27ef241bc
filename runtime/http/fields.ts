// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../is_record.ts";

/** Whether a field is there: gateways write `null` for what is not. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * A field of an event that is an object where it is there at all.
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
