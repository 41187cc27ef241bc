// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import type { AnyBehaviour } from "./behaviour.ts";
import { createInvoke, type Invoke, type InvokeOptions } from "./invoke.ts";
import { environmentStart, type Slot } from "./slot.ts";

const HOOKS = ["beforeSnapshot", "afterRestore", "shutdown"] as const;

/** What a handler may do beside answering, once it has started. */
export type Hook = typeof HOOKS[number];

/** Runs a started handler: in this thread, or in workers. */
export interface Runner {
  /** Runs the handler for an invocation. */
  invoke: Invoke;
  /** The hooks that the handler has. */
  hooks: readonly Hook[];
  /** Calls a hook, where the handler has it. */
  call(hook: Hook): Promise<void>;
}

/** What a runner of either kind is given, beside the handler. */
export type RunnerOptions = Omit<InvokeOptions, "behaviour" | "state">;

/**
 * Loads a handler into this thread and initializes it.
 *
 * @param slot Holds the start: background work that fails meanwhile fails it.
 */
export async function startRunner(
  load: () => Promise<AnyBehaviour>,
  slot: Slot,
  options: RunnerOptions,
): Promise<Runner> {
  const failed = Promise.withResolvers<never>();
  const stop: EventListener = (event) => {
    event.preventDefault();
    failed.reject(notSettled());
  };
  slot.fail = failed.reject;
  addEventListener("beforeunload", stop);
  try {
    return await Promise.race([init(load, options), failed.promise]);
  } finally {
    removeEventListener("beforeunload", stop);
    slot.fail = undefined;
    await slot.close();
  }
}

function notSettled(): RuntimeError {
  return new RuntimeError(
    "Runtime.InitNotSettled",
    "Cannot start the handler: its module or init() waits for a promise that nothing is left to settle. Expected whatever it waits for to be under way, such as a request or a timer",
  );
}

async function init(
  load: () => Promise<AnyBehaviour>,
  options: RunnerOptions,
): Promise<Runner> {
  const behaviour = await load();
  environmentStart.importedAtMs = nowMs();
  const state = await behaviour.init?.();
  environmentStart.endedAtMs = nowMs();
  return {
    invoke: createInvoke({ ...options, behaviour, state }),
    hooks: HOOKS.filter((hook) => behaviour[hook]),
    async call(hook) {
      await behaviour[hook]?.();
    },
  };
}

/** The time since the epoch, as finely as it can be told. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
