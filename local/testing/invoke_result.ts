// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ErrorDocument } from "../../runtime/failure/failure.ts";
import { PRELUDE_CONTENT_TYPE } from "../../runtime/reply/reply.ts";
import type { HttpRequest } from "./connection.ts";
import type { LogEntry } from "./log_entries.ts";

/**
 * What came of an invocation.
 *
 * @example Usage
 * ```ts
 * import { FakeLambda, type InvokeResult } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using lambda = new FakeLambda(() => {
 *   throw new TypeError("No such order");
 * });
 * const { error }: InvokeResult = await lambda.invoke({});
 * assertEquals(error?.errorMessage, "No such order");
 * ```
 */
export interface InvokeResult {
  /** The request id that the handler was given. */
  requestId: string;
  /**
   * What the handler has answered: a value, from JSON, or bytes. It is undefined
   * where the invocation has failed or its reply was streamed.
   */
  // deno-lint-ignore no-explicit-any
  reply: any;
  /** What Lambda was told of a failure; undefined without one. */
  error: ErrorDocument | undefined;
  /** The type that Lambda was told of a failure, such as `Function.TypeError`. */
  errorType: string | undefined;
  /** What was logged for the invocation before it was answered. */
  logs: LogEntry[];
  /** The reply that was streamed, as far as it came; undefined without one. */
  stream: StreamedReply | undefined;
}

/** A reply that was streamed. */
export interface StreamedReply {
  /** The media type that Lambda was told. */
  contentType: string;
  /** Status, headers and cookies, of an HTTP response. */
  prelude:
    | {
      statusCode: number;
      headers?: Record<string, string>;
      cookies?: string[];
    }
    | undefined;
  /** What was sent, piece by piece; the prelude is not in it. */
  chunks: Uint8Array<ArrayBuffer>[];
  /** All that was sent, as text. */
  text: string;
}

/** Reads what was posted for an invocation. */
export async function toInvokeResult(
  requestId: string,
  post: HttpRequest,
  logs: LogEntry[],
): Promise<InvokeResult> {
  const result = {
    requestId,
    reply: undefined,
    error: undefined,
    errorType: undefined,
    logs,
    stream: undefined,
  };
  const errorType = post.headers.get("lambda-runtime-function-error-type");
  if (errorType !== null) {
    return { ...result, errorType, error: JSON.parse(textOf(post.bytes)) };
  }
  const contentType = post.headers.get("content-type") ?? "";
  if (post.chunks) {
    const stream = await toStreamedReply(contentType, post.chunks);
    return { ...result, stream, ...failureOf(post.trailers) };
  }
  const reply = contentType.startsWith("application/json")
    ? JSON.parse(textOf(post.bytes))
    : post.bytes;
  return { ...result, reply };
}

/** A stream that breaks off tells why after what was sent. */
function failureOf(
  trailers: Headers,
): Partial<Pick<InvokeResult, "error" | "errorType">> {
  const errorType = trailers.get("lambda-runtime-function-error-type");
  const body = trailers.get("lambda-runtime-function-error-body");
  if (errorType === null || body === null) return {};
  return { errorType, error: JSON.parse(textOf(Uint8Array.fromBase64(body))) };
}

async function toStreamedReply(
  contentType: string,
  chunks: Uint8Array<ArrayBuffer>[],
): Promise<StreamedReply> {
  let prelude: StreamedReply["prelude"];
  let rest = chunks;
  if (contentType === PRELUDE_CONTENT_TYPE) {
    const bytes = await new Blob(chunks).bytes();
    const end = bytes.indexOf(0);
    prelude = JSON.parse(textOf(bytes.subarray(0, end)));
    rest = dropBytes(chunks, end + 8);
  }
  const text = textOf(await new Blob(rest).bytes());
  return { contentType, prelude, chunks: rest, text };
}

/** Leaves out so many bytes at the beginning. */
function dropBytes(
  chunks: Uint8Array<ArrayBuffer>[],
  count: number,
): Uint8Array<ArrayBuffer>[] {
  let left = count;
  return chunks.map((chunk) => {
    const kept = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - kept.length;
    return kept;
  }).filter((chunk) => chunk.length > 0);
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes);
}
