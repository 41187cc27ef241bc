// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { FakeClock } from "../../../local/testing/mod.ts";

const START = new Date("2026-01-02T03:04:05.678Z");

Deno.test("FakeClock stands still, whatever reads it", () => {
  using _clock = new FakeClock({ now: START });
  assertEquals(Date.now(), START.getTime());
  assertEquals(new Date().toISOString(), "2026-01-02T03:04:05.678Z");
  assertEquals(new Date(0).getTime(), 0);
  assertEquals(new Date(2026, 0).getFullYear(), 2026);
  assertEquals(Date.UTC(1970, 0), 0);
  assertEquals(Date.parse("1970-01-01T00:00:00Z"), 0);
  assertEquals(typeof Date(), "string");
  assert(new Date() instanceof Date);
  assert(START instanceof Date);
  class Moment extends Date {}
  assertEquals(new Moment().getTime(), START.getTime());
  assert(new Moment() instanceof Moment);
});

Deno.test("FakeClock puts the real clock back", () => {
  const names = ["Date", "setTimeout", "setInterval", "clearTimeout"];
  const scope = globalThis as unknown as Record<string, unknown>;
  const before = [...names.map((name) => scope[name]), AbortSignal.timeout];
  {
    using clock = new FakeClock();
    setInterval(() => {}, 1);
    assertEquals(clock.timerCount, 1);
  }
  assertEquals(
    [...names.map((name) => scope[name]), AbortSignal.timeout],
    before,
  );
});

Deno.test("FakeClock calls timers in the order of their times", async () => {
  using clock = new FakeClock({ now: START });
  const calls: string[] = [];
  const call = (name: string) =>
    calls.push(`${name} at ${Date.now() - START.getTime()}`);
  setTimeout(call, 200, "late");
  setTimeout(call, 100, "first");
  setTimeout(call, 100, "second");
  const interval = setInterval(call, 90, "each");
  const cleared = setTimeout(call, 1, "never");
  clearTimeout(cleared);
  await clock.advance(199);
  clearInterval(interval);
  assertEquals(calls, [
    "each at 90",
    "first at 100",
    "second at 100",
    "each at 180",
  ]);
  await clock.advance(1);
  assertEquals(calls.at(-1), "late at 200");
  assertEquals([clock.timerCount, clock.now], [0, START.getTime() + 200]);
});

Deno.test("FakeClock calls what a timer has set on the way", async () => {
  using clock = new FakeClock({ now: START });
  const times: number[] = [];
  const sleep = (ms: number) =>
    new Promise((resolve) => setTimeout(resolve, ms));
  const work = (async () => {
    for (let i = 0; i < 3; i++) {
      await sleep(100);
      times.push(Date.now() - START.getTime());
    }
  })();
  await clock.advance(300);
  await work;
  assertEquals(times, [100, 200, 300]);
});

Deno.test("FakeClock skips time as a freeze does", async () => {
  using clock = new FakeClock({ now: START });
  const times: number[] = [];
  setTimeout(() => times.push(Date.now() - START.getTime()), 100);
  clock.skip(60_000);
  assertEquals([Date.now() - START.getTime(), times], [60_000, []]);
  await clock.advance(0);
  assertEquals(times, [60_000]);
});

Deno.test("FakeClock gives timers the methods of real ones", async () => {
  using clock = new FakeClock();
  let calls = 0;
  const timer = setTimeout(() => calls++, 100) as unknown as {
    refresh(): unknown;
    unref(): unknown;
    ref(): unknown;
    hasRef(): boolean;
    close(): unknown;
  };
  await clock.advance(50);
  timer.refresh();
  await clock.advance(99);
  assertEquals([calls, timer.hasRef()], [0, true]);
  assertEquals([timer.unref(), timer.ref()], [timer, timer]);
  await clock.advance(1);
  assertEquals(calls, 1);
  {
    using _timer = setTimeout(() => calls++, 1) as unknown as Disposable;
  }
  Deno.unrefTimer(Number(setTimeout(() => calls++, 1)));
  await clock.advance(1);
  assertEquals(calls, 2);
});

Deno.test("FakeClock aborts the signals of timeouts", async () => {
  using clock = new FakeClock();
  const signal = AbortSignal.timeout(100);
  await clock.advance(99);
  assertEquals(signal.aborted, false);
  await clock.advance(1);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("FakeClock goes on when a timer throws, and reports it", async () => {
  using clock = new FakeClock();
  const reported: unknown[] = [];
  const listen = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error.message);
  };
  addEventListener("error", listen);
  let hasRun = false;
  setTimeout(() => {
    throw new Error("first");
  }, 1);
  setTimeout(() => hasRun = true, 2);
  await clock.advance(2);
  removeEventListener("error", listen);
  assertEquals([reported, hasRun], [["first"], true]);
});

Deno.test("FakeClock refuses to go back", async () => {
  using clock = new FakeClock();
  await assertRejects(() => clock.advance(-1), RangeError, "found -1");
  assertThrows(() => clock.skip(NaN), RangeError, "found NaN");
});
