// Copyright 2026 the Toukon Lambda authors. MIT license.

// The rules of CloudWatch: it drops what breaks them, and only a metric of its
// own tells that it did.

import { showFound } from "../show_found.ts";
import { UNITS } from "./units.ts";

/** How many dimensions a metric has at most. */
const MAX_DIMENSIONS = 30;
const MAX_NAME_LENGTH = 255;
const MAX_DIMENSION_VALUE_LENGTH = 1_024;
/** The greatest value that CloudWatch stores, positive or negative. */
const MAX_VALUE = 2 ** 360;

/** The members that every document has. */
const RESERVED: ReadonlySet<string> = new Set([
  "_aws",
  "timestamp",
  "level",
  "requestId",
  "tenantId",
  "traceId",
]);

/** Refuses a namespace that CloudWatch would. */
export function checkNamespace(namespace: unknown): void {
  const isName = typeof namespace === "string" &&
    /^[A-Za-z0-9._\-/#: ]{1,255}$/.test(namespace) && /\S/.test(namespace);
  if (!isName) {
    throw invalid(
      "use the namespace",
      "1 to 255 letters, digits, spaces and . - _ / # :",
      namespace,
    );
  }
  if (namespace.startsWith(":") || namespace.startsWith("AWS/")) {
    throw invalid(
      "use the namespace",
      'one that does not begin with ":" or "AWS/"',
      namespace,
    );
  }
}

/** Refuses the name of a metric that CloudWatch would. */
export function checkMetricName(name: unknown): void {
  const isName = typeof name === "string" && /\S/.test(name) &&
    name.length <= MAX_NAME_LENGTH && !hasControls(name);
  if (!isName) {
    throw invalid(
      "add a metric",
      "a name of 1 to 255 characters, not only spaces and no control character",
      name,
    );
  }
  refuseReserved("add a metric", name);
}

/** Refuses a value that CloudWatch would. */
export function checkValue(name: string, value: unknown): void {
  if (typeof value !== "number") {
    throw invalid(`add metric "${name}"`, "a number as value", value);
  }
  // Not a number is not within the limits either.
  if (!(Math.abs(value) <= MAX_VALUE)) {
    throw new RangeError(
      `Cannot add metric "${name}": expected a finite value from -2^360 to 2^360, found ${value}`,
    );
  }
}

/** Refuses a unit that CloudWatch does not know. */
export function checkUnit(name: string, unit: unknown): void {
  if (typeof unit === "string" && UNITS.has(unit)) return;
  throw invalid(
    `add metric "${name}"`,
    `a unit of ${[...UNITS].join(", ")}`,
    unit,
  );
}

/** Refuses a resolution that CloudWatch does not have. */
export function checkResolution(name: string, seconds: unknown): void {
  if (seconds === 1 || seconds === 60) return;
  throw new RangeError(
    `Cannot add metric "${name}": expected a resolution of 1 or 60 seconds, found ${
      showFound(seconds)
    }`,
  );
}

/** Refuses dimensions that CloudWatch would, for what they are or their number. */
export function checkDimensions(dimensions: Record<string, string>): void {
  const names = Object.keys(dimensions);
  if (names.length > MAX_DIMENSIONS) {
    throw new RangeError(
      `Cannot use dimensions: expected at most ${MAX_DIMENSIONS} of a metric, found ${names.length}`,
    );
  }
  for (const name of names) checkDimension(name, dimensions[name]);
}

function checkDimension(name: string, value: unknown): void {
  const isName = isVisibleAscii(name, MAX_NAME_LENGTH) && !name.startsWith(":");
  if (!isName) {
    throw invalid(
      "use a dimension",
      'a name of 1 to 255 characters of ASCII that are no controls and not only spaces, and that does not begin with ":"',
      name,
    );
  }
  refuseReserved("use a dimension", name);
  if (isVisibleAscii(value, MAX_DIMENSION_VALUE_LENGTH)) return;
  throw invalid(
    `use dimension "${name}"`,
    "a value of 1 to 1,024 characters of ASCII that are no controls and not only spaces",
    value,
  );
}

/** Refuses the name of a property that would take the place of a member. */
export function checkPropertyName(name: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw invalid("add a property", "a name that is not empty", name);
  }
  refuseReserved("add a property", name);
}

function refuseReserved(what: string, name: string): void {
  if (!RESERVED.has(name)) return;
  throw new TypeError(
    `Cannot ${what} named "${name}": every document has a member of that name. Expected another one`,
  );
}

function isVisibleAscii(value: unknown, maxLength: number): boolean {
  return typeof value === "string" && value.length <= maxLength &&
    /^[\x20-\x7e]+$/.test(value) && /\S/.test(value);
}

function hasControls(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\x00-\x1f\x7f-\x9f]/.test(name);
}

function invalid(what: string, expected: string, found: unknown): TypeError {
  return new TypeError(
    `Cannot ${what}: expected ${expected}, found ${showFound(found)}`,
  );
}
