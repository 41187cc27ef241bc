// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import { showThrown } from "../failure/failure.ts";

/** The largest reply that Lambda takes, in bytes. */
const MAX_REPLY_BYTES = 6 * 1024 * 1024 + 100;

/** The media type of a streamed reply that begins with a prelude. */
export const PRELUDE_CONTENT_TYPE =
  "application/vnd.awslambda.http-integration-response";
/** The NUL bytes between the prelude and the body. */
export const PRELUDE_DELIMITER_BYTES = 8;
/** Says as good as nothing in text, HTML, JSON and server-sent events. */
export const LINE_FEED = 10;

/** The reply that is sent of a value that a handler returned. */
export interface Reply {
  /** The bytes, or text that is sent as UTF-8. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The media type of {@linkcode Reply.body}. */
  readonly contentType: string;
}

/**
 * Makes the reply from what a handler returned: bytes stay bytes, `undefined`
 * is `null`, anything else is JSON.
 *
 * @throws {RuntimeError} `Runtime.MarshalError` if JSON cannot carry the value,
 * `Function.ResponseSizeTooLarge` if Lambda would not take it.
 */
export function toReply(value: unknown): Reply {
  if (typeof value === "object" && value !== null) {
    const bytes = toBytes(value);
    if (bytes) {
      checkSize(bytes.byteLength);
      return { body: bytes, contentType: "application/octet-stream" };
    }
  }
  const json = serialize(value);
  // JSON makes this of a Response. Only such a reply pays for the check.
  if (json === "{}" && isResponse(value)) throw responseError();
  return { body: withinLimit(json), contentType: "application/json" };
}

/** The class itself is not asked: Deno would load all of fetch to have it. */
function isResponse(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Response]";
}

function responseError(): RuntimeError {
  return new RuntimeError(
    "Runtime.MarshalError",
    "Cannot send the reply: handleEvent returned a Response. Export fetch to answer HTTP requests, or return what toResult(response, event) of @toukon/lambda/http makes of it",
  );
}

/**
 * Whether a handler returned a stream: a `ReadableStream`, an async generator,
 * or anything else with an async iterator.
 */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value;
}

/** Gives the bytes of an ArrayBuffer or a view of one, undefined of the rest. */
export function toBytes(value: object): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  const { buffer, byteOffset, byteLength } = value;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  // fetch refuses shared memory, which another thread could change meanwhile.
  return buffer instanceof ArrayBuffer
    ? bytes as Uint8Array<ArrayBuffer>
    : new Uint8Array(bytes);
}

/**
 * Writes a value as JSON.
 *
 * @throws {RuntimeError} `Runtime.MarshalError` if JSON cannot carry it.
 */
export function serialize(value: unknown): string {
  if (value === undefined) return "null";
  if (typeof value === "function" || typeof value === "symbol") {
    throw new RuntimeError(
      "Runtime.MarshalError",
      `Cannot send the reply as JSON: it is a ${typeof value}`,
    );
  }
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    const problem = findProblem(value, "reply", []) ??
      showThrown(error, "an error");
    throw new RuntimeError(
      "Runtime.MarshalError",
      `Cannot send the reply as JSON: ${problem}`,
      { cause: error },
    );
  }
}

/** Encodes a text that may be too long, since Lambda's limit is in bytes. */
function withinLimit(json: string): string | Uint8Array<ArrayBuffer> {
  // UTF-8 has at most three bytes for each unit of UTF-16.
  if (json.length * 3 <= MAX_REPLY_BYTES) return json;
  const bytes = new TextEncoder().encode(json);
  checkSize(bytes.byteLength);
  return bytes;
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_REPLY_BYTES) return;
  throw new RuntimeError(
    "Function.ResponseSizeTooLarge",
    `Cannot send the reply: it is ${bytes} bytes and Lambda takes at most ${MAX_REPLY_BYTES}: put large results into S3 and return their address`,
  );
}

/** Finds what JSON.stringify cannot carry, by a walk in the same order. */
function findProblem(
  value: unknown,
  path: string,
  parents: unknown[],
): string | undefined {
  if (typeof value === "bigint") return `${path} is a BigInt`;
  if (typeof value !== "object" || value === null) return undefined;
  if (parents.includes(value)) return `${path} refers back to an outer object`;
  if (parents.length > 1_000) return "it is nested too deeply to tell where";
  const inner = [...parents, value];
  try {
    if ("toJSON" in value && typeof value.toJSON === "function") {
      return findProblem(value.toJSON(""), path, inner);
    }
  } catch (error) {
    return `the toJSON() of ${path} threw ${showThrown(error, "an error")}`;
  }
  let keys: string[];
  try {
    keys = Object.keys(value);
  } catch (error) {
    return `listing the properties of ${path} threw ${
      showThrown(error, "an error")
    }`;
  }
  for (const key of keys) {
    const place = Array.isArray(value)
      ? `${path}[${key}]`
      : `${path}${
        /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
          ? `.${key}`
          : `[${JSON.stringify(key)}]`
      }`;
    let member: unknown;
    try {
      member = (value as Record<string, unknown>)[key];
    } catch (error) {
      return `reading ${place} threw ${showThrown(error, "an error")}`;
    }
    const problem = findProblem(member, place, inner);
    if (problem) return problem;
  }
  return undefined;
}
