// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failed, type Outcome } from "../invocation.ts";
import { LIMITS } from "../limits.ts";
import { TruncatedError } from "./http_reader.ts";
import type { Running } from "./running.ts";
import type { Fields, HttpAnswer, HttpRequest } from "./http_server.ts";

/** The answer to a call that was taken. */
export const TAKEN: HttpAnswer = {
  status: 202,
  headers: { "content-type": "application/json" },
  body: '{"status":"OK"}\n',
};

/** An answer to a call that was not. */
export function refused(
  status: number,
  errorType: string,
  errorMessage: string,
): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ errorMessage, errorType }),
  };
}

/** An invocation as the answer to a poll. */
export function showInvocation(
  { attempt, deadlineMs, invocationId }: Running,
  functionArn: string,
): HttpAnswer {
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": attempt.requestId,
      "lambda-runtime-invocation-id": invocationId,
      "lambda-runtime-deadline-ms": String(Math.round(deadlineMs)),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": attempt.traceId,
      ...(attempt.clientContext !== undefined &&
        { "lambda-runtime-client-context": attempt.clientContext }),
    },
    body: attempt.payload,
  };
}

/** Reads which invocation a path answers, and how; undefined of another path. */
export function parseAnswerPath(
  name: string,
): { id: string; kind: string } | undefined {
  const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(name) ??
    [];
  if (id === undefined) return undefined;
  try {
    return { id: decodeURIComponent(id), kind };
  } catch {
    // It names no invocation.
    return { id, kind };
  }
}

/** What a type looks like that Lambda keeps. */
const ERROR_TYPE = /^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/;

/** The type of an error as Lambda keeps it. */
export function keptErrorType(type: string | undefined): string {
  if (type === undefined) return "Runtime.Unknown";
  if (ERROR_TYPE.test(type)) return type;
  return type.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}

/** The outcome of an invocation that the function itself reports as failed. */
export async function readError(request: HttpRequest): Promise<Outcome> {
  const payload = await readWhole(request, LIMITS.reply);
  const type = keptErrorType(
    request.headers.get("lambda-runtime-function-error-type"),
  );
  if (!payload) return failed(type, "The error is too large to be told");
  return {
    payload,
    contentType: "application/json",
    errorType: type,
  };
}

/**
 * Reads a body to its end; undefined if it is larger than the limit.
 *
 * @throws {TruncatedError} If the connection ends before.
 */
export async function readWhole(
  request: HttpRequest,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const body = request.body();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // A loop of for-await would end the body where this ends.
  for (;;) {
    const { done, value } = await body.next();
    if (done) return concat(parts, length);
    length += value.length;
    if (length > limit) return undefined;
    parts.push(value);
  }
}

/** Joins parts of so many bytes. */
export function concat(
  parts: Uint8Array<ArrayBuffer>[],
  length: number,
): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What trailers tell of a stream that failed. */
export function readTrailers(trailers: Fields): Outcome | undefined {
  const type = trailers.get("lambda-runtime-function-error-type");
  if (type === undefined) return undefined;
  const body = trailers.get("lambda-runtime-function-error-body") ?? "";
  return {
    payload: fromBase64(body),
    contentType: "application/json",
    errorType: keptErrorType(type),
  };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return new Uint8Array();
  }
}

/** Whether a stream was cut off, by the end of the process for one. */
export function isTruncation(error: unknown): boolean {
  return error instanceof TruncatedError;
}
