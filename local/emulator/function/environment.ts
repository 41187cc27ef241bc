// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Project } from "../../build/project.ts";
import type { Clock } from "../clock.ts";
import type { Happenings } from "../happenings.ts";
import { type Attempt, failedByItself, type Outcome } from "../invocation.ts";
import { Running } from "../runtime_api/running.ts";
import { RuntimeApi } from "../runtime_api/runtime_api.ts";
import { ACCOUNT, functionArn, type FunctionSettings } from "../settings.ts";
import { functionCommand } from "./command.ts";
import {
  exitMessage,
  initReportLine,
  reportLine,
  timeoutMessage,
} from "./lines.ts";
import { EnvironmentLog } from "./log.ts";
import { FunctionProcess } from "./process.ts";
import type { Run } from "./run.ts";
import { functionVariables } from "./variables.ts";

/** How long an extension within the function's process may go on. */
const SHUTDOWN_MS = 500;
/** How long a function that has told why it cannot start may go on. */
const INIT_ERROR_MS = 1_000;

/** How a start ended: well, too late, or with what each invocation gets. */
export type Start = "ready" | "timeout" | ((attempt: Attempt) => Outcome);

/** What an {@linkcode Environment} is given. */
export interface EnvironmentOptions {
  project: Project;
  /** The files of the function, where a worker reads them. */
  readable: string[];
  settings: FunctionSettings;
  /** The variables of this machine that the function is given. */
  machine: Readonly<Record<string, string>>;
  /** How long the start may take, in milliseconds. */
  initLimitMs: number;
  happenings: Happenings;
  clock: Clock;
  /** Called when one more invocation can be taken, or when all is over. */
  onChange(): void;
}

/** One execution environment: the function's process and its Runtime API. */
export class Environment {
  /** How the start ended. */
  readonly started: Promise<Start>;
  /** Settles when the process has ended and everything is closed. */
  readonly ended: Promise<void>;
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  readonly #log: EnvironmentLog;
  readonly #started = Promise.withResolvers<Start>();
  readonly #runs = new Map<Running, Run>();
  readonly #startedAtMs: number;
  #cancelInit: () => void;
  #initMs: number | undefined;
  #initError: Outcome | undefined;
  #isReady = false;
  #isEnding = false;

  constructor(options: EnvironmentOptions) {
    const { settings, happenings, clock, initLimitMs } = options;
    this.#options = options;
    this.started = this.#started.promise;
    this.#log = new EnvironmentLog(happenings, settings.concurrency);
    this.#api = this.#openApi();
    this.#startedAtMs = clock.now();
    try {
      this.#process = this.#startProcess();
    } catch (error) {
      this.#api.close();
      throw error;
    }
    const { pid } = this.#process;
    happenings.tell({ type: "starting", pid });
    this.#cancelInit = clock.after(initLimitMs, () => this.#initTimedOut());
    this.ended = this.#waitForEnd();
  }

  /** How many invocations run. */
  get running(): number {
    return this.#runs.size;
  }

  /** Whether one more invocation can be run. */
  get hasRoom(): boolean {
    return this.#isReady && !this.#isEnding && this.#api.hasRoom &&
      this.#runs.size < this.#options.settings.concurrency;
  }

  /** Runs an invocation. */
  async run(attempt: Attempt): Promise<Outcome> {
    const { settings: { timeoutMs }, clock } = this.#options;
    this.#process.thaw();
    const startedAtMs = clock.now();
    const running = new Running(attempt, startedAtMs + timeoutMs);
    const { requestId } = attempt;
    const run: Run = { startedAtMs, log: this.#log.begin(requestId) };
    this.#runs.set(running, run);
    this.#log.platform(`START RequestId: ${requestId} Version: $LATEST\n`);
    const cancel = clock.after(timeoutMs, () => this.#timedOut(running));
    const finished = running.completed.then(() => {
      cancel();
      return this.#finish(running);
    });
    this.#api.handOut(running);
    const outcome = await running.outcome;
    if (!attempt.wantsLog) return outcome;
    await finished;
    return { ...outcome, log: run.log.tail() };
  }

  /** Ends the environment as Lambda does; what runs has no time left. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    if (!this.#api.extensions.hasAny) this.#process.kill();
    else {
      this.#process.terminate();
      const cancel = this.#options.clock.after(
        SHUTDOWN_MS,
        () => this.#process.kill(),
      );
      this.ended.finally(cancel);
    }
    await this.ended;
  }

  #openApi(): RuntimeApi {
    const { settings } = this.#options;
    const { concurrency, isSnapStart, maxStreamBytes, name } = settings;
    return new RuntimeApi({
      concurrency,
      isSnapStart,
      maxStreamBytes,
      functionArn: functionArn(settings),
      functionFacts: {
        functionName: name,
        functionVersion: "$LATEST",
        handler: this.#options.project.handler,
        accountId: ACCOUNT,
      },
      onReady: () => this.#ready(),
      onInitError: (error) => this.#failInit(error),
      onIdle: () => this.#options.onChange(),
    });
  }

  #startProcess(): FunctionProcess {
    const { settings, machine, project, readable } = this.#options;
    const { address } = this.#api;
    const { memoryMb, mayDoAll, variables, name } = settings;
    const now = new Date(this.#startedAtMs).toISOString();
    const env = functionVariables(
      {
        ...settings,
        address,
        logGroup: `/aws/lambda/${name}`,
        logStream: `${now.slice(0, 10).replaceAll("-", "/")}/[$LATEST]${
          crypto.randomUUID().replaceAll("-", "")
        }`,
      },
      machine,
      variables,
    );
    const command = functionCommand(project, {
      address,
      memoryMb,
      env,
      mayDoAll,
      readable,
    });
    return new FunctionProcess(command, (lines) => this.#log.function(lines));
  }

  #ready(): void {
    this.#cancelInit();
    this.#isReady = true;
    this.#initMs = this.#options.clock.now() - this.#startedAtMs;
    const { pid, memory } = this.#process;
    memory.look();
    this.#rest();
    this.#options.happenings.tell({ type: "ready", pid, initMs: this.#initMs });
    this.#started.resolve("ready");
    this.#options.onChange();
  }

  /** Stops the process while nothing runs, where Lambda would. */
  #rest(): void {
    if (!this.#options.settings.freezes || this.#runs.size > 0) return;
    this.#process.freeze();
  }

  #failInit(error: Outcome): void {
    this.#initError = error;
    for (const running of this.#runs.keys()) running.settle(error);
    const { clock } = this.#options;
    const cancel = clock.after(INIT_ERROR_MS, () => this.#process.kill());
    this.ended.finally(cancel);
  }

  #initTimedOut(): void {
    this.#log.platform(initReportLine(this.#sinceStart(), undefined));
    this.#started.resolve("timeout");
    this.#isEnding = true;
    this.#process.kill();
  }

  #timedOut(running: Running): void {
    const { settings: { timeoutMs, concurrency }, clock } = this.#options;
    const run = this.#runs.get(running);
    if (!run) return;
    const message = timeoutMessage(timeoutMs);
    const { requestId } = running.attempt;
    run.status = "timeout";
    const now = new Date(clock.now()).toISOString();
    this.#log.platform(`${now} ${requestId} ${message}\n`);
    running.settle(
      failedByItself(running.attempt, "Sandbox.Timedout", message),
    );
    if (concurrency > 1) {
      // Its code goes on, and so do the other invocations.
      this.#api.timeOut(running);
      this.#finish(running);
      return;
    }
    running.complete();
    this.stop();
  }

  /** Writes what Lambda writes at the end of an invocation. */
  async #finish(running: Running): Promise<void> {
    const run = this.#runs.get(running);
    if (!run || run.isFinishing) return;
    run.isFinishing = true;
    const { settings: { memoryMb }, clock, onChange } = this.#options;
    const durationMs = clock.now() - run.startedAtMs;
    this.#process.memory.look();
    if (!this.#isEnding) await this.#process.log.settled();
    const { requestId } = running.attempt;
    this.#log.platform(`END RequestId: ${requestId}\n`);
    this.#log.platform(reportLine({
      requestId,
      durationMs,
      memoryMb,
      maxMemoryMb: this.#process.memory.maxMb,
      initMs: this.#initMs,
      status: run.status,
      errorType: run.errorType,
    }));
    this.#initMs = undefined;
    this.#log.end(run.log);
    this.#runs.delete(running);
    this.#rest();
    onChange();
  }

  async #waitForEnd(): Promise<void> {
    const status = await this.#process.ended;
    const wasAsked = this.#isEnding;
    this.#isEnding = true;
    this.#cancelInit();
    const message = exitMessage(status);
    if (!this.#isReady) this.#failStart(message, wasAsked);
    for (const [running, run] of this.#runs) {
      if (!running.isSettled) run.errorType = "Runtime.ExitError";
      if (run.errorType && !run.status) run.status = "error";
      running.settle(
        failedByItself(running.attempt, "Runtime.ExitError", message),
      );
      running.complete();
    }
    const { happenings, onChange } = this.#options;
    await this.#api.close();
    happenings.tell({ type: "ended", pid: this.#process.pid });
    onChange();
  }

  #failStart(message: string, wasAsked: boolean): void {
    const error = this.#initError;
    this.#started.resolve((attempt) =>
      error ?? failedByItself(attempt, "Runtime.ExitError", message)
    );
    if (wasAsked && !error) return;
    const type = error?.errorType ?? "Runtime.ExitError";
    this.#log.platform(initReportLine(this.#sinceStart(), type));
  }

  #sinceStart(): number {
    return this.#options.clock.now() - this.#startedAtMs;
  }
}
