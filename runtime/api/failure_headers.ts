// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Failure } from "../failure/failure.ts";
import { toXrayCause } from "../failure/xray.ts";
import { type Header, USER_AGENT } from "./fetch.ts";

/** Gives the headers of the report of a failure. */
export function failureHeaders({ type, document }: Failure): Header[] {
  const headers: Header[] = [
    ["user-agent", USER_AGENT],
    ["content-type", "application/json"],
    ["lambda-runtime-function-error-type", type],
  ];
  const cause = toXrayCause(document);
  if (cause) headers.push(["lambda-runtime-function-xray-error-cause", cause]);
  return headers;
}
