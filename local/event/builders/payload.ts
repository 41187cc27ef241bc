// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * What is sent: a text, bytes, or any other value, which is sent as JSON.
 *
 * @example Usage
 * ```ts
 * import { type Payload, sqsEvent } from "@toukon/lambda/testing";
 *
 * const order: Payload = { id: 1 };
 * const event = sqsEvent({ records: [order, "text"] });
 * console.log(event.Records.map(({ body }) => body));
 * ```
 */
export type Payload =
  | string
  | number
  | boolean
  | null
  | Uint8Array<ArrayBuffer>
  | readonly unknown[]
  | { readonly [name: string]: unknown };

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Gives a payload as text.
 *
 * @throws {TypeError} If it is bytes that are no text.
 */
export function toText(payload: Payload): string {
  if (payload instanceof Uint8Array) {
    if (isText(payload)) return UTF_8.decode(payload);
    throw new TypeError(
      "Cannot make the event: expected a text in UTF-8, found other bytes",
    );
  }
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}

/** Gives a payload as bytes. */
export function toBytes(payload: Payload): Uint8Array<ArrayBuffer> {
  return payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(toText(payload));
}

/** Gives a payload in Base64. */
export function toBase64(payload: Payload): string {
  return toBytes(payload).toBase64();
}

/** Whether bytes are a text in UTF-8. */
export function isText(bytes: Uint8Array): boolean {
  try {
    UTF_8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Guesses the media type of a payload that comes without one. */
export function guessMediaType(payload: Payload): string {
  if (payload instanceof Uint8Array) return "application/octet-stream";
  if (typeof payload !== "string") return "application/json";
  try {
    const value = JSON.parse(payload);
    if (typeof value === "object") return "application/json";
  } catch {
    // It is no JSON.
  }
  return "text/plain; charset=utf-8";
}
