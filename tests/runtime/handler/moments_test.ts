// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import {
  type Moments,
  momentsOf,
  type MomentsOptions,
} from "../../../runtime/handler/moments.ts";

const RECEIVED_MS = 1_700_000_000_000;

/** The moments of an invocation that has so much time. */
function momentsWithin(
  timeoutMs: number,
  options: MomentsOptions = {},
): Moments {
  return momentsOf(RECEIVED_MS + timeoutMs, RECEIVED_MS, options);
}

/** The table of docs/dead_letters.md: after how many ms which moment comes. */
function readTable(): Record<string, [of60s: number, of3s: number]> {
  const page = new URL("../../../docs/dead_letters.md", import.meta.url);
  const rows = Deno.readTextFileSync(page).matchAll(
    /^\| (.+?) +\|[^|]+\| ([\d.]+) s +\| ([\d.]+) s +\|$/gm,
  );
  return Object.fromEntries(
    [...rows].map(([, what, of60s, of3s]) => [
      what,
      [Math.round(Number(of60s) * 1_000), Math.round(Number(of3s) * 1_000)],
    ]),
  );
}

const WITH_LETTERS = { sendsLetters: true };
const ISOLATED = { sendsLetters: true, isIsolated: true };

Deno.test("momentsOf() gives the times that docs/dead_letters.md tells", () => {
  const rows: Record<string, [keyof Moments, MomentsOptions]> = {
    "`context.signal` aborts": ["signalAtMs", WITH_LETTERS],
    "the timeout is noticed": ["timeoutAtMs", WITH_LETTERS],
    "the timeout is noticed in a worker": ["timeoutAtMs", ISOLATED],
    "a worker that has not told of it is replaced": ["blockedAtMs", ISOLATED],
    "sending ends, and the error is reported": ["reportAtMs", WITH_LETTERS],
  };
  const table = readTable();
  assertEquals(Object.keys(table), Object.keys(rows));
  for (const [what, [name, options]] of Object.entries(rows)) {
    const after = (timeoutMs: number) =>
      Math.round(momentsWithin(timeoutMs, options)[name] - RECEIVED_MS);
    assertEquals([what, after(60_000), after(3_000)], [what, ...table[what]]);
  }
});

Deno.test("momentsOf() leaves a handler without dead letters a second more", () => {
  const { signalAtMs, timeoutAtMs, blockedAtMs } = momentsWithin(60_000);
  const withLetters = momentsWithin(60_000, WITH_LETTERS);
  assertEquals(signalAtMs - withLetters.signalAtMs, 1_000);
  assertEquals(timeoutAtMs - withLetters.timeoutAtMs, 1_000);
  assertEquals(blockedAtMs - withLetters.blockedAtMs, 1_000);
});

Deno.test("momentsOf() leaves the report of a worker a fifth of the time, up to 200 ms, for any timeout", () => {
  const left: [timeoutMs: number, reportMs: number][] = [
    [250, 50],
    [1_000, 200],
    [2_000, 200],
    [900_000, 200],
  ];
  for (const [timeoutMs, reportMs] of left) {
    const { blockedAtMs, deadlineMs } = momentsWithin(timeoutMs, {
      isIsolated: true,
    });
    assertEquals(deadlineMs - blockedAtMs, reportMs);
  }
});

Deno.test("momentsOf() keeps the order of the moments, however little time there is", () => {
  for (const options of [{}, WITH_LETTERS, ISOLATED]) {
    for (const timeoutMs of [0, 1, 10, 250, 1_000, 3_000, 60_000, 900_000]) {
      const moments = momentsWithin(timeoutMs, options);
      const { signalAtMs, timeoutAtMs, blockedAtMs, deadlineMs } = moments;
      const label = `${timeoutMs} ms: ${JSON.stringify(moments)}`;
      assert(RECEIVED_MS <= signalAtMs, label);
      assert(signalAtMs <= timeoutAtMs, label);
      assert(timeoutAtMs <= blockedAtMs, label);
      assert(blockedAtMs <= deadlineMs, label);
    }
  }
});
