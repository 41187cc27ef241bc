// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApi } from "./api/runtime_api.ts";
import { type Config, type ConfigFile, readConfig } from "./config.ts";
import { toErrorDocument, toFailure } from "./failure/failure.ts";
import { createReport, logFailure, type Report } from "./failure/report.ts";
import type { Source } from "./handler/behaviour.ts";
import { readFunctionFacts } from "./handler/invocation_context.ts";
import { loadBehaviour } from "./handler/load.ts";
import { prepareThread } from "./handler/prepare_thread.ts";
import { type Runner, startRunner } from "./handler/runner.ts";
import { environmentStart } from "./handler/slot.ts";
import { SequentialSlots, type Slots } from "./handler/slots.ts";
import { withTraceId } from "./handler/trace_id.ts";
import { Drain } from "./lifecycle/drain.ts";
import { supervise } from "./lifecycle/supervisor.ts";
import type { LambdaLog, LogStream } from "./log/log.ts";
import { loop } from "./loop.ts";

/** How long the end of the environment waits for the log, in milliseconds. */
const FLUSH_MS = 250;

/** Names the file descriptor that a managed runtime logs to. */
const LOG_DESCRIPTOR = "_LAMBDA_TELEMETRY_LOG_FD";

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

/** Serves Lambda until nothing more can be served, and gives the exit code. */
export async function serveLambda(options: LambdaOptions): Promise<number> {
  const concurrency = readConcurrency();
  const concurrent = concurrency > 1
    ? await import("./concurrent/mod.ts")
    : undefined;
  const slots = concurrent
    ? new concurrent.ConcurrentSlots()
    : new SequentialSlots();
  const isJson = concurrent !== undefined || asksForJson();
  const framed = concurrent ? undefined : await openFramedLog(isJson);
  const stream: LogStream = framed ?? await concurrent?.openLog() ??
    Deno.stdout;
  const log = prepareThread({
    stream,
    format: isJson ? "json" : framed ? "text" : "line",
    slots,
  });
  try {
    const facts = { concurrency, log, slots };
    return await new Environment(options, facts).serve();
  } catch (error) {
    logFailure(log, "Process ends", toErrorDocument(error));
    return 1;
  } finally {
    await stream.flush?.();
  }
}

function readConcurrency(): number {
  const concurrency = Number(Deno.env.get("AWS_LAMBDA_MAX_CONCURRENCY") ?? 1);
  return Number.isSafeInteger(concurrency) && concurrency > 1 ? concurrency : 1;
}

/** Whether the function is configured for a log of JSON. */
function asksForJson(): boolean {
  return Deno.env.get("AWS_LAMBDA_LOG_FORMAT")?.toUpperCase() === "JSON";
}

/** Opens the log that Lambda gives managed runtimes, where there is one. */
async function openFramedLog(isJson: boolean): Promise<LogStream | undefined> {
  // A function that is granted some variables need not be granted this one.
  const { state } = Deno.permissions
    .querySync({ name: "env", variable: LOG_DESCRIPTOR });
  const descriptor = state === "granted"
    ? Deno.env.get(LOG_DESCRIPTOR)
    : undefined;
  if (!descriptor) return undefined;
  // What the handler starts has no such descriptor.
  Deno.env.delete(LOG_DESCRIPTOR);
  const { openFramedLog } = await import("./log/framed_log.ts");
  return openFramedLog(descriptor, isJson ? "json" : "text");
}

/** What an {@linkcode Environment} finds when it begins. */
interface EnvironmentFacts {
  /** How many invocations Lambda hands out at once. */
  concurrency: number;
  log: LambdaLog;
  slots: Slots;
}

/** One execution environment, from the start of the handler to its end. */
class Environment {
  readonly #options: LambdaOptions;
  readonly #facts: EnvironmentFacts;
  readonly #api: RuntimeApi;
  readonly #drain = new Drain();
  #report: Report;

  constructor(options: LambdaOptions, facts: EnvironmentFacts) {
    const { concurrency, log } = facts;
    this.#options = options;
    this.#facts = facts;
    this.#api = new RuntimeApi(options.address, log, {
      isConcurrent: concurrency > 1,
    });
    this.#report = createReport(log);
  }

  /** Serves until nothing more can be served, and gives the exit code. */
  async serve(): Promise<number> {
    const started = await this.#start();
    if (!started) return 1;
    const { runner, config } = started;
    const { concurrency, log } = this.#facts;
    if (concurrency > 1 || runner.hooks.includes("shutdown")) {
      await this.#endOnSigterm(runner, config.drainMs);
    }
    if (config.logInit) {
      const { logInit } = await import("./lifecycle/log_init.ts");
      await logInit(log);
    }
    if (Deno.env.get("AWS_LAMBDA_INITIALIZATION_TYPE") === "snap-start") {
      const { snapshotThenRestore } = await import("./snap_start/snapshot.ts");
      const exitCode = await snapshotThenRestore(runner, this.#api, log);
      if (exitCode !== undefined) return exitCode;
    }
    return await this.#answerAll(runner, config.supervisor);
  }

  /** Starts the handler, or tells Lambda why it cannot be started. */
  async #start(): Promise<{ runner: Runner; config: Config } | undefined> {
    const { config, directory } = this.#options;
    const { log } = this.#facts;
    try {
      const file = await readConfig(directory, config);
      log.setLevel(file.config.logLevel);
      environmentStart.isTold = file.config.logInit;
      if (file.config.transport === "socket") await this.#api.useSockets();
      return { config: file.config, runner: await this.#startRunner(file) };
    } catch (error) {
      const failure = toFailure(error);
      logFailure(log, "Init failed", failure.document);
      await this.#api.initError(failure);
      return undefined;
    }
  }

  async #startRunner(file: ConfigFile): Promise<Runner> {
    const { deadLetter, isolation } = file.config;
    const { concurrency, log, slots } = this.#facts;
    const { source } = this.#options;
    const facts = readFunctionFacts();
    if (deadLetter) {
      const { createSendLetter } = await import("./dead_letter/send_letter.ts");
      const sendLetter = createSendLetter(deadLetter, facts, log);
      this.#report = createReport(log, sendLetter);
    }
    const options = {
      facts,
      log,
      openReply: this.#api.openReply.bind(this.#api),
      report: this.#report,
      sendsLetters: deadLetter !== undefined,
    };
    if (isolation === "worker") {
      const { startPool } = await import("./isolation/mod.ts");
      return await startPool(file, {
        ...options,
        concurrency,
        isNamed: source === undefined,
        giveUp: (error) => this.#drain.begin(error),
        runOutside: (start) => slots.runOutside(start),
      });
    }
    slots.trackWork();
    const load = () => loadBehaviour(source?.(), file);
    return await startRunner(load, slots.start, options);
  }

  /** Answers invocations until the environment ends, and gives the exit code. */
  async #answerAll(
    { invoke }: Runner,
    supervisor: Config["supervisor"],
  ): Promise<number> {
    const { concurrency, log, slots } = this.#facts;
    const drain = this.#drain;
    const options = {
      api: this.#api,
      invoke: concurrency > 1 ? invoke : withTraceId(invoke),
      report: this.#report,
      drain,
    };
    const loops = Array.from(
      { length: concurrency },
      () => supervise(() => loop(slots, options), supervisor, log),
    );
    Promise.all(loops).catch((error) => drain.begin(error));
    // Loops that wait for an invocation do not see that the drain has begun.
    await drain.done;
    if (drain.error !== undefined) throw drain.error;
    // The listener of SIGTERM ends the process.
    return await new Promise<never>(() => {});
  }

  /** Ends the environment in order where Lambda, or a person, asks for it. */
  async #endOnSigterm(runner: Runner, drainMs: number): Promise<void> {
    let isEnding = false;
    // Without a listener, a second signal would end the process at once.
    Deno.addSignalListener("SIGTERM", async () => {
      if (isEnding) return;
      isEnding = true;
      Deno.exit(await this.#end(runner, drainMs));
    });
    try {
      await this.#api.registerExtension();
    } catch (error) {
      const { errorMessage } = toErrorDocument(error);
      this.#facts.log.warn(`shutdown() may not run: ${errorMessage}`);
    }
  }

  /** Answers what runs, calls `shutdown()`, and gives the exit code. */
  async #end(runner: Runner, drainMs: number): Promise<number> {
    const { concurrency, log } = this.#facts;
    if (concurrency > 1) {
      this.#drain.begin();
      // Lambda leaves little time, and may have given up what runs.
      await settledWithin(this.#drain.done, drainMs);
    }
    try {
      await runner.call("shutdown");
      return 0;
    } catch (error) {
      logFailure(log, "Shutdown failed", toErrorDocument(error));
      return 1;
    } finally {
      await settledWithin(Promise.resolve(log.stream.flush?.()), FLUSH_MS);
    }
  }
}

/** Settles when the promise does, or the time is over. */
async function settledWithin(
  promise: Promise<unknown>,
  ms: number,
): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
