// Copyright 2026 the Toukon Lambda authors. MIT license.

import { show } from "./format.ts";
import type { LambdaLog } from "./log.ts";

/** The console's methods that count. */
export function createCounters(
  log: LambdaLog,
): Pick<Console, "count" | "countReset"> {
  const counts = new Map<string, number>();
  return {
    count(label: unknown = "default"): void {
      const name = toLabel(label);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      log.info(`${name}: ${count}`);
    },
    countReset(label: unknown = "default"): void {
      const name = toLabel(label);
      if (!counts.delete(name)) log.warn(`Count for '${name}' does not exist`);
    },
  };
}

/** The console's methods that measure time. */
export function createTimers(
  log: LambdaLog,
): Pick<Console, "time" | "timeLog" | "timeEnd"> {
  const startsMs = new Map<string, number>();
  function tell(name: string, args: unknown[]): void {
    const startMs = startsMs.get(name);
    if (startMs === undefined) {
      log.warn(`Timer '${name}' does not exist`);
      return;
    }
    const durationMs = Number((performance.now() - startMs).toFixed(3));
    log.print("INFO", ["%s", `${name}: ${durationMs}ms`, ...args]);
  }
  return {
    time(label: unknown = "default"): void {
      const name = toLabel(label);
      if (!startsMs.has(name)) startsMs.set(name, performance.now());
      else log.warn(`Timer '${name}' already exists`);
    },
    timeLog(label: unknown = "default", ...args: unknown[]): void {
      tell(toLabel(label), args);
    },
    timeEnd(label: unknown = "default"): void {
      const name = toLabel(label);
      tell(name, []);
      startsMs.delete(name);
    },
  };
}

function toLabel(label: unknown): string {
  try {
    return String(label);
  } catch {
    return show(label);
  }
}
