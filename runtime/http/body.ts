// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BadRequestError } from "./bad_request_error.ts";

/** Keeps a byte order mark. Throws if the bytes are not UTF-8. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
const TEXT_TYPES = new Set([
  "application/ecmascript",
  "application/graphql",
  "application/javascript",
  "application/json",
  "application/toml",
  "application/x-javascript",
  "application/x-ndjson",
  "application/x-www-form-urlencoded",
  "application/x-yaml",
  "application/xml",
  "application/yaml",
]);

/** The fields of an event that carry the body. */
export interface BodyFields {
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/**
 * Reads the body of an event: null if there is none, or an empty one.
 *
 * @throws {BadRequestError} If the body is not base64 and the event says it is.
 * @throws {TypeError} If the body is no text.
 */
export function readBody(event: BodyFields): Uint8Array<ArrayBuffer> | null {
  const { body } = event;
  if (body === undefined || body === null || body === "") return null;
  if (typeof body !== "string") {
    throw new TypeError(
      `Cannot read the event: "body" must be a string or null, found ${typeof body}`,
    );
  }
  if (event.isBase64Encoded !== true) return ENCODER.encode(body);
  try {
    return Uint8Array.fromBase64(body);
  } catch {
    throw new BadRequestError("The body is not valid base64");
  }
}

/** A body in the form that results have it in. */
export interface EncodedBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** The size of the body in the result, in bytes. */
  readonly byteLength: number;
}

/**
 * Writes a body as text where its headers say that it is text and its bytes
 * are UTF-8, and as base64 otherwise: either way the client gets these bytes.
 */
export function encodeBody(
  bytes: Uint8Array,
  headers: Headers,
  textTypes: readonly string[],
): EncodedBody {
  const { byteLength } = bytes;
  if (byteLength === 0) return { body: "", isBase64Encoded: false, byteLength };
  const text = maybeText(headers, textTypes) ? decodeUtf8(bytes) : undefined;
  if (text !== undefined) {
    return { body: text, isBase64Encoded: false, byteLength };
  }
  const body = bytes.toBase64();
  return { body, isBase64Encoded: true, byteLength: body.length };
}

function maybeText(headers: Headers, textTypes: readonly string[]): boolean {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") return false;
  const contentType = headers.get("content-type");
  if (contentType === null) return true;
  const type = contentType.split(";", 1)[0].trim().toLowerCase();
  return type.startsWith("text/") || TEXT_TYPES.has(type) ||
    /\+(?:json|xml|yaml)$/.test(type) || textTypes.includes(type);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
