// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Whether a value is an object with named members, which an array is not. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
