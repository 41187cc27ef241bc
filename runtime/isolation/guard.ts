// Copyright 2026 the Toukon Lambda authors. MIT license.

// A bundle would load what is imported statically at every start.
const { Script } = await import("node:vm");

const CALL = "@toukon/lambda call";

/** Lends V8's watchdog, which only the calls of scripts have. */
const script = new Script(`globalThis[Symbol.for("${CALL}")]()`);
const scope = globalThis as unknown as Record<symbol, () => void>;

/**
 * Calls a function, and throws into it when it has not returned in time.
 *
 * A thread that is blocked does not see that its worker is terminated. What
 * runs after the first `await` of the function is not watched.
 */
export function callWithin<T>(call: () => T, timeoutMs: number): T {
  let result: T;
  scope[Symbol.for(CALL)] = () => {
    result = call();
  };
  script.runInThisContext({ timeout: Math.max(1, Math.ceil(timeoutMs)) });
  return result!;
}
