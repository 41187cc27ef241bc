// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { type Moments, momentsOf } from "../../../runtime/handler/moments.ts";

const RECEIVED_MS = 1_700_000_000_000;

/** The moments of an invocation that has so much time. */
function momentsWithin(timeoutMs: number, sendsLetters = false): Moments {
  return momentsOf(RECEIVED_MS + timeoutMs, RECEIVED_MS, sendsLetters);
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

Deno.test("momentsOf() gives the times that docs/dead_letters.md tells", () => {
  const names: Record<string, keyof Moments> = {
    "`context.signal` aborts": "signalAtMs",
    "the timeout is noticed": "timeoutAtMs",
    "a worker that never yields is replaced": "blockedAtMs",
    "sending ends, and the error is reported": "reportAtMs",
  };
  const table = readTable();
  assertEquals(Object.keys(table), Object.keys(names));
  for (const [what, [of60s, of3s]] of Object.entries(table)) {
    const after = (timeoutMs: number) =>
      Math.round(
        momentsWithin(timeoutMs, true)[names[what]] - RECEIVED_MS,
      );
    assertEquals([what, after(60_000), after(3_000)], [what, of60s, of3s]);
  }
});

Deno.test("momentsOf() leaves a handler without dead letters a second more", () => {
  const { signalAtMs, timeoutAtMs, blockedAtMs } = momentsWithin(60_000);
  const withLetters = momentsWithin(60_000, true);
  assertEquals(signalAtMs - withLetters.signalAtMs, 1_000);
  assertEquals(timeoutAtMs - withLetters.timeoutAtMs, 1_000);
  assertEquals(blockedAtMs - withLetters.blockedAtMs, 1_000);
});

Deno.test("momentsOf() keeps the order of the moments, however little time there is", () => {
  for (const sendsLetters of [false, true]) {
    for (const timeoutMs of [0, 1, 10, 250, 1_000, 3_000, 60_000, 900_000]) {
      const moments = momentsWithin(timeoutMs, sendsLetters);
      const { signalAtMs, timeoutAtMs, blockedAtMs, deadlineMs } = moments;
      const label = `${timeoutMs} ms: ${JSON.stringify(moments)}`;
      assert(RECEIVED_MS <= signalAtMs, label);
      assert(signalAtMs <= timeoutAtMs, label);
      assert(timeoutAtMs <= blockedAtMs, label);
      assert(blockedAtMs <= deadlineMs, label);
    }
  }
});
