// Copyright 2026 the Toukon Lambda authors. MIT license.

import { show } from "./format.ts";

/**
 * How many values, and characters of strings, are written of one value. A graph
 * whose objects refer to each other would never end otherwise, and more would
 * not fit into a record by far.
 */
const MAX_SIZE = 16 * 1024 * 1024;
/** How much a value counts beside its characters. */
const SIZE_OF_VALUE = 64;
/** What is left of the size while a value is written. */
let sizeLeft = 0;

/** Writes any value as JSON on one line, and never throws. */
export function toJson(value: unknown): string {
  return toOneLine(toRawJson(value));
}

/**
 * Writes any value as JSON, and never throws. What it gives is for a line of
 * which {@linkcode toOneLine} is made.
 */
export function toRawJson(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean" || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  // A toJSON() that logs would take from the size of the value that has it.
  const sizeLeftBefore = sizeLeft;
  try {
    return stringify(value) ?? JSON.stringify(show(value));
  } catch {
    return '"[a value that cannot be shown]"';
  } finally {
    sizeLeft = sizeLeftBefore;
  }
}

function stringify(value: unknown): string | undefined {
  sizeLeft = MAX_SIZE;
  try {
    return JSON.stringify(value, replace);
  } catch {
    sizeLeft = MAX_SIZE;
    return JSON.stringify(copy(value, []));
  }
}

/** Counts a value, and says whether there is no room for it. */
function isTooMuch(value: unknown): boolean {
  sizeLeft -= SIZE_OF_VALUE;
  if (typeof value === "string") sizeLeft -= value.length;
  return sizeLeft < 0;
}

/** The members that AWS's Node.js runtime logs of an error, and its own. */
export function toErrorFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    errorType: error.name,
    errorMessage: error.message,
    stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
    ...error,
  };
  if (error.cause !== undefined) fields.cause = error.cause;
  if (error instanceof AggregateError) fields.errors = error.errors;
  return fields;
}

/** Replacer for `JSON.stringify()`. */
function replace(
  this: Record<string, unknown>,
  key: string,
  value: unknown,
): unknown {
  // Copied then, which ends.
  if (isTooMuch(value)) throw new RangeError("too many values");
  const original = this[key];
  // The engine has turned an invalid date to null by now.
  if (value === null && original instanceof Date) return "Invalid Date";
  return toPlain(value);
}

/** Gives what JSON can hold for what it would leave out, empty or refuse. */
function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "function":
    case "symbol":
      return show(value);
    case "object":
      return value === null ? null : toPlainObject(value);
    default:
      return value;
  }
}

function toPlainObject(value: object): unknown {
  if (Array.isArray(value)) return value;
  if (value instanceof Error) return toErrorFields(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Map) {
    const hasNames = value.keys().every((key) => typeof key === "string");
    return hasNames ? Object.fromEntries(value) : [...value];
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as Uint8Array);
  }
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype;
  // Such as a RegExp or Headers, which have nothing that JSON shows.
  return isPlain || Object.keys(value).length > 0 ? value : show(value);
}

/**
 * How deep a value is copied. Near the end of the stack, Deno.inspect() would
 * end the process.
 */
const MAX_DEPTH = 1_000;

/** Copies a value member by member, for cycles and getters that throw. */
function copy(value: unknown, ancestors: unknown[]): unknown {
  if (isTooMuch(value)) return "[one of too many values]";
  try {
    const plain = toPlain(callToJson(value));
    if (typeof plain !== "object" || plain === null) return plain;
    if (ancestors.includes(value)) return "[Circular]";
    if (ancestors.length === MAX_DEPTH) return "[nested too deeply]";
    const within = [...ancestors, value];
    if (Array.isArray(plain)) return plain.map((item) => copy(item, within));
    return Object.fromEntries(
      Object.keys(plain).map((key) => [key, copyMember(plain, key, within)]),
    );
  } catch {
    return show(value);
  }
}

function copyMember(
  object: object,
  key: string,
  ancestors: unknown[],
): unknown {
  try {
    return copy((object as Record<string, unknown>)[key], ancestors);
  } catch {
    return "[a getter that throws]";
  }
}

function callToJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return value;
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    return "Invalid Date";
  }
  return toJSON.call(value);
}

/**
 * Replaces lone surrogates, which the engine escapes and many readers refuse,
 * and escapes what some readers, and terminals, take for control characters.
 */
export function toOneLine(json: string): string {
  const escaped = /[\x7f-\x9f\u2028\u2029]/.test(json)
    ? json.replace(/[\x7f-\x9f\u2028\u2029]/g, toEscape)
    : json;
  if (!escaped.includes("\\ud")) return escaped;
  return escaped.replace(
    /\\(ud[89a-f][0-9a-f]{2}|.)/g,
    (escape, kind) => kind.length > 1 ? "\ufffd" : escape,
  );
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
