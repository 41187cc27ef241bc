// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What `parseArgs` returns. */
export type Args<TBooleans extends string, TStrings extends string> =
  & { [K in TBooleans]: boolean }
  & { [K in TStrings]?: string }
  & {
    /** The arguments that belong to no option. */
    _: Array<string | number>;
  };

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions<
  TBooleans extends string,
  TStrings extends string,
> {
  /** Options without a value. */
  boolean?: readonly TBooleans[];
  /** Options with a value. */
  string?: readonly TStrings[];
  /** Called for what is not declared; `false` leaves the argument out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/**
 * Parses command line arguments: `--name value`, `--name=value` and `--flag`;
 * the rest goes to `_`, which ends after `--`.
 */
export function parseArgs<
  TBooleans extends string = never,
  TStrings extends string = never,
>(
  args: string[],
  options: ParseOptions<TBooleans, TStrings> = {},
): Args<TBooleans, TStrings> {
  const { unknown } = options;
  const booleans = new Set<string>(options.boolean);
  const strings = new Set<string>(options.string);
  const rest: string[] = [];
  const result: Record<string, unknown> = { _: rest };
  for (const name of booleans) result[name] = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    const [, key, value] = /^--?([^=]+)(?:=([^]*))?$/.exec(arg) ?? [];
    if (key === undefined) {
      if (unknown?.(arg) !== false) rest.push(arg);
    } else if (booleans.has(key)) {
      const next = args[i + 1];
      const isNext = value === undefined && /^(?:true|false)$/.test(next);
      if (isNext) i++;
      result[key] = (isNext ? next : value) !== "false";
    } else if (!strings.has(key)) {
      if (unknown?.(arg, key, value) !== false) result[key] = value;
    } else if (value !== undefined) {
      result[key] = value;
    } else {
      const next = args[i + 1];
      const isNext = next !== undefined && !next.startsWith("-");
      if (isNext) i++;
      result[key] = isNext ? next : "";
    }
  }
  return result as Args<TBooleans, TStrings>;
}
