// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Log } from "../log/log.ts";
import { provideInvokeStore } from "./invoke_store.ts";
import { currentInFlight } from "./scope.ts";
import { watchTimers } from "./timers.ts";

/** Prepares a thread for a handler that answers invocations at once. */
export function prepareThread(log: Log): void {
  provideInvokeStore();
  watchTimers(currentInFlight, log);
}
