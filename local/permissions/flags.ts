// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { isFile } from "../cli/files.ts";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";
import { workingDirectory } from "../cli/working_directory.ts";

/** What the command line says. */
export interface PermissionsFlags {
  /** The files that hold the events, as absolute paths. */
  events: string[];
  /** Print the help and do nothing else. */
  help: boolean;
}

/** The text of `--help`. */
export const HELP =
  `Prints the least "permissions.default" that the handler needs for the events.

Usage: deno task permissions FILE...

Each FILE holds an event. The handler is run with it on this machine, at least
twice, with the environment and the network that there are. Paths are relative
to the directory where you are.

Options:
  -h, --help  Show this help

Exit codes: 0 printed, 1 the handler failed, so that something may be missing,
2 an option or a file is wrong`;

/** Parses the command line. */
export function parsePermissionsFlags(args: string[]): PermissionsFlags {
  const refuse = refuseUnknown(["help"], "name files that hold events");
  const { h, help: isAsked, _: names } = parseArgs(args, {
    boolean: ["h", "help"],
    unknown: (arg, key) => key === undefined || refuse(arg, key),
  });
  const help = h || isAsked;
  if (!help && names.length === 0) {
    throw new UsageError(
      `No event: name files that hold events, as in

  deno task permissions events/hello.json`,
    );
  }
  return { help, events: names.map((name) => toEvent(String(name))) };
}

function toEvent(name: string): string {
  const path = name.startsWith("/") ? name : `${workingDirectory()}/${name}`;
  if (isFile(path)) return path;
  throw new UsageError(
    `Cannot read the event from "${name}": expected a file`,
  );
}
