// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Makes a new project for a Lambda function: handler, test, events, deno.json,
 * README and, where they are asked for, Dockerfile, AWS CDK app, GitHub
 * workflow and git repository.
 *
 * ```sh
 * deno create jsr:@toukon/lambda -- my-app
 * deno run -A jsr:@toukon/lambda/create my-app --kind fetch --yes
 * ```
 *
 * It reads and writes where it is run, and runs `deno fmt` and, with `--git`,
 * `git`. It asks no network for anything.
 *
 * @module
 */

import { UsageError } from "../cli/usage_error.ts";
import { chooseAll } from "./choose_all.ts";
import { CreateError } from "./create_error.ts";
import { filesOf, FIRST_EVENTS } from "./files.ts";
import { fill } from "./fill.ts";
import { type CreateFlags, HELP, parseCreateFlags } from "./flags.ts";
import { readLocalPackage } from "./local_package.ts";
import { makeFolder, refuseTaken } from "./make_folder.ts";
import { askGit, askName } from "./questions.ts";

Deno.exitCode = await main();

async function main(): Promise<number> {
  try {
    const flags = parseCreateFlags(Deno.args);
    console.log(flags.help ? HELP : await create(flags));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(error, 2);
    if (error instanceof CreateError) return fail(error, error.exitCode);
    if (error instanceof Deno.errors.NotCapable) {
      const message =
        `Cannot make a project without permission: run it with -A. It reads and writes here, and runs deno and git. In Deno's words: ${error.message}`;
      return fail(new CreateError(message), 1);
    }
    throw error;
  }
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

/** Makes the project and returns what to do next. */
async function create(flags: CreateFlags): Promise<string> {
  const localPackage = flags.package === undefined
    ? undefined
    : readLocalPackage(flags.package);
  const isAsked = Deno.stdin.isTerminal() && !flags.yes;
  const name = flags.name ?? (isAsked ? askName() : refuseNameless());
  const folder = `${Deno.cwd().replace(/\/$/, "")}/${name}`;
  // Before the questions: their answers would be lost.
  refuseTaken(folder);
  const choices = chooseAll(flags.chosen, isAsked);
  const hasGit = flags.git ?? (isAsked && askGit());
  const files = filesOf({ name, choices, localPackage });
  await makeFolder(
    folder,
    (directory, signal) =>
      fill(files, { directory, hasGit, vendor: localPackage?.vendor, signal }),
  );
  return `Made ${name}. Next:

  cd ${name}
  deno task dev --event ${FIRST_EVENTS[choices.kind]}
  deno task test`;
}

function refuseNameless(): never {
  throw new UsageError(
    `No name: expected that of the project, as in

  deno run -A jsr:@toukon/lambda/create my-app`,
  );
}
