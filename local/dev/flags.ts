// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";

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
    unknown: refuseUnknown(
      NAMES,
      "give the event on stdin or with --event FILE",
    ),
  });
  for (const name of ["event", "handler"] as const) {
    if (flags[name] === "") {
      throw new UsageError(`Cannot use --${name}: expected a path after it`);
    }
  }
  const { event, handler, help, version } = flags;
  return { event, handler, help, version };
}
