// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api.ts";
import { InFlight } from "../in_flight.ts";
import { runInStore } from "./invoke_store.ts";

// A bundle would load what is imported statically at every start.
const { AsyncLocalStorage } = await import("node:async_hooks");

const storage = new AsyncLocalStorage<InFlight>();
const idle = new InFlight();

/** What runs in the current asynchronous context, be it nothing. */
export function currentInFlight(): InFlight {
  return storage.getStore() ?? idle;
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
