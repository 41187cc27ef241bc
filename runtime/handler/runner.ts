// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { AnyBehaviour, Source } from "./behaviour.ts";
import type { ConfigFile } from "../config.ts";
import { loadBehaviour } from "./load.ts";
import type { InFlight } from "./slot.ts";
import { createInvoke, type InvokeOptions } from "./invoke.ts";
import type { Invoke } from "../loop.ts";

const HOOKS = ["beforeSnapshot", "afterRestore", "shutdown"] as const;

/** What a handler may do beside answering, once it has started. */
export type Hook = typeof HOOKS[number];

/** What runs the handler: this thread, or workers under it. */
export interface Host {
  /** Runs the handler for an invocation. */
  invoke: Invoke;
  /** The hooks that the handler has. */
  hooks: readonly Hook[];
  /** Calls a hook, where the handler has it. */
  call(hook: Hook): Promise<void>;
}

/** Options for {@linkcode startHost}. */
export interface HostOptions
  extends Omit<InvokeOptions, "behaviour" | "state"> {
  /** The handler; left out, it is the one that the configuration names. */
  source: Source | Promise<Source> | undefined;
  /** The configuration. */
  file: ConfigFile;
  /** Told what fails the start from outside. */
  idle: InFlight;
}

/** Loads the handler into this thread and initializes it. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { idle } = options;
  const failed = Promise.withResolvers<never>();
  idle.fail = failed.reject;
  try {
    return await Promise.race([init(options), failed.promise]);
  } finally {
    idle.fail = undefined;
  }
}

async function init({ source, file, ...options }: HostOptions): Promise<Host> {
  const behaviour: AnyBehaviour = await loadBehaviour(source, file);
  const state = await behaviour.init?.();
  return {
    invoke: createInvoke({ ...options, behaviour, state }),
    hooks: HOOKS.filter((hook) => behaviour[hook]),
    async call(hook) {
      await behaviour[hook]?.();
    },
  };
}
