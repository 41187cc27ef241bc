// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What `parseArgs` returns. */
export type Args<
  // deno-lint-ignore no-explicit-any
  TArgs extends Record<string, unknown> = Record<string, any>,
  TDoubleDash extends boolean | undefined = undefined,
> =
  & TArgs
  & {
    /** The arguments that belong to no option. */
    _: Array<string | number>;
  }
  & (true extends TDoubleDash ? {
      /** The arguments after `--`. */
      "--": string[];
    }
    : unknown);

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions<
  TBooleans extends string | boolean | undefined = string | boolean | undefined,
  TStrings extends string | undefined = string | undefined,
  TCollectable extends string | undefined = string | undefined,
  TNegatable extends string | undefined = string | undefined,
  TDefault extends Record<string, unknown> | undefined =
    | Record<string, unknown>
    | undefined,
  TAliases extends Aliases | undefined = Aliases | undefined,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /** Puts what comes after `--` into the key `--` instead of `_`. */
  "--"?: TDoubleDash;
  /** Other names of an option. */
  alias?: TAliases;
  /** Options without a value; `true` for all that have no `=`. */
  boolean?: TBooleans | ReadonlyArray<Extract<TBooleans, string>>;
  /** The values of options that are not given. */
  default?: TDefault;
  /** Parses nothing more after the first argument that is no option. */
  stopEarly?: boolean;
  /** Options whose values stay text. */
  string?: TStrings | ReadonlyArray<Extract<TStrings, string>>;
  /** Options that may be repeated and hold all their values. */
  collect?: TCollectable | ReadonlyArray<Extract<TCollectable, string>>;
  /** Options that `--no-NAME` sets to `false`. */
  negatable?: TNegatable | ReadonlyArray<Extract<TNegatable, string>>;
  /** Called for what is not declared; `false` leaves the argument out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Aliases = Partial<Record<string, string | ReadonlyArray<string>>>;

/** Without a declared option nothing is known of the result. */
type Values<
  TBooleans extends string | boolean | undefined,
  TStrings extends string | undefined,
  TCollectable extends string | undefined,
  TNegatable extends string | undefined,
  TDefault extends Record<string, unknown> | undefined,
  TAliases extends Aliases | undefined,
> = [Extract<TBooleans | TStrings | TCollectable, string>] extends [never]
  // deno-lint-ignore no-explicit-any
  ? Record<string, any>
  :
    & Record<string, unknown>
    & WithAliases<
      WithDefaults<
        & { [K in Exclude<Extract<TBooleans, string>, TCollectable>]: boolean }
        & { [K in Extract<TBooleans, TCollectable & string>]: boolean[] }
        & {
          [K in Exclude<Extract<TStrings, string>, TCollectable>]?:
            | string
            | (K extends TNegatable ? false : never);
        }
        & { [K in Extract<TStrings, TCollectable & string>]: string[] }
        & {
          [
            K in Exclude<
              Extract<TCollectable, string>,
              Extract<TBooleans | TStrings, string>
            >
          ]: unknown[];
        },
        TDefault
      >,
      TAliases
    >;

type WithDefaults<TArgs, TDefault> = TDefault extends Record<string, unknown> ?
    & Omit<TArgs, keyof TDefault>
    & {
      [K in keyof TDefault]: K extends keyof TArgs
        ? NonNullable<TArgs[K]> | TDefault[K]
        : unknown;
    }
  : TArgs;

type WithAliases<TArgs, TAliases> = {
  [K in keyof TArgs as K | AliasOf<K, TAliases>]: TArgs[K];
};

type AliasOf<K, TAliases> = K extends keyof TAliases
  ? TAliases[K] extends string ? TAliases[K]
  : TAliases[K] extends ReadonlyArray<infer TName extends string> ? TName
  : never
  : never;

/**
 * Parses command line arguments as `minimist` does: `--name value`,
 * `--name=value`, `--flag`, `-f`, `-abc`, `-n5`; the rest goes to `_`. What
 * looks like a number becomes one unless the option is declared as a string.
 * Dots in names have no meaning here.
 */
export function parseArgs<
  TBooleans extends string | boolean | undefined = undefined,
  TStrings extends string | undefined = undefined,
  TCollectable extends string | undefined = undefined,
  TNegatable extends string | undefined = undefined,
  TDefault extends Record<string, unknown> | undefined = undefined,
  const TAliases extends Aliases | undefined = undefined,
  TDoubleDash extends boolean | undefined = undefined,
>(
  args: string[],
  options: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefault,
    TAliases,
    TDoubleDash
  > = {},
): Args<
  Values<TBooleans, TStrings, TCollectable, TNegatable, TDefault, TAliases>,
  TDoubleDash
> {
  const end = args.indexOf("--");
  const rest = end < 0 ? [] : args.slice(end + 1);
  const parser = new Parser(options as ParseOptions);
  parser.parse(end < 0 ? args : args.slice(0, end));
  const result = parser.finish();
  if (options["--"]) result["--"] = rest;
  else result._.push(...rest);
  return result as ReturnType<
    typeof parseArgs<
      TBooleans,
      TStrings,
      TCollectable,
      TNegatable,
      TDefault,
      TAliases,
      TDoubleDash
    >
  >;
}

class Parser {
  readonly #options: ParseOptions;
  readonly #aliases: Map<string, string[]>;
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #collected: Set<string>;
  readonly #negatable: Set<string>;
  readonly #result: Args = { _: [] };

  constructor(options: ParseOptions) {
    this.#options = options;
    this.#aliases = aliasesOf(options.alias);
    this.#booleans = this.#withAliases(
      typeof options.boolean === "boolean" ? [] : options.boolean,
    );
    this.#strings = this.#withAliases(options.string);
    this.#collected = this.#withAliases(options.collect);
    this.#negatable = this.#withAliases(options.negatable);
  }

  parse(args: string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (arg.startsWith("--")) {
        if (this.#long(arg, args[i + 1])) i++;
      } else if (arg.startsWith("-") && arg !== "-") {
        if (this.#short(arg, args[i + 1])) i++;
      } else {
        this.#positional(arg);
        if (!this.#options.stopEarly) continue;
        this.#result._.push(...args.slice(i + 1));
        return;
      }
    }
  }

  finish(): Args {
    const defaults = Object.entries(this.#options.default ?? {});
    for (const [key, value] of defaults) {
      if (Object.hasOwn(this.#result, key)) continue;
      for (const name of this.#namesOf(key)) this.#result[name] = value;
    }
    for (const key of [...this.#booleans, ...this.#strings]) {
      if (Object.hasOwn(this.#result, key)) continue;
      if (this.#collected.has(key)) this.#result[key] = [];
      else if (this.#booleans.has(key)) this.#result[key] = false;
    }
    return this.#result;
  }

  #withAliases(names: string | readonly string[] = []): Set<string> {
    const list = typeof names === "string" ? [names] : names;
    return new Set(list.flatMap((name) => this.#namesOf(name)));
  }

  #namesOf(name: string): string[] {
    return [name, ...this.#aliases.get(name) ?? []];
  }

  /** Whether `next` was taken as the value. */
  #long(arg: string, next?: string): boolean {
    const equals = arg.indexOf("=", 3);
    if (equals > 0) {
      const key = arg.slice(2, equals);
      const value = arg.slice(equals + 1);
      this.#set(key, this.#booleans.has(key) ? value !== "false" : value, arg);
      return false;
    }
    const key = arg.slice(2);
    if (key.startsWith("no-") && this.#negatable.has(key.slice(3))) {
      this.#set(key.slice(3), false, arg);
      return false;
    }
    const isBoolean = this.#booleans.has(key) || this.#options.boolean === true;
    return this.#value(key, arg, isBoolean, next?.startsWith("-"), next);
  }

  /** Whether `next` was taken as the value. */
  #short(arg: string, next?: string): boolean {
    for (let i = 1; i < arg.length - 1; i++) {
      const key = arg[i];
      const rest = arg.slice(i + 1);
      const value = attachedValue(key, rest);
      if (value !== undefined) {
        this.#set(key, value, arg);
        return false;
      }
      this.#set(key, this.#strings.has(key) ? "" : true, arg);
    }
    const key = arg.slice(-1);
    if (key === "-") return false;
    const isOption = next !== undefined && /^--?[^-]/.test(next);
    return this.#value(key, arg, this.#booleans.has(key), isOption, next);
  }

  /** Sets what has no value in `arg`; whether `next` was taken as the value. */
  #value(
    key: string,
    arg: string,
    isBoolean: boolean,
    nextIsOption = false,
    next?: string,
  ): boolean {
    if (next && !isBoolean && !nextIsOption) {
      this.#set(key, next, arg);
      return true;
    }
    if (next === "true" || next === "false") {
      this.#set(key, next === "true", arg);
      return true;
    }
    this.#set(key, this.#strings.has(key) ? "" : true, arg);
    return false;
  }

  #positional(arg: string): void {
    if (this.#options.unknown?.(arg) === false) return;
    this.#result._.push(this.#strings.has("_") ? arg : numberOr(arg));
  }

  #set(key: string, given: string | boolean, arg: string): void {
    if (!this.#isKnown(key, arg)) {
      if (this.#options.unknown?.(arg, key, given) === false) return;
    }
    const isText = typeof given === "string" && this.#strings.has(key);
    const value = isText || typeof given === "boolean"
      ? given
      : numberOr(given);
    const negates = value === false && arg.startsWith("--no-");
    for (const name of this.#namesOf(key)) {
      if (!this.#collected.has(name) || negates) this.#result[name] = value;
      else if (Array.isArray(this.#result[name])) {
        this.#result[name].push(value);
      } else this.#result[name] = [value];
    }
  }

  #isKnown(key: string, arg: string): boolean {
    return this.#booleans.has(key) || this.#strings.has(key) ||
      this.#aliases.has(key) ||
      (this.#options.boolean === true && /^--[^=]+$/.test(arg));
  }
}

/** Every name with all its other names. */
function aliasesOf(alias: Aliases = {}): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [key, value] of Object.entries(alias)) {
    const names = [key, ...[value ?? []].flat()];
    for (const name of names) {
      map.set(name, names.filter((other) => other !== name));
    }
  }
  return map;
}

/** The value that follows a letter in the same argument, if one does. */
function attachedValue(key: string, rest: string): string | undefined {
  if (!/[A-Za-z]/.test(key)) return undefined;
  if (rest.startsWith("=")) return rest.slice(1);
  return /^(?:\W|-?\d+(?:\.\d*)?(?:e-?\d+)?$)/.test(rest) ? rest : undefined;
}

function numberOr(text: string): string | number {
  return /^(?:0x[0-9a-f]+|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)$/i
      .test(text)
    ? Number(text)
    : text;
}
