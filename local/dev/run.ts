// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Config, readConfig } from "../../runtime/config.ts";
import {
  type ErrorDocument,
  formatErrorDocument,
  toFailure,
} from "../../runtime/failure/failure.ts";
import { createReport } from "../../runtime/failure/report.ts";
import type { Source } from "../../runtime/handler/behaviour.ts";
import type { FunctionFacts } from "../../runtime/handler/context.ts";
import { readFunctionFacts } from "../../runtime/handler/invocation_context.ts";
import { loadBehaviour } from "../../runtime/handler/load.ts";
import { prepareThread } from "../../runtime/handler/prepare_thread.ts";
import { type Runner, startRunner } from "../../runtime/handler/runner.ts";
import { type Answer, SequentialSlots } from "../../runtime/handler/slots.ts";
import { withTraceId } from "../../runtime/handler/trace_id.ts";
import type { LambdaLog, LogStream } from "../../runtime/log/log.ts";
import { sendStdoutToStderr } from "../../runtime/log/stdout_to_stderr.ts";
import type { Reply } from "../../runtime/reply/reply.ts";
import { VERSION } from "../../runtime/version.ts";
import { UsageError } from "../cli/usage_error.ts";
import { workingDirectory } from "../cli/working_directory.ts";
import { readEvent } from "./event.ts";
import { type Flags, HELP, parseFlags } from "./flags.ts";
import { type FailedInvocation, readLetter } from "./letter.ts";
import { LocalReply, write } from "./output.ts";

/** Errors of the configuration: printed as one line, exit code 2. */
const CONFIGURATION_ERRORS = [
  "Runtime.InvalidConfig",
  "Runtime.HandlerNotFound",
];

const FETCH_HINT =
  `A handler with fetch answers HTTP requests: run it with "deno serve", or give it an event that is one, such as

  {"httpMethod":"GET","path":"/"}`;

/** Options for {@linkcode runOnce}. */
export interface RunOptions {
  /** Gives the handler; undefined where deno.json names it. */
  source: (() => Source | Promise<Source>) | undefined;
  /** The `lambda` key of deno.json, where it is known. */
  config?: Record<string, unknown>;
  /** Where the search for deno.json begins. */
  directory: string | undefined;
}

/** What a run has from its beginning. */
interface LocalRun {
  /** The event, unless it is in a letter. */
  event: string;
  flags: Flags;
  /** The failed invocation that is run again, where the event is a letter. */
  letter: FailedInvocation | undefined;
  log: LambdaLog;
  options: RunOptions;
  slots: SequentialSlots;
  /** The only way to stdout, where nothing but the reply belongs. */
  stdout: LogStream;
}

/**
 * Runs the handler once as the command line says, prints the reply, and gives
 * the exit code: 0, 1 if the handler failed, 2 if an option, the event or the configuration is wrong.
 */
export async function runOnce(options: RunOptions): Promise<number> {
  const stdout = sendStdoutToStderr();
  const slots = new SequentialSlots();
  const log = prepareThread({
    stream: Deno.stderr,
    format: "text",
    slots,
  });
  try {
    const flags = parseFlags(Deno.args);
    if (flags.help) return print(stdout, HELP);
    if (flags.version) {
      const version = `@toukon/lambda ${VERSION} (Deno ${Deno.version.deno})`;
      return print(stdout, version);
    }
    const event = await readEvent(flags.event);
    const letter = readLetter(event);
    if (letter) write(Deno.stderr, `${describe(letter, flags)}\n`);
    return await invoke({ event, flags, letter, log, options, slots, stdout });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    write(Deno.stderr, `${error.message}\n`);
    return 2;
  } finally {
    removeEventListener("unload", explainExit);
  }
}

/** Says that the event is not what the file or the pipe has. */
function describe(
  { requestId, timestamp }: FailedInvocation,
  { timeoutMs }: Flags,
): string {
  const id = JSON.stringify(requestId);
  return `Runs the invocation ${id} again, which failed at ${
    JSON.stringify(timestamp)
  }: its event is in the dead letter. It has ${
    timeoutMs / 1_000
  } s, or as many as --timeout says`;
}

async function invoke(run: LocalRun): Promise<number> {
  addEventListener("unload", explainExit);
  const { log, stdout } = run;
  try {
    const output = new LocalReply(stdout);
    const runner = await start(run, output);
    const reply = await answer(run, runner);
    await runner.call("shutdown");
    if (reply) printReply(stdout, reply);
    return output.hasFailed ? 1 : 0;
  } catch (error) {
    const { document } = toFailure(error);
    if (CONFIGURATION_ERRORS.includes(document.errorType)) {
      throw new UsageError(document.errorMessage);
    }
    explain(document, log);
    printError(stdout, document);
    return 1;
  }
}

/** Says why there is no reply, and has a run without one not end with 0. */
function explainExit(): void {
  write(
    Deno.stderr,
    `Cannot reply: the handler has ended the process with exit code ${Deno.exitCode}, expected it to return or throw\n`,
  );
  Deno.exitCode ||= 1;
}

function explain(document: ErrorDocument, log: LambdaLog): void {
  log.error(formatErrorDocument(document));
  const isNoRequest = document.errorMessage
    .includes("the module has only fetch, which answers HTTP requests");
  if (isNoRequest) write(Deno.stderr, `\n${FETCH_HINT}\n`);
}

function printError(
  stdout: LogStream,
  { errorType, errorMessage }: ErrorDocument,
): void {
  const body = JSON.stringify({
    error: "Handler failed",
    details: `${errorType}: ${errorMessage}`,
  });
  print(stdout, JSON.stringify({ statusCode: 500, body }));
}

async function start(
  { flags, letter, log, options: { config, directory, source: given }, slots }:
    LocalRun,
  output: LocalReply,
): Promise<Runner> {
  const file = await readConfig(directory, config);
  log.setLevel(file.config.logLevel);
  const source = flags.handler === undefined ? given : undefined;
  if (flags.handler !== undefined) {
    file.config.handler = flags.handler;
    // Errors name the option then, as they name deno.json else.
    file.path = `${workingDirectory()}/--handler`;
  }
  await checkDeadLetter(file.config);
  const options = {
    facts: letter?.facts ?? readFacts(),
    log,
    openReply: output.openReply.bind(output),
    report: createReport(log),
  };
  if (file.config.isolation !== "worker") {
    const load = () => loadBehaviour(source?.(), file);
    return await startRunner(load, slots.start, options);
  }
  const { startPool } = await import("../../runtime/isolation/mod.ts");
  const isNamed = source === undefined;
  return await startPool(file, { ...options, isNamed, hasSpare: false });
}

/** Checks the dead-letter configuration; a local run sends nothing. */
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
  { event, flags, letter, slots }: LocalRun,
  { invoke }: Runner,
): Promise<Reply | undefined> {
  const headers = letter?.headers ?? new Map([
    [
      "lambda-runtime-invoked-function-arn",
      "arn:aws:lambda:local:000000000000:function:local-test",
    ],
  ]);
  headers.set(
    "lambda-runtime-deadline-ms",
    String(Math.round(Date.now() + flags.timeoutMs)),
  );
  const invocation = {
    requestId: letter?.requestId ?? `local-${crypto.randomUUID()}`,
    headers,
    body: letter?.body ?? event,
  };
  const invokeTraced = letter ? withTraceId(invoke) : invoke;
  let reply: Reply | undefined;
  const answer: Answer<undefined> = async (_invocation, slot) => {
    reply = await invokeTraced(invocation, slot);
  };
  await slots.run(answer, invocation, undefined);
  return reply;
}

function printReply(stdout: LogStream, { body }: Reply): void {
  write(stdout, typeof body === "string" ? `${body}\n` : body);
}

function print(stdout: LogStream, line: string): number {
  write(stdout, `${line}\n`);
  return 0;
}
