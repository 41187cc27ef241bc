// Copyright 2026 the Toukon Lambda authors. MIT license.

import { format } from "./format.ts";
import type { LambdaLog, LogLevel } from "./log.ts";
import { toTable } from "./table.ts";

/** Sends what a handler prints through the log, with its level and request id. */
export function sendConsoleTo(log: LambdaLog): void {
  let indent = "";
  const print = (level: LogLevel, args: unknown[]) =>
    log.write(level, indent ? [indented(format(args), indent)] : args);
  const printerOf = (level: LogLevel) => (...args: unknown[]) =>
    print(level, args);
  const openGroup = (...args: unknown[]) => {
    if (args.length > 0) print("INFO", args);
    indent += "  ";
  };
  Object.assign(console, {
    debug: printerOf("DEBUG"),
    log: printerOf("INFO"),
    info: printerOf("INFO"),
    warn: printerOf("WARN"),
    error: printerOf("ERROR"),
    dirxml: printerOf("INFO"),
    dir: (value: unknown, options?: Deno.InspectOptions) =>
      print("INFO", options ? [Deno.inspect(value, options)] : [value]),
    table: (...args: [unknown, string[]?]) =>
      print("INFO", [toTable(...args) ?? format(args)]),
    trace: (...args: unknown[]) => {
      const stack = new Error().stack?.split("\n").slice(2).join("\n") ?? "";
      print("DEBUG", [`Trace: ${format(args)}\n${stack}`]);
    },
    assert: (condition?: unknown, ...args: unknown[]) => {
      if (condition) return;
      const details = args.length > 0 ? `: ${format(args)}` : "";
      print("ERROR", [`Assertion failed${details}`]);
    },
    group: openGroup,
    groupCollapsed: openGroup,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    ...counters(print),
    ...stopwatches(print),
  });
}

type Print = (level: LogLevel, args: unknown[]) => void;

function counters(print: Print) {
  const counts = new Map<string, number>();
  return {
    count: (label = "default") => {
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      print("INFO", [`${label}: ${count}`]);
    },
    countReset: (label = "default") => {
      if (counts.delete(label)) return;
      print("WARN", [`Count for "${label}" does not exist`]);
    },
  };
}

function stopwatches(print: Print) {
  const starts = new Map<string, number>();
  const elapsed = (label: string, args: unknown[]) => {
    const start = starts.get(label);
    if (start === undefined) {
      print("WARN", [`Timer "${label}" does not exist`]);
      return;
    }
    const ms = (performance.now() - start).toFixed(3);
    print("INFO", [[`${label}: ${ms} ms`, format(args)].join(" ").trimEnd()]);
  };
  return {
    time: (label = "default") => {
      if (starts.has(label)) {
        print("WARN", [`Timer "${label}" already exists`]);
      } else {
        starts.set(label, performance.now());
      }
    },
    timeLog: (label = "default", ...args: unknown[]) => elapsed(label, args),
    timeEnd: (label = "default") => {
      elapsed(label, []);
      starts.delete(label);
    },
  };
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^/gm, indent);
}
