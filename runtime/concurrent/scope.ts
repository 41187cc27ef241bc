// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { InFlight } from "../handler/slot.ts";
import { runInStore } from "./invoke_store.ts";

// A bundle would load what is imported statically at every start.
const { AsyncLocalStorage } = await import("node:async_hooks");

const storage = new AsyncLocalStorage<InFlight>();
const idle = new InFlight();

/** What runs in the current asynchronous context, be it nothing. */
export function currentInFlight(): InFlight {
  return storage.getStore() ?? idle;
}

/** Runs a function, and all that it begins, in the scope of no invocation. */
export function runOutOfScope<T>(run: () => T): T {
  // Deno's exit() holds for what runs at once, not for what it begins.
  return storage.run(idle, run);
}

/** Runs a function, and all that it begins, in the scope of an invocation. */
export function runInScope<T>(
  invocation: Invocation,
  inFlight: InFlight,
  run: () => T,
): T {
  inFlight.requestId = invocation.requestId;
  return storage.run(inFlight, () => runInStore(invocation, run));
}
