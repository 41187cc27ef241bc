// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Config, readConfig } from "../../runtime/config.ts";
import {
  formatErrorDocument,
  toFailure,
} from "../../runtime/failure/failure.ts";
import { createReport } from "../../runtime/failure/report.ts";
import type { Source } from "../../runtime/handler/behaviour.ts";
import {
  type FunctionFacts,
  readFunctionFacts,
} from "../../runtime/handler/context.ts";
import { loadBehaviour } from "../../runtime/handler/load.ts";
import { prepareThread } from "../../runtime/handler/prepare_thread.ts";
import { type Runner, startRunner } from "../../runtime/handler/runner.ts";
import type { Slot } from "../../runtime/handler/slot.ts";
import { SequentialSlots } from "../../runtime/handler/slots.ts";
import type { LambdaLog } from "../../runtime/log/log.ts";
import type { Reply } from "../../runtime/reply/reply.ts";
import { VERSION } from "../../runtime/version.ts";
import { UsageError } from "../cli/usage_error.ts";
import { readEvent } from "./event.ts";
import { type Flags, HELP, parseFlags } from "./flags.ts";
import { Output, write } from "./output.ts";

const TIMEOUT_MS = 30_000;

/** Options for {@linkcode runOnce}. */
export interface RunOptions {
  /** Gives the handler; undefined where deno.json names it. */
  source: (() => Source | Promise<Source>) | undefined;
  /** The `lambda` key of deno.json, where it is known. */
  config?: Record<string, unknown>;
  /** Where the search for deno.json begins. */
  directory: string | undefined;
}

/**
 * Runs the handler once as the command line says, prints the reply, and gives
 * the exit code: 0, 1 if the handler failed, 2 if it was not asked rightly.
 */
export async function runOnce(options: RunOptions): Promise<number> {
  // Only the reply belongs on stdout; this also moves what console.table and
  // the like print. Imported here, since a bundle imports what is named at the
  // top of any module whenever it starts.
  const { Console } = await import("node:console");
  const { default: process } = await import("node:process");
  globalThis.console = new Console(process.stderr, process.stderr);
  const slots = new SequentialSlots();
  const log = prepareThread({
    stream: Deno.stderr,
    format: "text",
    slots,
  });
  try {
    const flags = parseFlags(Deno.args);
    if (flags.help) return print(HELP);
    if (flags.version) {
      return print(`@toukon/lambda ${VERSION} (Deno ${Deno.version.deno})`);
    }
    const event = await readEvent(flags.event);
    return await invoke(event, flags, options, slots.idle, log);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    write(Deno.stderr, `${error.message}\n`);
    return 2;
  }
}

async function invoke(
  event: string,
  flags: Flags,
  options: RunOptions,
  slot: Slot,
  log: LambdaLog,
): Promise<number> {
  try {
    const output = new Output();
    const runner = await start(flags, options, output, slot, log);
    const reply = await answer(event, runner, slot);
    await runner.call("shutdown");
    if (reply) printReply(reply);
    return output.hasFailed ? 1 : 0;
  } catch (error) {
    const { document } = toFailure(error);
    log.error(formatErrorDocument(document));
    const { errorType, errorMessage } = document;
    const body = JSON.stringify({
      error: "Handler failed",
      details: `${errorType}: ${errorMessage}`,
    });
    print(JSON.stringify({ statusCode: 500, body }));
    return 1;
  }
}

async function start(
  flags: Flags,
  { source, config, directory }: RunOptions,
  output: Output,
  slot: Slot,
  log: LambdaLog,
): Promise<Runner> {
  const file = await readConfig(directory, config);
  log.setLevel(file.config.logLevel);
  if (flags.handler !== undefined) {
    file.config.handler = flags.handler;
    file.path = `${Deno.cwd()}/`;
    source = undefined;
  }
  await checkDeadLetter(file.config);
  const options = {
    facts: readFacts(),
    log,
    openReply: output.openReply.bind(output),
    report: createReport(log),
  };
  if (file.config.isolation !== "worker") {
    const load = () => loadBehaviour(source?.(), file);
    return await startRunner(load, slot, options);
  }
  const { startPool } = await import("../../runtime/isolation/mod.ts");
  const isNamed = source === undefined;
  return await startPool(file, { ...options, isNamed, hasSpare: false });
}

/** Nothing is sent from here; what is wrong must not show on Lambda first. */
async function checkDeadLetter({ deadLetter }: Config): Promise<void> {
  if (deadLetter === undefined) return;
  const { parseDeadLetterConfig } = await import(
    "../../runtime/dead_letter/config.ts"
  );
  parseDeadLetterConfig(deadLetter);
}

function readFacts(): FunctionFacts {
  const facts = readFunctionFacts();
  return {
    ...facts,
    functionName: facts.functionName || "local-test",
    functionVersion: facts.functionVersion || "$LATEST",
  };
}

async function answer(
  body: string,
  runner: Runner,
  slot: Slot,
): Promise<Reply | undefined> {
  const requestId = `local-${crypto.randomUUID()}`;
  const headers = new Headers({
    "lambda-runtime-deadline-ms": String(Date.now() + TIMEOUT_MS),
    "lambda-runtime-invoked-function-arn":
      "arn:aws:lambda:local:000000000000:function:local-test",
  });
  slot.requestId = requestId;
  return await runner.invoke({ requestId, headers, body }, slot);
}

function printReply({ body }: Reply): void {
  write(Deno.stdout, typeof body === "string" ? `${body}\n` : body);
}

function print(line: string): number {
  write(Deno.stdout, `${line}\n`);
  return 0;
}
