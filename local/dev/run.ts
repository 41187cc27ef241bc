// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Source } from "../../runtime/handler/behaviour.ts";
import { type Config, readConfig } from "../../runtime/config.ts";
import { sendConsoleTo } from "../../runtime/log/console.ts";
import {
  type FunctionFacts,
  readFunctionFacts,
} from "../../runtime/handler/context.ts";
import {
  formatErrorDocument,
  toFailure,
} from "../../runtime/failure/failure.ts";
import { type Host, startHost } from "../../runtime/handler/runner.ts";
import { catchBackgroundErrors, InFlight } from "../../runtime/handler/slot.ts";
import { LambdaLog } from "../../runtime/log/log.ts";
import { writeAll } from "../../runtime/log/write_all.ts";
import type { Reply } from "../../runtime/reply/reply.ts";
import { VERSION } from "../../runtime/version.ts";
import { type Flags, HELP, parseFlags } from "./flags.ts";
import { readEvent } from "./event.ts";
import { Output, writeText } from "./output.ts";
import { UsageError } from "../cli/usage_error.ts";

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
  const inFlight = new InFlight();
  const log = new LambdaLog({
    stream: Deno.stderr,
    requestId: () => inFlight.requestId,
    format: "text",
  });
  try {
    const flags = parseFlags(Deno.args);
    if (flags.help) return print(HELP);
    if (flags.version) {
      return print(`@toukon/lambda ${VERSION} (Deno ${Deno.version.deno})`);
    }
    const event = await readEvent(flags.event);
    sendConsoleTo(log);
    catchBackgroundErrors(() => inFlight, log);
    return await invoke(event, flags, options, inFlight, log);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    writeText(Deno.stderr, `${error.message}\n`);
    return 2;
  }
}

async function invoke(
  event: string,
  flags: Flags,
  options: RunOptions,
  inFlight: InFlight,
  log: LambdaLog,
): Promise<number> {
  try {
    const output = new Output();
    const host = await start(flags, options, output, inFlight, log);
    const reply = await answer(event, host, inFlight);
    await host.call("shutdown");
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
  api: Output,
  idle: InFlight,
  log: LambdaLog,
): Promise<Host> {
  const file = await readConfig(directory, config);
  log.setLevel(file.config.logLevel);
  if (flags.handler !== undefined) {
    file.config.handler = flags.handler;
    file.path = `${Deno.cwd()}/`;
    source = undefined;
  }
  await checkDeadLetter(file.config);
  const options = { api, facts: readFacts(), file, log };
  if (file.config.isolation !== "worker") {
    return await startHost({ ...options, source: source?.(), idle });
  }
  const { startPool } = await import("../../runtime/isolation/mod.ts");
  return await startPool({
    ...options,
    concurrency: 1,
    isNamed: source === undefined,
    hasSpare: false,
    giveUp: () => {},
    logFormat: "text",
    onFailure: undefined,
    reserveMs: 0,
    setTraceId: undefined,
    stream: Deno.stderr,
  });
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
  host: Host,
  inFlight: InFlight,
): Promise<Reply | undefined> {
  const requestId = `local-${crypto.randomUUID()}`;
  const headers = new Headers({
    "lambda-runtime-deadline-ms": String(Date.now() + TIMEOUT_MS),
    "lambda-runtime-invoked-function-arn":
      "arn:aws:lambda:local:000000000000:function:local-test",
  });
  inFlight.requestId = requestId;
  return await host.invoke({ requestId, headers, body }, inFlight);
}

function printReply({ body }: Reply): void {
  if (typeof body === "string") writeText(Deno.stdout, `${body}\n`);
  else writeAll(Deno.stdout, body);
}

function print(line: string): number {
  writeText(Deno.stdout, `${line}\n`);
  return 0;
}
