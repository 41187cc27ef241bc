// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { type AsyncHooks, importNode } from "../import_node.ts";
import { Slot } from "../handler/slot.ts";
import type { Log } from "../log/log.ts";
import { provideInvokeStore, runInStore } from "./invoke_store.ts";
import { watchTimers } from "./timers.ts";

const { AsyncLocalStorage } = await importNode<AsyncHooks>("async_hooks");

const storage = new AsyncLocalStorage<Slot>();

/** Holds what runs in the scope of no invocation. */
export const idleSlot: Slot = new Slot();

/** Gives the slot of the invocation that the calling code belongs to. */
export function currentSlot(): Slot {
  return storage.getStore() ?? idleSlot;
}

/** Runs a function, and all that it begins, in the scope of no invocation. */
export function runOutOfScope<T>(run: () => T): T {
  // Deno's exit() holds for what runs at once, not for what it begins.
  return storage.run(idleSlot, run);
}

/** Runs a function, and all that it begins, in the scope of an invocation. */
export function runInScope<T>(
  invocation: Invocation,
  slot: Slot,
  run: () => T,
): T {
  slot.requestId = invocation.requestId;
  return storage.run(slot, () => runInStore(invocation, run));
}

/** Prepares this thread for a handler whose invocations have scopes. */
export function prepareScopes(log: Log): void {
  provideInvokeStore();
  watchTimers(currentSlot, log);
}
