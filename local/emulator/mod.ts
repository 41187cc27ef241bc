// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Runs the function that `deno.json` names on this machine as Lambda would: for
 * the AWS SDKs and the AWS CLI, by a function URL, in a process and with the
 * permissions of the built function. It starts again when a file changes.
 *
 * ```sh
 * deno run -P=local jsr:@toukon/lambda/local --port 9000
 * ```
 *
 * It may read the project, write `dead_letters/`, listen and connect on this
 * machine, and run `deno`, and `cat` or `ps` to see how much memory the function
 * uses.
 *
 * @module
 */

import { RuntimeError } from "../../runtime/failure/errors.ts";
import { BuildError } from "../build/build_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import { type EmulatorFlags, HELP, parseEmulatorFlags } from "./flags.ts";
import { type Local, startLocal } from "./local.ts";
import { readKeys } from "./terminal/keys.ts";
import { createStyle } from "./terminal/style.ts";
import { firstScreen, toLines } from "./terminal/terminal.ts";
import { writeAll } from "../../runtime/log/write_all.ts";

const ENCODER = new TextEncoder();

Deno.exit(await main());

async function main(): Promise<number> {
  try {
    const flags = parseEmulatorFlags(Deno.args);
    if (flags.help) {
      print(`${HELP}\n`);
      return 0;
    }
    await run(flags);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(error, 2);
    const isExpected = error instanceof BuildError ||
      error instanceof RuntimeError;
    if (isExpected) return fail(error, 1);
    throw error;
  }
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

/** Runs the emulator until a person ends it. */
async function run(flags: EmulatorFlags): Promise<void> {
  const end = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => end.resolve());
  }
  const style = createStyle(Deno.stdout.isTerminal() && !Deno.noColor);
  await using local = await startLocal(flags, Deno.cwd());
  const { emulator, reloader } = local;
  const hasKeys = Deno.stdin.isTerminal();
  print(firstScreen(screenFacts(local, flags, hasKeys), style));
  emulator.happenings.watch((happening) => {
    try {
      print(toLines(happening, style));
    } catch (error) {
      // Nobody reads the output any more.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      end.resolve();
    }
  });
  reloader.watch();
  const keys = new AbortController();
  const reading = hasKeys
    ? readKeys((key) => {
      if (key === "quit") end.resolve();
      else if (key === "restart") emulator.restart();
      else replay(local);
    }, keys.signal)
    : undefined;
  await end.promise;
  keys.abort();
  await reading;
}

async function replay({ emulator }: Local): Promise<void> {
  try {
    const outcome = await emulator.replay();
    emulator.say(
      outcome
        ? new TextDecoder().decode(outcome.payload)
        : "There is no invocation yet",
    );
  } catch (error) {
    emulator.say((error as Error).message);
  }
}

function screenFacts(
  { emulator, endpoint, url, project }: Local,
  flags: EmulatorFlags,
  hasKeys: boolean,
) {
  const { invokeMode } = project.config;
  const streams = invokeMode === "RESPONSE_STREAM" &&
    (flags.ingress === "url" || flags.ingress === "rest");
  return {
    name: emulator.settings.name,
    endpoint,
    url,
    ingress: streams ? `${flags.ingress}, streamed,` : flags.ingress,
    handler: project.handler,
    permissions: flags.allowAll
      ? "all, by --allow-all"
      : `those of the built function, from ${project.grantsFrom}`,
    more: [
      ...(flags.sqs === undefined ? [] : [["polled", flags.sqs] as const]),
      ...(flags.freeze ? [["frozen", "between invocations"] as const] : []),
    ],
    hasKeys,
  };
}

function print(text: string): void {
  if (text !== "") writeAll(Deno.stdout, ENCODER.encode(text));
}
