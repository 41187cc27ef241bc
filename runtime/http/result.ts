// Copyright 2026 the Toukon Lambda authors. MIT license.

import { encodeBody, type EncodedBody } from "./body.ts";
import { formatOf, type HttpEvent, type HttpResult } from "./event.ts";
import type { EventFormat, HeaderList } from "./format.ts";
import { listHeaders } from "./headers.ts";

/** Options for {@linkcode toResult}. */
export interface ResultOptions {
  /**
   * More media types, in lower case, whose bodies leave as text where their
   * bytes are UTF-8. A body leaves with the right bytes either way, except
   * from a REST API without `binaryMediaTypes`, which does not decode base64.
   *
   * @default {[]}
   */
  textTypes?: readonly string[];
  /**
   * Called with a warning when the gateway will change or refuse the response.
   *
   * @default {console.warn}
   */
  warn?: (message: string) => void;
}

/**
 * Makes the result that the gateway of an event reads from a `Response`.
 *
 * The body is sent as text if `content-type` and `content-encoding` say that it
 * is text and its bytes are UTF-8, and as base64 otherwise. An answer
 * to a HEAD request leaves without a body. Every `set-cookie` header leaves as
 * a cookie of its own, where the gateway can send more than one.
 *
 * @param response The response; its body is read.
 * @param event The event that it answers.
 * @param options Options.
 * @returns The result.
 * @throws {TypeError} If it is no `Response`, or one that was read already.
 * @throws {RangeError} If its status cannot be sent, or its body is larger
 * than the gateway takes.
 *
 * @example Usage
 * ```ts
 * import { toResult } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = { requestContext: { http: { method: "GET" } } };
 * const response = Response.json({ ok: true }, { status: 201 });
 * assertEquals(await toResult(response, event), {
 *   statusCode: 201,
 *   headers: { "content-type": "application/json" },
 *   body: '{"ok":true}',
 *   isBase64Encoded: false,
 * });
 * ```
 */
export async function toResult(
  response: Response,
  event: HttpEvent,
  options: ResultOptions = {},
): Promise<HttpResult> {
  const format = formatOf(event);
  checkSendable(response);
  const { status, statusText, headers } = response;
  const bytes = await readBytes(response, format, event);
  const body = encodeBody(bytes, headers, options.textTypes ?? []);
  const list = headersToSend(response, format, event);
  const warn = options.warn ?? console.warn;
  const { headerBytes, bodyBytes } = format.limits(event);
  checkBodySize(body, bodyBytes, format.name);
  checkHeaderSize(list, headerBytes, format.name, warn);
  return format.result(
    {
      status,
      statusText,
      headers: list,
      body: body.body,
      isBase64Encoded: body.isBase64Encoded,
    },
    event,
    warn,
  );
}

/** The format of any HTTP event. */
type Format = EventFormat<HttpEvent, HttpResult>;

/** Whether the client gets no body, even if the response has one. */
export function isBodiless(
  { status }: Response,
  format: Format,
  event: HttpEvent,
): boolean {
  return isHeadRequest(format, event) ||
    status === 204 || status === 205 || status === 304;
}

function isHeadRequest(format: Format, event: HttpEvent): boolean {
  return format.method(event).toUpperCase() === "HEAD";
}

/** Lists the headers to send, with the length of a body that is left out. */
export function headersToSend(
  { headers, status }: Response,
  format: Format,
  event: HttpEvent,
): HeaderList {
  return listHeaders(headers, isHeadRequest(format, event) || status === 304);
}

/** Cancels a body that is not sent, without waiting for it or for its error. */
export function cancelBody({ body }: Response, reason?: unknown): void {
  body?.cancel(reason).catch(() => {});
}

/**
 * Refuses what cannot be sent as a response.
 *
 * @throws {TypeError} If it is no `Response`, or one that was read already.
 * @throws {RangeError} If its status cannot be sent.
 */
export function checkSendable(response: Response): void {
  if (!isResponse(response)) {
    throw new TypeError(
      `Cannot send the reply: fetch must return a Response, found ${
        response === null ? "null" : typeof response
      }`,
    );
  }
  const { status } = response;
  if (!(status >= 200 && status <= 599)) {
    throw new RangeError(
      `Cannot send the response: its status must be from 200 to 599, found ${status}`,
    );
  }
  if (response.bodyUsed) {
    throw new TypeError(
      "Cannot send the response: its body was read already. Read a clone instead",
    );
  }
}

/** Whether a value is a response, also one of another implementation. */
function isResponse(value: unknown): value is Response {
  if (value instanceof Response) return true;
  const response = value as Response | null | undefined;
  return typeof response?.arrayBuffer === "function" &&
    typeof response.status === "number" &&
    typeof response.headers?.forEach === "function";
}

async function readBytes(
  response: Response,
  format: Format,
  event: HttpEvent,
): Promise<Uint8Array> {
  if (!isBodiless(response, format, event)) {
    return new Uint8Array(await response.arrayBuffer());
  }
  cancelBody(response);
  return new Uint8Array();
}

function checkBodySize(
  { isBase64Encoded, byteLength }: EncodedBody,
  limit: number,
  gateway: string,
): void {
  if (byteLength <= limit) return;
  throw new RangeError(
    `Cannot send the response: its body takes ${byteLength} bytes${
      isBase64Encoded ? " in base64" : ""
    }, and ${gateway} takes at most ${limit}. Stream it, or answer with a link to it`,
  );
}

function checkHeaderSize(
  list: HeaderList,
  limit: number,
  gateway: string,
  warn: (message: string) => void,
): void {
  let size = 0;
  for (const [name, value] of list) size += name.length + value.length;
  if (size <= limit) return;
  warn(
    `The headers of the response take ${size} bytes. ${gateway} takes at most ${limit} and answers with an error of its own`,
  );
}
