// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { readDeadlineMs } from "../handler/invocation_context.ts";
import { momentsOf } from "../handler/moments.ts";
import { readVariable } from "../variables.ts";

/** A longer delay was not meant for an environment that is frozen. */
const LONGEST_DELAY_MS = 500;
/** What an export takes at least, in milliseconds. */
const SHORTEST_EXPORT_MS = 10;

let waitMs: number | undefined;

/**
 * Waits until Deno has most likely exported the spans that have ended.
 *
 * Deno has no call that exports at once. It begins to export within the delay
 * that OTEL_BSP_SCHEDULE_DELAY says; as much again is left for the request.
 * Where the variable is not set, to half a second or less, nobody waits.
 *
 * @param receivedMs When the invocation came, in milliseconds since the epoch.
 */
export async function untilExported(
  { headers }: Invocation,
  receivedMs: number,
): Promise<void> {
  waitMs ??= readWaitMs();
  if (waitMs === 0) return;
  // With the most time that what is to come may need.
  const { timeoutAtMs } = momentsOf(readDeadlineMs(headers), receivedMs, {
    sendsLetters: true,
    isIsolated: true,
  });
  const leftMs = timeoutAtMs - Date.now();
  if (leftMs < waitMs) return;
  await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function readWaitMs(): number {
  // Several invocations at once: the environment is not frozen between them.
  if (Number(readVariable("AWS_LAMBDA_MAX_CONCURRENCY") ?? 1) > 1) return 0;
  const delayMs = Number(readVariable("OTEL_BSP_SCHEDULE_DELAY") ?? NaN);
  if (!(delayMs >= 0 && delayMs <= LONGEST_DELAY_MS)) return 0;
  return delayMs + Math.max(delayMs, SHORTEST_EXPORT_MS);
}
