// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApiLostError } from "../failure/errors.ts";
import type { Config } from "../config.ts";
import { toErrorDocument } from "../failure/failure.ts";
import { logFailure } from "../failure/report.ts";
import type { Log } from "../log/log.ts";

/**
 * Runs the child until it ends, and starts it again when it crashes, with the
 * restart intensity of an OTP supervisor: more than `maxRestarts` crashes
 * within `maxSeconds` are passed on, as is what a restart cannot mend.
 *
 * @see {@link https://www.erlang.org/doc/system/sup_princ.html}
 */
export async function supervise(
  child: () => Promise<void>,
  { maxRestarts, maxSeconds }: Config["supervisor"],
  log: Log,
): Promise<void> {
  const restarts = new Restarts(maxSeconds);
  for (;;) {
    try {
      return await child();
    } catch (error) {
      if (RuntimeApiLostError.is(error)) throw error;
      const count = restarts.count();
      if (count > maxRestarts) throw error;
      logFailure(
        log,
        `Loop crashed and is restarted (${count} of ${maxRestarts} in ${maxSeconds} s)`,
        toErrorDocument(error),
      );
    }
  }
}

/** Counts restarts within a time. */
export class Restarts {
  readonly #maxSeconds: number;
  readonly #times: number[] = [];

  constructor(maxSeconds: number) {
    this.#maxSeconds = maxSeconds;
  }

  /** Counts one more, and gives how many there were in the last `maxSeconds`. */
  count(): number {
    const now = performance.now();
    this.#times.push(now);
    while (now - this.#times[0] > this.#maxSeconds * 1000) this.#times.shift();
    return this.#times.length;
  }
}
