// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./usage_error.ts";

/** What the command line of a local run says. */
export interface Flags {
  /** The file that holds the event, instead of stdin. */
  event: string | undefined;
  /** The handler module, instead of the one that deno.json names. */
  handler: string | undefined;
  /** Print the help and do nothing else. */
  help: boolean;
  /** Print the version and do nothing else. */
  version: boolean;
}

/** The text of `--help`. */
export const HELP = `Runs the Lambda handler once and prints its reply.

Usage: echo '{"name":"Deno"}' | deno task dev [options]

The event is read from stdin; an empty one is {}.

Options:
  --event FILE      Read the event from FILE
  --handler MODULE  Run MODULE instead of the handler that deno.json names
  --help            Show this help
  --version         Show the version

Exit codes: 0 replied, 1 the handler failed, 2 the event or an option is wrong`;

const NAMES = ["event", "handler", "help", "version"];

/** Parses the command line of a local run. */
export function parseFlags(args: string[]): Flags {
  const flags = parseArgs(args, {
    string: ["event", "handler"],
    boolean: ["help", "version"],
    unknown: refuse,
  });
  for (const name of ["event", "handler"] as const) {
    if (flags[name] === "") {
      throw new UsageError(`Cannot use --${name}: expected a path after it`);
    }
  }
  const { event, handler, help, version } = flags;
  return { event, handler, help, version };
}

function refuse(arg: string, key?: string): never {
  if (key === undefined) {
    throw new UsageError(
      `Cannot use "${arg}": expected options only; give the event on stdin or with --event FILE`,
    );
  }
  const nearest =
    NAMES.toSorted((a, b) => distance(a, key) - distance(b, key))[0];
  throw new UsageError(
    `Unknown option "${arg}": did you mean --${nearest}? See --help`,
  );
}

/** The Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
