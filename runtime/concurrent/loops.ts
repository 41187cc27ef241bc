// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Config } from "../config.ts";
import { DeadlineTimer } from "../handler/deadline_timer.ts";
import { InFlight } from "../handler/slot.ts";
import { answer, type LoopOptions } from "../loop.ts";
import { supervise } from "../lifecycle/supervisor.ts";
import { runInScope } from "./scope.ts";

/** Options for {@linkcode runLoops}. */
export interface RunLoopsOptions extends Omit<LoopOptions, "inFlight"> {
  /** How many invocations are answered at once. */
  concurrency: number;
  /** When a crashed loop is restarted no more. */
  supervisor: Config["supervisor"];
}

/** Runs loops at once, each restarted alone, until the drain begins. */
export async function runLoops(options: RunLoopsOptions): Promise<void> {
  const { concurrency, supervisor, log } = options;
  await Promise.all(
    Array.from(
      { length: concurrency },
      () => supervise(() => loop(options), supervisor, log),
    ),
  );
}

async function loop(options: Omit<LoopOptions, "inFlight">): Promise<void> {
  const { api, drain } = options;
  const deadline = new DeadlineTimer();
  while (!drain.hasBegun) {
    const invocation = await api.next(drain.signal);
    if (!invocation) return;
    // Of its own: what outlives the invocation must not be taken for the next.
    const inFlight = new InFlight(deadline);
    drain.enter();
    try {
      await runInScope(
        invocation,
        inFlight,
        () => answer(invocation, { ...options, inFlight }),
      );
    } finally {
      drain.leave();
    }
  }
}
