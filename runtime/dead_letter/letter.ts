// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ErrorDocument } from "../failure/failure.ts";
import type { Context } from "../handler/context.ts";
import type { MessageAttribute } from "./target.ts";

/** What a letter always tells of an error. It may tell the rest as well. */
export type ErrorSummary = Pick<ErrorDocument, "errorType" | "errorMessage">;

/** An invocation that failed. */
export interface FailedInvocation {
  /** The event as it arrived, unparsed. */
  readonly eventText: string;
  /** What is posted to Lambda about the error. */
  readonly errorDocument: ErrorSummary;
  /** The context of the invocation. */
  readonly context: Context;
  /**
   * When sending ends, so that the error can be reported, in milliseconds since
   * the epoch.
   */
  readonly sendUntilMs: number;
  /**
   * When it failed.
   *
   * @default {new Date()}
   */
  readonly timestamp?: Date;
}

/** Options for {@linkcode createLetter}. */
export interface CreateLetterOptions {
  /**
   * The size that the letter must not exceed, in bytes of UTF-8.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}

/** A failed invocation as the text that the queue or the topic gets. */
export interface Letter {
  /** The JSON text. */
  readonly text: string;
  /** Whether the event was cut to keep the letter small enough. */
  readonly isTruncated: boolean;
}

const BRIEF_MESSAGE_LENGTH = 256;
const ERROR_MESSAGE_BYTES = 1_024;

/**
 * Describes a failed invocation in JSON, with the names that Lambda's own
 * destination records use.
 *
 * The letter contains the event as it arrived, so that numbers and the order of
 * keys stay what they were; an event that is no JSON is a string in it. If the
 * letter would be too large, `requestPayload` is a string with the beginning of
 * the event, and `truncated` and `requestPayloadBytes` say so. An error that
 * leaves no room for the event is shortened too.
 *
 * @param failed The invocation.
 * @param options How large the letter may be.
 * @returns The letter. It exceeds `maxBytes` only where it would do so without
 * the event, too.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { text, isTruncated } = createLetter({
 *   eventText: `{"order":12345678901234567890}`,
 *   errorDocument: { errorType: "Error", errorMessage: "No such order" },
 *   context: { requestId: "1", deadlineMs: 0 } as FailedInvocation["context"],
 *   sendUntilMs: 0,
 * });
 * assertEquals(isTruncated, false);
 * assertEquals(
 *   text.includes(`"requestPayload":{"order":12345678901234567890}`),
 *   true,
 * );
 * ```
 */
export function createLetter(
  failed: FailedInvocation,
  { maxBytes = Infinity }: CreateLetterOptions = {},
): Letter {
  const { eventText, errorDocument } = failed;
  const whole = escapeRefused(
    formatLetter(failed, embedJson(eventText), errorDocument),
  );
  if (countBytes(whole) <= maxBytes) return { text: whole, isTruncated: false };

  const cut = (error: ErrorSummary, payload: string) =>
    escapeRefused(formatLetter(failed, JSON.stringify(payload), error, {
      truncated: true,
      requestPayloadBytes: countBytes(eventText),
    }));
  const error = countBytes(cut(errorDocument, "")) < maxBytes
    ? errorDocument
    : shorten(errorDocument);
  const payload = longestPrefix(
    eventText.slice(0, maxBytes),
    (prefix) => countBytes(cut(error, prefix)) <= maxBytes,
  );
  return { text: cut(error, payload), isTruncated: true };
}

/**
 * Makes the attributes that Lambda adds to messages to its own dead-letter
 * queues.
 *
 * @param failed The invocation.
 * @returns `RequestID`, `ErrorCode` and `ErrorMessage`, the last cut to 1 KB.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const attributes = createAttributes({
 *   eventText: "{}",
 *   errorDocument: { errorType: "Error", errorMessage: "No such order" },
 *   context: { requestId: "1" } as FailedInvocation["context"],
 *   sendUntilMs: 0,
 * });
 * assertEquals(attributes.map(({ value }) => value), [
 *   "1",
 *   "200",
 *   "No such order",
 * ]);
 * ```
 */
export function createAttributes(failed: FailedInvocation): MessageAttribute[] {
  const { errorType, errorMessage } = failed.errorDocument;
  const message = replaceRefused(errorMessage) || replaceRefused(errorType) ||
    "Unknown error";
  return [
    { name: "RequestID", type: "String", value: failed.context.requestId },
    // Lambda writes 200 for errors of the function itself, which it has run.
    { name: "ErrorCode", type: "Number", value: "200" },
    {
      name: "ErrorMessage",
      type: "String",
      value: longestPrefix(
        message.slice(0, ERROR_MESSAGE_BYTES),
        (prefix) => countBytes(prefix) <= ERROR_MESSAGE_BYTES,
      ),
    },
  ];
}

function formatLetter(
  { context, timestamp = new Date() }: FailedInvocation,
  payloadJson: string,
  error: ErrorSummary,
  truncation: Record<string, unknown> = {},
): string {
  const before = JSON.stringify({
    version: "1.0",
    timestamp,
    requestContext: {
      requestId: context.requestId,
      functionArn: context.functionArn,
      functionName: context.functionName,
      deadline: new Date(context.deadlineMs),
      traceId: context.traceId,
      tenantId: context.tenantId,
      logGroupName: context.logGroupName,
      logStreamName: context.logStreamName,
      identity: context.identity,
      clientContext: context.clientContext,
    },
    ...truncation,
  });
  const after = JSON.stringify({
    responseContext: {
      statusCode: 200,
      executedVersion: context.functionVersion,
      functionError: "Unhandled",
    },
    responsePayload: error,
  });
  return `${before.slice(0, -1)},"requestPayload":${payloadJson},${
    after.slice(1)
  }`;
}

function embedJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

function shorten({ errorType, errorMessage }: ErrorSummary): ErrorSummary {
  return {
    errorType: errorType.slice(0, BRIEF_MESSAGE_LENGTH),
    errorMessage: errorMessage.slice(0, BRIEF_MESSAGE_LENGTH),
  };
}

/** Gives the longest beginning of a text that fits and ends with a whole character. */
function longestPrefix(
  text: string,
  fits: (prefix: string) => boolean,
): string {
  let fitting = 0;
  let tooLong = text.length + 1;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(text.slice(0, middle))) fitting = middle;
    else tooLong = middle;
  }
  return text.slice(0, fitting).replace(/[\uD800-\uDBFF]$/, "");
}

/**
 * Escapes the two characters that SQS refuses and JSON.stringify leaves. JSON
 * has them only in strings.
 */
function escapeRefused(json: string): string {
  return json.replace(
    /[\uFFFE\uFFFF]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16),
  );
}

/** Replaces the characters that SQS and SNS refuse. */
function replaceRefused(text: string): string {
  return text.toWellFormed().replace(
    // deno-lint-ignore no-control-regex
    /[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g,
    "\uFFFD",
  );
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
