// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";
import { workingDirectory } from "../cli/working_directory.ts";
import { isText, type Payload } from "./builders/payload.ts";
import { type EventFlags, type OptionName, OPTIONS } from "./options.ts";
import { type Source, SOURCES, toObject } from "./sources.ts";

const NAMES = Object.keys(OPTIONS) as OptionName[];

/** The text of `--help`. */
export const HELP = `Prints an event as AWS sends it.

Usage: deno task event NAME [options]
       deno task event list

The names, and which option is for which, are those of the list. An event that
is given no options is whole, and the same each time.

Options:
${NAMES.map(describe).join("\n")}
      --body-file FILE       The file with the body
  -h, --help                   Show this help

Paths are relative to the directory where you are.

Exit codes: 0 printed, 2 the name or an option is wrong`;

function describe(name: OptionName): string {
  const { value, text } = OPTIONS[name];
  return `      ${`--${name} ${value ?? ""}`.padEnd(23)}${text}`;
}

/** The options as they were given. */
type Values =
  & {
    [Name in Exclude<OptionName, ListName | "multi-value"> | "body-file"]?:
      string;
  }
  & { [Name in ListName]: string[] }
  & { "multi-value": boolean };

/** The options that may be given again. */
type ListName = "header" | "record" | "to";

/** What `parseArgs` gives for options whose names it does not know as types. */
interface Parsed {
  _: (string | number)[];
  [name: string]: unknown;
}

/** What the command line asks for. */
export type Asked = "help" | "list" | { event: () => unknown };

/**
 * Parses the command line.
 *
 * @throws {UsageError} If there is no such event, or it has no such option.
 */
export function parseEventFlags(args: string[]): Asked {
  const refuse = refuseUnknown([...NAMES, "body-file", "help"], "");
  const { h, help, _: names, ...values }: Parsed = parseArgs(args, {
    boolean: ["h", "help", "multi-value"],
    string: [...NAMES.filter((name) => OPTIONS[name].value), "body-file"],
    collect: ["header", "record", "to"],
    unknown: (arg, key) => key === undefined || refuse(arg, key),
  });
  if (h || help) return "help";
  const [name, another] = names.map(String);
  if (name === undefined) {
    throw new UsageError(
      `No event: name one, as in

  deno task event sqs

"deno task event list" shows the names`,
    );
  }
  if (another !== undefined) {
    throw new UsageError(
      `Cannot use "${another}": expected one name, then options only`,
    );
  }
  if (name === "list") return name;
  if (!Object.hasOwn(SOURCES, name)) {
    throw new UsageError(
      `Unknown event "${name}": expected one of ${
        Object.keys(SOURCES).join(", ")
      }`,
    );
  }
  const source = SOURCES[name];
  const flags = readFlags(values as Values);
  refuseOthers(name, source, flags);
  return { event: () => buildEvent(source, flags) };
}

/** What a builder refuses is said on one line. */
function buildEvent(source: Source, flags: EventFlags): unknown {
  try {
    return source.event(flags);
  } catch (error) {
    const isRefusal = error instanceof TypeError &&
      error.message.startsWith("Cannot make ");
    if (!isRefusal) throw error;
    throw new UsageError(error.message);
  }
}

function readFlags(values: Values): EventFlags {
  const { "body-file": file, header, record, to, time, ...rest } = values;
  refuseEmpty(values);
  const { attributes, old, method, "multi-value": isMultiValue, ...texts } =
    rest;
  const flags: EventFlags = {
    ...texts,
    body: file === undefined ? texts.body : readBody(file, texts.body),
    method: method?.toUpperCase(),
    "multi-value": isMultiValue || undefined,
    header: header.length > 0 ? readHeaders(header) : undefined,
    record: record.length > 0 ? record : undefined,
    to: to.length > 0 ? to : undefined,
    time: time === undefined ? undefined : readTime(time),
    attributes: attributes === undefined
      ? undefined
      : toObject(attributes, "attributes"),
    old: old === undefined ? undefined : toObject(old, "old"),
  };
  return Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
}

/** A body or a record may be empty, and nothing else. */
function refuseEmpty({ body: _body, record: _record, ...rest }: Values): void {
  for (const [name, value] of Object.entries(rest)) {
    if (value !== "" && !(Array.isArray(value) && value.includes(""))) continue;
    throw new UsageError(`Cannot use --${name}: expected a value after it`);
  }
}

function refuseOthers(name: string, source: Source, flags: EventFlags): void {
  const other = Object.keys(flags)
    .find((option) => !source.options.includes(option as OptionName));
  if (other === undefined) return;
  throw new UsageError(
    `Cannot use --${other} with "${name}": expected ${
      source.options.map((option) => `--${option}`).join(", ")
    }`,
  );
}

function readBody(file: string, body: string | undefined): Payload {
  if (body !== undefined) {
    throw new UsageError(
      "Cannot use --body and --body-file together: expected one body",
    );
  }
  const path = file.startsWith("/") ? file : `${workingDirectory()}/${file}`;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the body from "${file}": ${reason}`);
  }
  return isText(bytes) ? new TextDecoder().decode(bytes) : bytes;
}

function readHeaders(lines: string[]): Record<string, string[]> {
  const pairs = lines.map((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) return { name: name.toLowerCase(), value };
    throw new UsageError(
      `Cannot use --header: expected "name: value", found "${line}"`,
    );
  });
  return Object.fromEntries(
    [...Map.groupBy(pairs, ({ name }) => name)]
      .map(([name, group]) => [name, group.map(({ value }) => value)]),
  );
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `Cannot use --time: expected a time such as 2026-01-02T03:04:05Z, found "${text}"`,
  );
}
