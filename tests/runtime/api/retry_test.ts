// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { backoffMs, pause } from "../../../runtime/api/retry.ts";

const ONE_MINUTE_MS = 60_000;

Deno.test("backoffMs() doubles from 100 ms up to the limit", () => {
  const pauses = [1, 2, 3, 4, 5, 100].map((attempt) => backoffMs(attempt, 500));
  assertEquals(pauses, [100, 200, 400, 500, 500, 500]);
});

Deno.test("pause() ends when the signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const paused = pause(ONE_MINUTE_MS, controller.signal);
  controller.abort();
  await paused;
});

Deno.test("pause() does not begin when the signal has aborted already", async () => {
  await pause(ONE_MINUTE_MS, AbortSignal.abort());
});
