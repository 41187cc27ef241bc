// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../../runtime/is_record.ts";
import type { FunctionFacts } from "../../runtime/handler/context.ts";
import { UsageError } from "../cli/usage_error.ts";

/** A failed invocation, as its dead letter tells of it. */
export interface FailedInvocation {
  /** The event as it arrived, unparsed. */
  body: string;
  /** What Lambda said about the invocation, but for its deadline. */
  headers: Map<string, string>;
  requestId: string;
  facts: FunctionFacts;
  /** When it failed. */
  timestamp: string;
}

/**
 * Reads a dead letter that the runtime has sent; undefined for any other event.
 * Records of Lambda's own destinations, which may be events of a function, have
 * a `condition` and no `functionName`.
 *
 * @param text JSON.
 *
 * @throws {UsageError} If the letter has only a part of the event.
 */
export function readLetter(text: string): FailedInvocation | undefined {
  const letter = JSON.parse(text);
  if (!isRecord(letter) || !("requestPayload" in letter)) return undefined;
  const { requestContext, responseContext, responsePayload } = letter;
  const isLetter = isRecord(requestContext) && isRecord(responsePayload) &&
    typeof requestContext.requestId === "string" &&
    typeof requestContext.deadline === "string" &&
    "functionName" in requestContext && !("condition" in requestContext);
  if (!isLetter) return undefined;
  const requestId = String(requestContext.requestId);
  if (letter.truncated === true) {
    throw new UsageError(
      `Cannot run the invocation "${requestId}" again: its dead letter has a part of the event only. Expected the whole, which is in the log under this request id`,
    );
  }
  const version = isRecord(responseContext) && responseContext.executedVersion;
  return {
    body: eventOf(letter, text, responsePayload.errorType),
    headers: headersOf(requestContext),
    requestId,
    facts: {
      functionName: textOf(requestContext.functionName),
      functionVersion: textOf(version),
      // A letter does not tell it.
      memoryLimitInMB: "",
      logGroupName: textOf(requestContext.logGroupName),
      logStreamName: textOf(requestContext.logStreamName),
    },
    timestamp: textOf(letter.timestamp),
  };
}

/** The event to the letter: parsed, it would lose digits of large numbers. */
function eventOf(
  { requestPayload }: Record<string, unknown>,
  text: string,
  errorType: unknown,
): string {
  const wasNoJson = errorType === "Runtime.UnmarshalError" &&
    typeof requestPayload === "string";
  return wasNoJson ? requestPayload : sliceMember(text, "requestPayload");
}

/** The headers from which the runtime makes the context. */
function headersOf(context: Record<string, unknown>): Map<string, string> {
  const { functionArn, traceId, tenantId, identity, clientContext } = context;
  const all: [string, string | undefined][] = [
    ["lambda-runtime-invoked-function-arn", textOf(functionArn)],
    ["lambda-runtime-trace-id", textOf(traceId)],
    ["lambda-runtime-aws-tenant-id", textOf(tenantId)],
    ["lambda-runtime-cognito-identity", JSON.stringify(identity)],
    ["lambda-runtime-client-context", JSON.stringify(clientContext)],
  ];
  return new Map(
    all.flatMap(([name, value]) => value ? [[name, toBytes(value)]] : []),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A header holds UTF-8, each byte of it as a character. */
function toBytes(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Finds the text of a member in the text of an object, which is JSON. */
function sliceMember(text: string, name: string): string {
  let depth = 0;
  let start = -1;
  // Strings as wholes, brackets and commas; nothing else tells where it is.
  for (
    const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)
  ) {
    const isEnd = depth === 1 && (token === "," || token === "}");
    if (start >= 0 && isEnd) return text.slice(start, index).trim();
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && start < 0 && token === `"${name}"`) {
      const after = text.slice(index + token.length);
      const colon = /^\s*:/.exec(after);
      if (colon) start = index + token.length + colon[0].length;
    }
  }
  throw new TypeError(`Cannot find "${name}"`);
}
