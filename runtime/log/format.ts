// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Shows values whole, where Deno would cut deep and long ones. */
const WHOLE: Deno.InspectOptions = {
  depth: Infinity,
  iterableLimit: Infinity,
  strAbbreviateSize: Infinity,
};

/**
 * Formats arguments as `console.log` does.
 *
 * @see {@link https://console.spec.whatwg.org/#formatter}
 */
export function format(args: unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== "string" || rest.length === 0) return join(args);
  const text = first.replace(/%([%sdifjoOc])/g, (directive, kind) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return directive;
    return substitute(kind, rest.shift());
  });
  return join([text, ...rest]);
}

/** Shows arguments side by side. */
export function join(args: unknown[]): string {
  return args.map((arg) => show(arg)).join(" ");
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
        return Deno.inspect(arg, WHOLE);
    }
  } catch {
    return show(arg);
  }
}

/** Shows a value, and never throws. */
export function show(
  arg: unknown,
  options: Deno.InspectOptions = WHOLE,
): string {
  if (typeof arg === "string") return arg;
  try {
    return Deno.inspect(arg, options);
  } catch {
    return "[a value that cannot be shown]";
  }
}
