// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Times what a new user does, from an empty folder and an empty cache to a
 * bundle that answers an invocation: makes a project, runs it, tests it, builds
 * it. The package is this checkout, and nothing is downloaded. The goal is at
 * most 60 s in all.
 *
 * ```sh
 * deno run -A bench/new_user.ts [--kind fetch]
 * ```
 *
 * What follows is handed on to `@toukon/lambda/create`. The exit code is 1 where
 * a command fails or the goal is missed.
 *
 * @module
 */

import { invokeBundle } from "../tests/support/built_function.ts";
import { Child } from "../tests/support/child.ts";

const GOAL_MS = 60_000;
const NAME = "my-app";
const PACKAGE = decodeURIComponent(
  new URL("..", import.meta.url).pathname.replace(/\/$/, ""),
);

/** The folder where the new user is, and their cache. */
const home = Deno.realPathSync(
  Deno.makeTempDirSync({ prefix: "toukon_new_user_" }),
);
let sumMs = 0;
try {
  await main();
} finally {
  Deno.removeSync(home, { recursive: true });
}
console.log(`\n${seconds(sumMs)} in all; the goal is ${seconds(GOAL_MS)}`);
if (sumMs > GOAL_MS) Deno.exitCode = 1;

async function main(): Promise<void> {
  const made = await run(".", [
    ...["run", "-A", `${PACKAGE}/local/create/mod.ts`, NAME],
    ...["--package", PACKAGE, "--infra", "none", ...Deno.args],
  ]);
  const [, event] = /--event (\S+)/.exec(made)!;
  await run(NAME, ["task", "dev", "--event", event]);
  await run(NAME, ["task", "test"]);
  await run(NAME, ["task", "build", "--bundle"]);
  const directory = `${home}/${NAME}`;
  await time(`dist/bootstrap, invoked with ${event}`, async () => {
    const { path, text } = await invokeBundle({ directory }, {
      event: JSON.parse(Deno.readTextFileSync(`${directory}/${event}`)),
    });
    if (!path.endsWith("/response")) throw new Error(text);
    return text;
  });
}

/** Runs Deno in a folder, and gives what it has written to stdout. */
async function run(folder: string, args: string[]): Promise<string> {
  return await time(`deno ${args.join(" ")}`, async () => {
    await using child = new Child(Deno.execPath(), {
      args,
      cwd: `${home}/${folder}`,
      env: {
        DENO_DIR: `${home}/.cache`,
        DENO_NO_UPDATE_CHECK: "1",
        // A task that runs this has set where its own user stands.
        INIT_CWD: "",
        NO_COLOR: "1",
      },
    });
    const { code, stdout, stderr } = await child.ended();
    if (code !== 0) throw new Error(stdout + stderr);
    return stdout;
  });
}

/** Prints a command, how long it takes, and what it writes. */
async function time(
  command: string,
  execute: () => Promise<string>,
): Promise<string> {
  console.log(`\n$ ${command}`);
  const start = performance.now();
  const text = await execute();
  const durationMs = performance.now() - start;
  sumMs += durationMs;
  console.log(`${text.trimEnd()}\n  → ${seconds(durationMs)}`);
  return text;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1)} s`;
}
