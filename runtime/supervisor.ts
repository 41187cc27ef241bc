// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApiLostError } from "./api.ts";
import type { Config } from "./config.ts";
import { toErrorDocument, toText } from "./failure.ts";
import type { Log } from "./log.ts";

/**
 * Runs the child and starts it again when it crashes, with the restart
 * intensity of an OTP supervisor: more than `maxRestarts` crashes within
 * `maxSeconds` are passed on, as is what a restart cannot mend.
 *
 * @see {@link https://www.erlang.org/doc/system/sup_princ.html}
 */
export async function supervise(
  child: () => Promise<never>,
  { maxRestarts, maxSeconds }: Config["supervisor"],
  log: Log,
): Promise<never> {
  const crashes: number[] = [];
  for (;;) {
    try {
      await child();
    } catch (error) {
      if (error instanceof RuntimeApiLostError) throw error;
      const now = performance.now();
      crashes.push(now);
      while (now - crashes[0] > maxSeconds * 1000) crashes.shift();
      if (crashes.length > maxRestarts) throw error;
      log.error(
        `Loop crashed and is restarted (${crashes.length} of ${maxRestarts} in ${maxSeconds} s): ${
          toText(toErrorDocument(error))
        }`,
      );
    }
  }
}
