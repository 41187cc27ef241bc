// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import type { Moments } from "./moments.ts";

/** Makes the error of a handler that has not settled or yielded in time. */
export function timeoutError(
  { receivedAtMs, deadlineMs }: Moments,
  missing: "settled" | "yielded",
  advice: string,
): RuntimeError {
  const now = Date.now();
  const leftMs = Math.max(0, deadlineMs - now);
  return new RuntimeError(
    "Function.Timeout",
    `Handler has not ${missing} after ${
      now - receivedAtMs
    } ms, ${leftMs} ms before the deadline: ${advice}`,
  );
}
