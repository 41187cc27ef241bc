// Copyright 2026 the Toukon Lambda authors. MIT license.

import { InternalError } from "../failure/errors.ts";
import { importNode } from "../import_node.ts";

/** What is used of `node:vm`. */
interface NodeVm {
  Script: new (
    code: string,
  ) => { runInThisContext(options: { timeout: number }): unknown };
}

const { Script } = await importNode<NodeVm>("vm");

const CALL = "@toukon/lambda call";

/** The longest timeout that a script can have. */
const LONGEST_SCRIPT_TIMEOUT_MS = 2 ** 32 - 1;

/** Lends V8's watchdog, which only the calls of scripts have. */
const script = new Script(`globalThis[Symbol.for("${CALL}")]()`);
const globals = globalThis as unknown as Record<symbol, () => void>;

/** The function was interrupted: what it worked on may be half done. */
export class BlockedError extends InternalError {
  override name = "BlockedError";
}

/**
 * Calls a function, and interrupts it when it has not returned in time.
 *
 * A thread that is blocked does not see that its worker is terminated. What
 * runs after the first `await` of the function is not watched.
 *
 * @throws {BlockedError} If it was interrupted.
 */
export function callWithin<T>(call: () => T, timeoutMs: number): T {
  let outcome: { value: T } | { error: unknown } | undefined;
  globals[Symbol.for(CALL)] = () => {
    try {
      outcome = { value: call() };
    } catch (error) {
      outcome = { error };
    }
  };
  const timeout = Math.min(
    Math.max(1, Math.ceil(timeoutMs)),
    LONGEST_SCRIPT_TIMEOUT_MS,
  );
  try {
    script.runInThisContext({ timeout });
  } catch {
    // Only an interruption gets past the function, or comes just after it.
  }
  if (!outcome) throw new BlockedError("Handler was interrupted");
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
