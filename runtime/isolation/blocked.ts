// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { InvocationContext } from "../handler/context.ts";

/**
 * When a worker that has not reported a timeout by itself must be blocked, in
 * milliseconds since the epoch.
 */
export function blockedAtMs(context: InvocationContext): number {
  const leftMs = context.getRemainingTimeInMillis();
  return context.timeoutAtMs + Math.min(leftMs / 40, 50);
}
