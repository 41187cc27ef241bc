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
        return Deno.inspect(arg, toBounded(arg));
    }
  } catch {
    return show(arg);
  }
}

/** Shows a value, and never throws. */
export function show(arg: unknown, options?: Deno.InspectOptions): string {
  if (typeof arg === "string") return arg;
  try {
    return Deno.inspect(arg, options ?? toBounded(arg));
  } catch {
    return "[a value that cannot be shown]";
  }
}

/** How many values are shown of one: more would not fit into a record. */
const MAX_VALUES = 100_000;
/** So many characters of a string count as one value. */
const CHARACTERS_A_VALUE = 64;
/** How deep a value is shown that has too many values in it. */
const MAX_DEPTH = 100;
/** How deep a value is looked into, well before the end of the stack. */
const MAX_NESTING = 1_000;

/** Shows a value whole, unless it would never end, as with a dense graph. */
function toBounded(arg: unknown): Deno.InspectOptions {
  if (typeof arg !== "object" || arg === null) return WHOLE;
  if (hasRoomFor(arg, Infinity)) return WHOLE;
  let depth = 0;
  while (depth < MAX_DEPTH && hasRoomFor(arg, depth + 1)) depth++;
  return { depth, iterableLimit: 1_000, strAbbreviateSize: 10_000 };
}

function hasRoomFor(value: object, depth: number): boolean {
  try {
    return countValues(value, depth, [], 0) <= MAX_VALUES;
  } catch {
    // Such as a proxy, which is asked when it is shown as well.
    return true;
  }
}

/** Counts what is shown of a value, as often as it is, up to the limit. */
function countValues(
  value: unknown,
  depth: number,
  ancestors: unknown[],
  before: number,
): number {
  if (typeof value === "string") {
    return before + 1 + value.length / CHARACTERS_A_VALUE;
  }
  let count = before + 1;
  const isLeaf = typeof value !== "object" || value === null ||
    ArrayBuffer.isView(value) || ancestors.includes(value);
  if (isLeaf || ancestors.length > depth) return count;
  if (ancestors.length > MAX_NESTING) return Infinity;
  ancestors.push(value);
  for (const member of membersOf(value)) {
    count = countValues(member, depth, ancestors, count);
    if (count > MAX_VALUES) break;
  }
  ancestors.pop();
  return count;
}

/** Gives what a value has in it, without calling the getters of an object. */
function* membersOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return yield* value;
  if (value instanceof Map) {
    for (const entry of value) yield* entry;
  } else if (value instanceof Error) {
    yield value.cause;
  }
  for (const key of Reflect.ownKeys(value)) {
    yield Object.getOwnPropertyDescriptor(value, key)?.value;
  }
}

/** Cuts a line of too many bytes, and says how many are missing. */
export function cutLine(line: Uint8Array, maxBytes: number): Uint8Array {
  let end = maxBytes - MARK_BYTES;
  // Within a character of UTF-8, bytes begin with the bits 10.
  while ((line[end] & 0xc0) === 0x80) end--;
  const mark = new TextEncoder().encode(`${markOf(line.length - end - 1)}\n`);
  const cut = new Uint8Array(end + mark.length);
  cut.set(line.subarray(0, end));
  cut.set(mark, end);
  return cut;
}

/** How many bytes a mark takes, the line break included, at most. */
export const MARK_BYTES = 40;

/** Says that something is cut, and how much is missing. */
export function markOf(bytes: number): string {
  return `… (${bytes} more bytes)`;
}
