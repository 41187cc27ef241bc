// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";
import {
  type ChoiceName,
  CHOICES,
  type Choices,
  isChoice,
  listOf,
} from "./choices.ts";
import { problemOf } from "./project_name.ts";

/** What the command line says. */
export interface CreateFlags {
  /** The name of the project, if it is given. */
  name: string | undefined;
  /** What is chosen by an option. */
  chosen: Partial<Choices>;
  /** Begin a git repository; undefined where nothing is said of it. */
  git: boolean | undefined;
  /** Print the help and do nothing else. */
  help: boolean;
  /** The folder of a package that is used instead of the one on JSR. */
  package: string | undefined;
  /** Take the default of what is not said, without a question. */
  yes: boolean;
}

/** The text of `--help`. */
export const HELP = `Makes a new project for a Lambda function.

Usage: deno run -A jsr:@toukon/lambda/create NAME [options]
       deno create jsr:@toukon/lambda -- NAME [options]

NAME is that of the function and of the new folder. In a terminal, what no
option says is asked for; else it is the default, the first of each list.

Options:
  --kind KIND        What it answers: event, fetch (HTTP requests), stream (HTTP
                     requests, bit by bit) or batch (messages of a queue)
  --isolation WHERE  Where the handler runs: none (beside the runtime) or worker
  --infra HOW        How it gets to AWS: cdk (an AWS CDK app and a GitHub
                     workflow) or none (commands of the AWS CLI in the README)
  --form FORM        What Lambda gets: image or zip; zip goes with --infra none
  --readme LANGUAGE  The language of the README: en, ja or both
  --git              Begin a git repository
  --package PATH     Use the package in that folder instead of the one on JSR
  -y, --yes          Take the defaults and ask nothing
  -h, --help         Show this help

Nothing is ever overwritten: a folder NAME must not be there, or be empty.

Exit codes: 0 made, 1 it could not be made, 2 an option or the name is wrong`;

const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[];
const NAMES = [...CHOICE_NAMES, "git", "help", "package", "yes"];

/** Parses the command line. */
export function parseCreateFlags(args: string[]): CreateFlags {
  const refuse = refuseUnknown(NAMES, "give one name");
  const flags = parseArgs(args, {
    string: [...CHOICE_NAMES, "package"],
    boolean: ["git", "h", "help", "y", "yes"],
    unknown: (arg, key) => key === undefined || refuse(arg, key),
  });
  const [name, ...more] = flags._.map(String);
  if (more.length > 0) {
    throw new UsageError(
      `Cannot use "${more[0]}": expected one name, found "${name}" before it`,
    );
  }
  if (name !== undefined) refuseName(name);
  if (flags.package === "") {
    throw new UsageError(
      "Cannot use --package: expected the path of a folder after it",
    );
  }
  return {
    name,
    chosen: toChosen(flags),
    // Not `false` where it is not given, for then it is asked for.
    git: flags.git || undefined,
    help: flags.help || flags.h,
    package: flags.package,
    yes: flags.yes || flags.y,
  };
}

function refuseName(name: string): void {
  const problem = problemOf(name);
  if (problem === undefined) return;
  throw new UsageError(`Cannot use the name "${name}": ${problem}`);
}

function toChosen(
  flags: Partial<Record<ChoiceName, string>>,
): Partial<Choices> {
  const given = CHOICE_NAMES.filter((name) => flags[name] !== undefined);
  const chosen: Partial<Choices> = Object.fromEntries(
    given.map((name) => [name, toChoice(name, flags[name]!)]),
  );
  if (chosen.infra === "cdk" && chosen.form === "zip") {
    throw new UsageError(
      'Cannot use --form zip with --infra cdk: expected "image", which the CDK app deploys, or --infra none, whose README has the commands for a zip',
    );
  }
  return chosen;
}

function toChoice(name: ChoiceName, value: string): string {
  if (isChoice(name, value)) return value;
  throw new UsageError(
    `Cannot use --${name} "${value}": expected ${listOf(name)}`,
  );
}
