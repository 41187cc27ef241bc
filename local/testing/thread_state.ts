// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invoke } from "../../runtime/handler/invoke.ts";
import { withTraceId } from "../../runtime/handler/trace_id.ts";

const TRACE_ID = "_X_AMZN_TRACE_ID";

interface Timers {
  setTimeout: unknown;
  setInterval: unknown;
  setImmediate: unknown;
}

const scope = globalThis as unknown as Timers;

/**
 * What a runtime changes of its thread, as it was before: a process of Lambda's
 * ends with its runtime, and a test goes on after it.
 */
export class ThreadState {
  readonly #console = { ...console };
  readonly #random = Math.random;
  readonly #timers: Timers = readTimers();
  #traceId: string | undefined;
  #hasTraceId = false;

  /** Puts trace ids where the X-Ray SDK reads them, until it is restored. */
  withTraceId(invoke: Invoke): Invoke {
    const permission = { name: "env", variable: TRACE_ID } as const;
    this.#hasTraceId =
      Deno.permissions.querySync(permission).state === "granted";
    if (this.#hasTraceId) this.#traceId = Deno.env.get(TRACE_ID);
    return withTraceId(invoke);
  }

  /** Puts all back, once what the runtime still loads has been loaded. */
  async restore(): Promise<void> {
    // The runtime watches timers from the second invocation on.
    await Promise.all([
      import("../../runtime/handler/scope.ts"),
      import("../../runtime/handler/watch_timers.ts"),
    ]);
    const { promise, resolve } = Promise.withResolvers<void>();
    queueMicrotask(resolve);
    await promise;
    Object.assign(scope, this.#timers);
    Object.assign(console, this.#console);
    Math.random = this.#random;
    if (this.#hasTraceId) {
      if (this.#traceId === undefined) Deno.env.delete(TRACE_ID);
      else Deno.env.set(TRACE_ID, this.#traceId);
    }
  }
}

function readTimers(): Timers {
  const { setTimeout, setInterval, setImmediate } = scope;
  return { setTimeout, setInterval, setImmediate };
}
