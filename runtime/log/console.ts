// Copyright 2026 the Toukon Lambda authors. MIT license.

import { createCounters, createTimers } from "./count.ts";
import { format, show } from "./format.ts";
import type { LambdaLog, LogLevel } from "./log.ts";
import { drawTable } from "./table.ts";

let threadLog: LambdaLog | undefined;

/** The log of this thread, where a runtime serves in it. */
export function currentLog(): LambdaLog | undefined {
  return threadLog;
}

/**
 * Sends what a handler prints through the log, with its level and request id.
 * It is the thread's log from then on.
 */
export function sendConsoleTo(log: LambdaLog): void {
  threadLog = log;
  const print = (level: LogLevel) => (...args: unknown[]) =>
    log.print(level, args);
  const info = print("INFO");
  // Where records of several invocations mix, indented ones would mislead.
  const group = (...args: unknown[]) => {
    if (args.length > 0) info(...args);
  };
  Object.assign(console, {
    debug: print("DEBUG"),
    log: info,
    info,
    warn: print("WARN"),
    error: print("ERROR"),
    dirxml: info,
    group,
    groupCollapsed: group,
    groupEnd() {},
    ...createShowers(log),
    ...createChecks(log),
    ...createCounters(log),
    ...createTimers(log),
  });
}

/** The console's methods that show one value in a way of their own. */
function createShowers(log: LambdaLog) {
  return {
    dir(value: unknown, options?: Deno.InspectOptions): void {
      if (log.format === "json" || options === undefined) {
        log.print("INFO", [value]);
      } else {
        log.info(show(value, options));
      }
    },
    table(data: unknown, columns?: string[]): void {
      const table = log.format === "json" ? undefined : draw(data, columns);
      log.print("INFO", table === undefined ? [data] : ["%s", table]);
    },
  };
}

function draw(data: unknown, columns?: string[]): string | undefined {
  try {
    return drawTable(data, columns);
  } catch {
    // What cannot be drawn, such as a getter that throws, is shown.
    return undefined;
  }
}

/** The console's methods that tell where the program is, and what is wrong. */
function createChecks(log: LambdaLog) {
  return {
    assert(condition?: unknown, ...args: unknown[]): void {
      if (condition) return;
      const [first, ...rest] = args;
      if (args.length === 0) {
        log.error("Assertion failed");
      } else if (typeof first === "string") {
        log.print("ERROR", [`Assertion failed: ${first}`, ...rest]);
      } else {
        log.print("ERROR", ["Assertion failed:", ...args]);
      }
    },
    trace(...args: unknown[]): void {
      const stack = new Error().stack?.split("\n").slice(2).join("\n") ?? "";
      log.debug(`Trace: ${format(args)}\n${stack}`);
    },
  };
}
