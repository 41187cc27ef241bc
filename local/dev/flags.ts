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
  /** How long the handler may take. */
  timeoutMs: number;
  /** Print the version and do nothing else. */
  version: boolean;
}

/** The text of `--help`. */
export const HELP = `Runs the Lambda handler once and prints its reply.

Usage: echo '{"name":"Deno"}' | deno task dev [options]

The event is read from stdin; an empty one is {}.

Options:
  -e, --event FILE       Read the event from FILE
      --handler MODULE   Run MODULE instead of the handler that deno.json names
      --timeout SECONDS  Give the handler so long instead of 30 seconds
  -h, --help             Show this help
      --version          Show the version

Paths are relative to the directory where you are.

Exit codes: 0 replied, 1 the handler failed, 2 the event, an option or the
configuration is wrong. A handler that ends the process with a code of its own
ends the run with it`;

const NAMES = ["event", "handler", "help", "timeout", "version"];
const DEFAULT_TIMEOUT_SECONDS = 30;
/** The longest that Lambda gives a function. */
const MAX_TIMEOUT_SECONDS = 900;

/** Parses the command line of a local run. */
export function parseFlags(args: string[]): Flags {
  const flags = parseArgs(args, {
    string: ["e", "event", "handler", "timeout"],
    boolean: ["h", "help", "version"],
    unknown: refuseUnknown(
      NAMES,
      "give the event on stdin or with --event FILE",
    ),
  });
  const { e, event = e, h, handler, help, timeout, version } = flags;
  refuseEmpty({ event, handler });
  return {
    event,
    handler,
    help: help || h,
    timeoutMs: toTimeoutMs(timeout),
    version,
  };
}

function refuseEmpty(paths: Record<string, string | undefined>): void {
  for (const [name, path] of Object.entries(paths)) {
    if (path !== "") continue;
    throw new UsageError(`Cannot use --${name}: expected a path after it`);
  }
}

function toTimeoutMs(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_SECONDS * 1_000;
  const seconds = timeout.trim() === "" ? NaN : Number(timeout);
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1_000;
  throw new UsageError(
    `Cannot use --timeout: expected a number of seconds above 0, at most ${MAX_TIMEOUT_SECONDS}, found "${timeout}"`,
  );
}
