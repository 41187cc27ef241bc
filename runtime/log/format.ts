// Copyright 2026 the Toukon Lambda authors. MIT license.

import { safely } from "../failure/failure.ts";

/**
 * Formats arguments as `console.log` does. Never throws.
 *
 * @see {@link https://console.spec.whatwg.org/#formatter}
 */
export function format(args: readonly unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== "string" || rest.length === 0) {
    return args.map(show).join(" ");
  }
  const text = first.replace(/%([%sdifjoOc])/g, (directive, kind) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return directive;
    const arg = rest.shift();
    return safely(() => substitute(kind, arg)) ?? show(arg);
  });
  return [text, ...rest.map(show)].join(" ");
}

function substitute(kind: string, arg: unknown): string {
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
      return inspect(arg);
  }
}

/** Shows any value as text. Never throws. */
export function show(arg: unknown): string {
  if (typeof arg === "string") return arg;
  return safely(() => inspect(arg)) ?? "[a value that cannot be shown]";
}

/** Shows a value as the console does, but with its strings in full. */
function inspect(arg: unknown): string {
  return Deno.inspect(arg, { strAbbreviateSize: Infinity });
}
