// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { DeadlineTimer } from "../../../runtime/handler/deadline_timer.ts";
import { runProgram } from "../../support/run_program.ts";

Deno.test("DeadlineTimer calls when the deadline has come", async () => {
  const timer = new DeadlineTimer();
  const atMs = Date.now() + 2;
  await new Promise<void>((resolve) => timer.start(atMs, resolve));
  assertEquals(Date.now() >= atMs, true);
});

Deno.test("DeadlineTimer calls at once when the deadline is past", async () => {
  const timer = new DeadlineTimer();
  await new Promise<void>((resolve) => timer.start(0, resolve));
});

Deno.test("DeadlineTimer lets Deno warn of no deadline that is past", async () => {
  const module = import.meta.resolve(
    "../../../runtime/handler/deadline_timer.ts",
  );
  const program = `
    import { DeadlineTimer } from "${module}";
    new DeadlineTimer().start(0, () => console.log("called"));
  `;
  const { stdout, stderr } = await runProgram(program);
  assertEquals([stdout, stderr], ["called\n", ""]);
});

Deno.test("DeadlineTimer does not call for a deadline that was stopped", async () => {
  const timer = new DeadlineTimer();
  const calls: string[] = [];
  timer.start(Date.now() + 1, () => calls.push("first"));
  timer.stop();
  const atMs = Date.now() + 5;
  await new Promise<void>((resolve) => timer.start(atMs, resolve));
  assertEquals(calls, []);
  assertEquals(Date.now() >= atMs, true);
});

Deno.test("DeadlineTimer moves to a deadline that comes earlier", async () => {
  const timer = new DeadlineTimer();
  const calls: string[] = [];
  timer.start(Date.now() + 2 ** 31, () => calls.push("later"));
  timer.stop();
  await new Promise<void>((resolve) => timer.start(Date.now() + 1, resolve));
  assertEquals(calls, []);
});

Deno.test("DeadlineTimer stays set while later deadlines come and go", () => {
  const { setTimeout } = globalThis;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const remember = (fire: () => void, delayMs: number) => {
    timers.push(setTimeout(fire, delayMs));
    return timers.at(-1);
  };
  globalThis.setTimeout = remember as unknown as typeof setTimeout;
  const timer = new DeadlineTimer();
  try {
    for (let turn = 0; turn < 3; turn++) {
      timer.start(Date.now() + 60_000 + turn, () => {});
      timer.stop();
    }
  } finally {
    globalThis.setTimeout = setTimeout;
    timers.forEach((timer) => clearTimeout(timer));
  }
  assertEquals(timers.length, 1);
});
