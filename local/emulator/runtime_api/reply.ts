// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Attempt, failed, type Outcome } from "../invocation.ts";
import { LIMITS } from "../limits.ts";
import { readTrailers, readWhole, refused, TAKEN } from "./calls.ts";
import type { Fields, HttpAnswer, HttpRequest } from "./http_server.ts";

/** A reply, and what the function is told of it. */
export interface TakenReply {
  outcome: Outcome;
  answer: HttpAnswer;
}

/**
 * Takes the reply to an attempt, whole or as it comes.
 *
 * @throws {TruncatedError} If the connection ends before the reply.
 */
export async function takeReply(
  attempt: Attempt,
  request: HttpRequest,
  maxStreamBytes: number,
): Promise<TakenReply> {
  const mode = request.headers.get("lambda-runtime-function-response-mode");
  const contentType = request.headers.get("content-type") ??
    "application/octet-stream";
  if (mode !== undefined && mode !== "streaming") {
    const message = `Unknown response mode "${mode}"`;
    return {
      outcome: failed("Runtime.InvalidResponseModeHeader", message),
      answer: refused(400, "InvalidFunctionResponseMode", message),
    };
  }
  if (mode === "streaming" && attempt.openStream) {
    const writer = attempt.openStream(contentType);
    return await pipe(request, maxStreamBytes, (part) => writer.write(part));
  }
  return mode === "streaming"
    ? await collect(request, contentType)
    : await take(request, contentType);
}

async function take(
  request: HttpRequest,
  contentType: string,
): Promise<TakenReply> {
  const payload = await readWhole(request, LIMITS.reply);
  if (!payload) return tooLarge(LIMITS.reply);
  return { outcome: { payload, contentType }, answer: TAKEN };
}

/** Takes a stream for a client that waits for the whole of it. */
async function collect(
  request: HttpRequest,
  contentType: string,
): Promise<TakenReply> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const { outcome, answer } = await pipe(request, LIMITS.reply, (part) => {
    parts.push(part);
    return Promise.resolve();
  });
  if (outcome.errorType !== undefined) return { outcome, answer };
  const payload = await new Blob(parts).bytes();
  return { outcome: { payload, contentType }, answer };
}

async function pipe(
  request: HttpRequest,
  limit: number,
  write: (part: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<TakenReply> {
  const body = request.body();
  let length = 0;
  let trailers: Fields;
  for (;;) {
    const { done, value } = await body.next();
    if (done) {
      trailers = value;
      break;
    }
    length += value.length;
    if (length > limit) return tooLarge(limit);
    await write(value);
  }
  const payload = new Uint8Array();
  const contentType = "application/octet-stream";
  const outcome = readTrailers(trailers) ?? { payload, contentType };
  return { outcome, answer: TAKEN };
}

function tooLarge(limit: number): TakenReply {
  const message =
    `Response payload size exceeded maximum allowed payload size (${limit} bytes).`;
  return {
    outcome: failed("Function.ResponseSizeTooLarge", message),
    answer: refused(413, "RequestEntityTooLarge", message),
  };
}
