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
import { type ChoiceName, type Choices, defaultOf } from "./choices.ts";
import { CreateError } from "./create_error.ts";
import { filesOf, firstEventOf, type ProjectOptions } from "./files.ts";
import { type CreateFlags, HELP, parseCreateFlags } from "./flags.ts";
import { copyFolder, readLocalPackage } from "./local_package.ts";
import { makeFolder, refuseTaken } from "./make_folder.ts";
import { askChoice, askGit, askName } from "./questions.ts";
import { runTool, type RunToolOptions } from "./run_tool.ts";

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
  const options = { name, choices, localPackage };
  const files = filesOf(options);
  await makeFolder(
    folder,
    (made, signal) =>
      fill({ ...options, files, hasGit, directory: made, signal }),
  );
  return `Made ${name}. Next:

  cd ${name}
  deno task dev --event ${firstEventOf(files)}
  deno task test`;
}

function refuseNameless(): never {
  throw new UsageError(
    `No name: expected that of the project, as in

  deno run -A jsr:@toukon/lambda/create my-app`,
  );
}

function chooseAll(chosen: Partial<Choices>, isAsked: boolean): Choices {
  const choose = <Name extends ChoiceName>(name: Name): Choices[Name] =>
    chosen[name] ?? (isAsked ? askChoice(name) : defaultOf(name));
  const kind = choose("kind");
  const isolation = choose("isolation");
  // The CDK app deploys an image.
  const infra = chosen.form === "zip"
    ? chosen.infra ?? "none"
    : choose("infra");
  const form = infra === "cdk" ? chosen.form ?? "image" : choose("form");
  if (infra === "cdk" && form === "zip") {
    throw new UsageError(
      'Cannot use --form zip with --infra cdk: expected "image", which the CDK app deploys, or --infra none, whose README has the commands for a zip',
    );
  }
  return { kind, isolation, infra, form, readme: choose("readme") };
}

/** What a folder is filled with, and how. */
interface FillOptions extends ProjectOptions, RunToolOptions {
  files: Record<string, string>;
  hasGit: boolean;
}

async function fill(
  { directory, files, hasGit, localPackage, signal }: FillOptions,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = `${directory}/${path}`;
    Deno.mkdirSync(target.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(target, text);
  }
  // The name is not as long as the one in the templates.
  const flags = ["--quiet", "--no-config", "--permit-no-files"];
  const options = { directory, signal };
  await runTool(Deno.execPath(), ["fmt", ...flags, "."], options);
  if (localPackage?.vendor) {
    copyFolder(localPackage.vendor, `${directory}/vendor`);
  }
  if (!hasGit) return;
  const branch = ["-c", "init.defaultBranch=main"];
  await runTool("git", [...branch, "init", "--quiet"], options);
}
