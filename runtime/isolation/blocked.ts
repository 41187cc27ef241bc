// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../context.ts";
import { timeoutAtMs } from "../invoke.ts";

/**
 * When a worker that has not reported a timeout by itself must be blocked, in
 * milliseconds since the epoch.
 */
export function blockedAtMs(context: Context, reserveMs: number): number {
  const leftMs = context.getRemainingTimeInMillis();
  return timeoutAtMs(context, reserveMs) + Math.min(leftMs / 40, 50);
}
