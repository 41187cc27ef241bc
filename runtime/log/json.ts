// Copyright 2026 the Toukon Lambda authors. MIT license.

import { show } from "./format.ts";

/** Writes any value as JSON, and never throws. */
export function toJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value, replace);
  } catch {
    json = JSON.stringify(copy(value, []));
  }
  return toWellFormed(json ?? JSON.stringify(show(value)));
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

/** Lone surrogates are escaped by the engine, and refused by many readers. */
function toWellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(
    /\\(ud[89a-f][0-9a-f]{2}|.)/g,
    (escape, kind) => kind.length > 1 ? "\ufffd" : escape,
  );
}
