// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "./equals.ts";

/**
 * Throws unless `actual` has all that `expected` has, deeply. Arrays match
 * when they begin with what is expected; classes are not compared.
 */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(pick(actual, expected, []), pick(expected, expected, []), msg);
}

/** A pair that was met before, and what was picked for it. */
type Seen = [actual: unknown, expected: unknown, picked: unknown];

/** The part of `actual` that `expected` speaks of. */
function pick(actual: unknown, expected: unknown, seen: Seen[]): unknown {
  if (!isOpen(actual) || !isOpen(expected)) return actual;
  const known = seen.find(([a, b]) => a === actual && b === expected);
  if (known) return known[2];
  if (Array.isArray(actual) && Array.isArray(expected)) {
    const picked: unknown[] = [];
    seen.push([actual, expected, picked]);
    for (const [index, value] of actual.slice(0, expected.length).entries()) {
      picked.push(pick(value, expected[index], seen));
    }
    return picked;
  }
  if (actual instanceof Set && expected instanceof Set) {
    return actual.intersection(expected);
  }
  if (actual instanceof Map && expected instanceof Map) {
    const picked = new Map();
    seen.push([actual, expected, picked]);
    for (const [key, value] of actual) {
      if (expected.has(key)) {
        picked.set(key, pick(value, expected.get(key), seen));
      }
    }
    return picked;
  }
  const picked: Record<PropertyKey, unknown> = {};
  seen.push([actual, expected, picked]);
  for (const key of Reflect.ownKeys(expected)) {
    if (Object.hasOwn(actual, key)) {
      picked[key] = pick(actual[key], expected[key], seen);
    }
  }
  return picked;
}

/** Whether a value is compared by its parts; dates and patterns are not. */
function isOpen(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null &&
    !(value instanceof Date) && !(value instanceof RegExp);
}
