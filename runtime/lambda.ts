// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApi } from "./api/runtime_api.ts";
import type { Source } from "./handler/behaviour.ts";
import { type ConfigFile, readConfig } from "./config.ts";
import { sendConsoleTo } from "./log/console.ts";
import { type FunctionFacts, readFunctionFacts } from "./handler/context.ts";
import { Drain } from "./lifecycle/drain.ts";
import {
  formatErrorDocument,
  toErrorDocument,
  toFailure,
} from "./failure/failure.ts";
import { type Host, startHost } from "./handler/runner.ts";
import { catchBackgroundErrors, InFlight } from "./handler/slot.ts";
import { LambdaLog, type LogFormat, type LogStream } from "./log/log.ts";
import { loop, type LoopOptions } from "./loop.ts";
import { supervise } from "./lifecycle/supervisor.ts";
import { setTraceId } from "./handler/trace_id.ts";

/** What a handler is given less, so that its dead letter can be sent. */
const DEAD_LETTER_MS = 1_000;

/** Options for {@linkcode serveLambda}. */
export interface LambdaOptions {
  /** The value of AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Gives the handler; undefined where the configuration names it. */
  source: (() => Source | Promise<Source>) | undefined;
  /** The `lambda` key of deno.json, where it is known. */
  config: Record<string, unknown> | undefined;
  /** Where the search for deno.json begins. */
  directory: string | undefined;
}

/** What is there from the start. */
interface Environment extends LambdaOptions {
  api: RuntimeApi;
  /** How many invocations Lambda hands out at once. */
  concurrency: number;
  /** What answers several at once; costs its loading only where it does. */
  concurrent: typeof import("./concurrent/mod.ts") | undefined;
  drain: Drain;
  /** What runs while no invocation does. */
  idle: InFlight;
  log: LambdaLog;
  logFormat: LogFormat;
  stream: LogStream;
}

/** What has been started. */
interface Started {
  file: ConfigFile;
  host: Host;
  onFailure: LoopOptions["onFailure"];
}

/** Serves Lambda until nothing more can be served, and gives the exit code. */
export async function serveLambda(options: LambdaOptions): Promise<number> {
  const concurrency = readConcurrency();
  const concurrent = concurrency > 1
    ? await import("./concurrent/mod.ts")
    : undefined;
  const stream: LogStream = await concurrent?.openLog() ?? Deno.stdout;
  const inFlight = new InFlight();
  const current = concurrent?.currentInFlight ?? (() => inFlight);
  const logFormat = concurrent || asksForJson() ? "json" : "line";
  const log = new LambdaLog({
    stream,
    requestId: () => current().requestId,
    format: logFormat,
  });
  sendConsoleTo(log);
  catchBackgroundErrors(current, log);
  try {
    return await serveWith({
      ...options,
      api: new RuntimeApi(options.address, log, { isConcurrent: !!concurrent }),
      concurrency,
      concurrent,
      drain: new Drain(),
      idle: current(),
      log,
      logFormat,
      stream,
    });
  } catch (error) {
    log.error(`Process ends: ${formatErrorDocument(toErrorDocument(error))}`);
    return 1;
  } finally {
    await stream.flush?.();
  }
}

function readConcurrency(): number {
  const concurrency = Number(Deno.env.get("AWS_LAMBDA_MAX_CONCURRENCY") ?? 1);
  return Number.isSafeInteger(concurrency) && concurrency > 1 ? concurrency : 1;
}

/** The log format that the function is configured with. */
function asksForJson(): boolean {
  return Deno.env.get("AWS_LAMBDA_LOG_FORMAT")?.toUpperCase() === "JSON";
}

async function serveWith(environment: Environment): Promise<number> {
  const { api, concurrent, log } = environment;
  const started = await start(environment);
  if (!started) return 1;
  const { host } = started;
  if (concurrent || host.hooks.includes("shutdown")) {
    await endOnSigterm(host, environment);
  }
  if (Deno.env.get("AWS_LAMBDA_INITIALIZATION_TYPE") === "snap-start") {
    const { restore } = await import("./snap_start/snapshot.ts");
    const exitCode = await restore(host, api, log);
    if (exitCode !== undefined) return exitCode;
  }
  return await answerAll(started, environment);
}

/** Starts the handler, or reports why it cannot be started. */
async function start(environment: Environment): Promise<Started | undefined> {
  const { api, log, config, directory } = environment;
  try {
    const file = await readConfig(directory, config);
    log.setLevel(file.config.logLevel);
    const facts = readFunctionFacts();
    const onFailure = await prepareDeadLetter(file, facts, log);
    const host = await createHost(file, facts, onFailure, environment);
    return { file, host, onFailure };
  } catch (error) {
    const failure = toFailure(error);
    log.error(`Init failed: ${formatErrorDocument(failure.document)}`);
    await api.initError(failure);
    return undefined;
  }
}

async function prepareDeadLetter(
  { config: { deadLetter } }: ConfigFile,
  facts: FunctionFacts,
  log: LambdaLog,
): Promise<LoopOptions["onFailure"]> {
  if (!deadLetter) return undefined;
  const { createOnFailure } = await import("./dead_letter/on_failure.ts");
  return createOnFailure({ config: deadLetter, facts, log });
}

async function createHost(
  file: ConfigFile,
  facts: FunctionFacts,
  onFailure: LoopOptions["onFailure"],
  environment: Environment,
): Promise<Host> {
  const { concurrent, drain, log, source } = environment;
  const options = {
    ...environment,
    file,
    facts,
    onFailure,
    reserveMs: onFailure ? DEAD_LETTER_MS : 0,
    setTraceId: concurrent ? undefined : setTraceId,
  };
  if (file.config.isolation === "worker") {
    const { startPool } = await import("./isolation/mod.ts");
    return await startPool({
      ...options,
      isNamed: source === undefined,
      hasSpare: true,
      giveUp: (error) => drain.begin(error),
      outOfScope: concurrent?.runOutOfScope,
    });
  }
  concurrent?.prepareThread(log);
  return await startHost({ ...options, source: source?.() });
}

/** Answers invocations until the environment ends, and gives the exit code. */
async function answerAll(
  { file, host, onFailure }: Started,
  { api, concurrency, concurrent, drain, idle, log }: Environment,
): Promise<number> {
  const { supervisor } = file.config;
  const options = { api, invoke: host.invoke, onFailure, log, drain };
  const loops = concurrent
    ? concurrent.runLoops({ ...options, concurrency, supervisor })
    : supervise(() => loop({ ...options, inFlight: idle }), supervisor, log);
  loops.catch((error) => drain.begin(error));
  // Loops that wait for an invocation do not see that the drain has begun.
  await drain.done;
  if (drain.error !== undefined) throw drain.error;
  // The listener of SIGTERM ends the process.
  return await new Promise<never>(() => {});
}

/** Ends the environment in order where Lambda, or a person, asks for it. */
async function endOnSigterm(
  host: Host,
  { api, concurrent, drain, log, stream }: Environment,
): Promise<void> {
  let isEnding = false;
  // Without a listener, a second signal would end the process at once.
  Deno.addSignalListener("SIGTERM", async () => {
    if (isEnding) return;
    isEnding = true;
    if (concurrent) {
      drain.begin();
      await drain.done;
    }
    let exitCode = 0;
    try {
      await host.call("shutdown");
    } catch (error) {
      log.error(
        `Shutdown failed: ${formatErrorDocument(toErrorDocument(error))}`,
      );
      exitCode = 1;
    }
    await stream.flush?.();
    Deno.exit(exitCode);
  });
  try {
    await api.registerExtension();
  } catch (error) {
    log.warn(`shutdown() may not run: ${toErrorDocument(error).errorMessage}`);
  }
}
