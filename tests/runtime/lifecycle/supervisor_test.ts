// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertRejects } from "@std/assert/rejects";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { RuntimeApiLostError } from "../../../runtime/failure/errors.ts";
import { supervise } from "../../../runtime/lifecycle/supervisor.ts";

/** A monotonic clock that stands still until it is set. */
class Clock implements Disposable {
  /** The time, in milliseconds. */
  nowMs = 0;
  readonly #now = performance.now;

  constructor() {
    performance.now = () => this.nowMs;
  }

  [Symbol.dispose](): void {
    performance.now = this.#now;
  }
}

interface Run {
  /** What the supervisor passed on. */
  error: unknown;
  /** How often the child was started. */
  starts: number;
  /** What was logged as an error. */
  errors: string[];
}

/** Supervises a child that crashes each time, at the given times in seconds. */
async function superviseCrashes(
  crashesAtSeconds: number[],
  { maxRestarts, maxSeconds }: { maxRestarts: number; maxSeconds: number },
): Promise<Run> {
  using clock = new Clock();
  const errors: string[] = [];
  const ignore = () => {};
  const log = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (message: string) => errors.push(message),
  };
  let starts = 0;
  const child = () => {
    const seconds = crashesAtSeconds[starts++];
    if (seconds === undefined) {
      throw new RuntimeApiLostError("still running when the test ends");
    }
    clock.nowMs = seconds * 1_000;
    return Promise.reject(new Error(`crash ${starts}`));
  };
  const error = await assertRejects(
    () => supervise(child, { maxRestarts, maxSeconds }, log),
    Error,
  );
  return { error, starts, errors };
}

Deno.test("supervise() restarts a child that crashes, as often as is allowed", async () => {
  const { error, starts, errors } = await superviseCrashes(
    [0, 1, 2, 3, 4],
    { maxRestarts: 3, maxSeconds: 5 },
  );
  assertEquals(String(error), "Error: crash 4");
  assertEquals(starts, 4);
  assertEquals(
    errors.map((message) => message.split("\n")[0]),
    [1, 2, 3].map((n) =>
      `Loop crashed and is restarted (${n} of 3 in 5 s): Error: crash ${n}`
    ),
  );
});

Deno.test("supervise() logs the stack of a crash", async () => {
  const { errors } = await superviseCrashes([0], {
    maxRestarts: 1,
    maxSeconds: 5,
  });
  assertMatch(errors[0], /Error: crash 1\n {4}at .*supervisor_test\.ts:\d+/);
});

Deno.test("supervise() passes the first crash on when no restart is allowed", async () => {
  const { error, starts, errors } = await superviseCrashes([0, 1], {
    maxRestarts: 0,
    maxSeconds: 5,
  });
  assertEquals(String(error), "Error: crash 1");
  assertEquals(starts, 1);
  assertEquals(errors, []);
});

Deno.test("supervise() restarts for ever what crashes seldom", async () => {
  const crashes = Array.from({ length: 100 }, (_, i) => i * 2);
  const { error, starts } = await superviseCrashes(crashes, {
    maxRestarts: 3,
    maxSeconds: 5,
  });
  assertEquals(
    String(error),
    "RuntimeApiLostError: still running when the test ends",
  );
  assertEquals(starts, 101);
});

Deno.test("supervise() counts only the crashes of the last maxSeconds", async () => {
  const seldomThenOften = [0, 4, 20, 21, 22, 23, 24];
  const { error, errors } = await superviseCrashes(seldomThenOften, {
    maxRestarts: 3,
    maxSeconds: 5,
  });
  assertEquals(String(error), "Error: crash 6");
  assertEquals(
    errors.map((message) => /\((\d) of/.exec(message)?.[1]),
    ["1", "2", "1", "2", "3"],
  );
});

Deno.test("supervise() counts a crash that is exactly maxSeconds old", async () => {
  const options = { maxRestarts: 1, maxSeconds: 5 };
  const within = await superviseCrashes([1, 6], options);
  assertEquals(String(within.error), "Error: crash 2");
  const after = await superviseCrashes([1, 6.001], options);
  assertMatch(String(after.error), /^RuntimeApiLostError/);
});

Deno.test("supervise() restarts a child that throws before it is asynchronous", async () => {
  using _clock = new Clock();
  let starts = 0;
  const child = (): Promise<never> => {
    starts++;
    throw new Error("at once");
  };
  const ignore = () => {};
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  await assertRejects(
    () => supervise(child, { maxRestarts: 2, maxSeconds: 5 }, log),
    Error,
    "at once",
  );
  assertEquals(starts, 3);
});

Deno.test("supervise() passes on at once that the Runtime API is lost", async () => {
  const lost = new RuntimeApiLostError("gone");
  let starts = 0;
  const errors: string[] = [];
  const ignore = () => {};
  const log = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (message: string) => errors.push(message),
  };
  const child = () => {
    starts++;
    return Promise.reject(lost);
  };
  const error = await assertRejects(
    () => supervise(child, { maxRestarts: 3, maxSeconds: 5 }, log),
  );
  assertStrictEquals(error, lost);
  assertEquals(starts, 1);
  assertEquals(errors, []);
});
