// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Failure } from "../failure/failure.ts";
import { VERSION } from "../version.ts";
import type { Invocation } from "./invocation.ts";

/** A header or a trailer. */
export type Header = [name: string, value: string];

/** What every request names as its sender. */
export const USER_AGENT = `aws-lambda-deno/${Deno.version.deno}-${VERSION}`;

/** Whether HTTP allows every character of a header's value. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/**
 * Adds the header that tells the attempts at an invocation apart, where Lambda
 * has sent one.
 */
export function withAttempt(
  { headers }: Invocation,
  own: Header[],
): Header[] {
  const attempt = headers.get("lambda-runtime-invocation-id");
  if (attempt && isHeaderValue(attempt)) {
    own.push(["lambda-runtime-invocation-id", attempt]);
  }
  return own;
}

/** The headers of a report of a failure. */
export function failureHeaders({ type, xrayCause }: Failure): Header[] {
  const headers: Header[] = [
    ["user-agent", USER_AGENT],
    ["content-type", "application/json"],
    ["lambda-runtime-function-error-type", type],
  ];
  if (xrayCause) {
    headers.push(["lambda-runtime-function-xray-error-cause", xrayCause]);
  }
  return headers;
}
