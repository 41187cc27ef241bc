// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Log } from "./log.ts";

/** Sends what a handler prints through the log, with its level and request id. */
export function sendConsoleTo(log: Log): void {
  console.debug = (...args: unknown[]) => log.debug(format(args));
  console.log = (...args: unknown[]) => log.info(format(args));
  console.info = (...args: unknown[]) => log.info(format(args));
  console.warn = (...args: unknown[]) => log.warn(format(args));
  console.error = (...args: unknown[]) => log.error(format(args));
  console.trace = (...args: unknown[]) => {
    const stack = new Error().stack?.split("\n").slice(2).join("\n") ?? "";
    log.debug(`Trace: ${format(args)}\n${stack}`);
  };
}

/**
 * Formats arguments as `console.log` does.
 *
 * @see {@link https://console.spec.whatwg.org/#formatter}
 */
export function format(args: unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== "string" || rest.length === 0) {
    return args.map(show).join(" ");
  }
  const text = first.replace(/%([%sdifjoOc])/g, (directive, kind) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return directive;
    return substitute(kind, rest.shift());
  });
  return [text, ...rest.map(show)].join(" ");
}

function substitute(kind: string, arg: unknown): string {
  try {
    switch (kind) {
      case "c":
        return "";
      case "s":
        return String(arg);
      case "d":
      case "i":
        return String(Number.parseInt(String(arg)));
      case "f":
        return String(Number.parseFloat(String(arg)));
      case "j":
        return String(JSON.stringify(arg));
      default:
        return Deno.inspect(arg);
    }
  } catch {
    return show(arg);
  }
}

function show(arg: unknown): string {
  if (typeof arg === "string") return arg;
  try {
    return Deno.inspect(arg);
  } catch {
    return "[a value that cannot be shown]";
  }
}
