// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Project } from "../../build/project.ts";
import type { Clock } from "../clock.ts";
import type { Happenings } from "../happenings.ts";
import {
  type Attempt,
  failed,
  failedByItself,
  type Outcome,
} from "../invocation.ts";
import { MAX_CONCURRENCY } from "../limits.ts";
import type { FunctionSettings } from "../settings.ts";
import { filesOf } from "../reload/module_graph.ts";
import { entryUrl } from "./command.ts";
import { Environment } from "./environment.ts";
import { timeoutMessage } from "./lines.ts";

/** More invocations run or wait than Lambda runs at once. */
export class ThrottledError extends Error {
  override name = "ThrottledError";
}

/** What an invocation gets that the emulator does not live to make. */
const ENDED = failed("Runtime.Unavailable", "The emulator has ended");

/** What a {@linkcode LocalFunction} is given. */
export interface LocalFunctionOptions {
  /** Reads what deno.json says, at each start. */
  readProject: () => Promise<Project>;
  settings: FunctionSettings;
  machine: Readonly<Record<string, string>>;
  happenings: Happenings;
  clock: Clock;
}

/** An invocation that waits for the function. */
interface Waiting {
  attempt: Attempt;
  resolve: (outcome: Outcome | Promise<Outcome>) => void;
}

/** The function, whichever process it runs in at the time. */
export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  readonly #queue: Waiting[] = [];
  #environment: Environment | undefined;
  /** The change of environments that is under way. */
  #changing: Promise<void> | undefined;
  #isStale = false;
  #isStopped = false;
  #problem: Outcome | undefined;
  #hasTimedOut = false;

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
  }

  /**
   * Invokes the function, once those before have been.
   *
   * @throws {ThrottledError} If too many wait.
   */
  async invoke(attempt: Attempt): Promise<Outcome> {
    if (this.#isStopped) return ENDED;
    const busy = this.#queue.length + (this.#environment?.running ?? 0);
    if (busy >= MAX_CONCURRENCY) throw new ThrottledError("Rate Exceeded.");
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#queue.push({ attempt, resolve });
    this.#pump();
    return await promise;
  }

  /** Starts the function, or starts it again once nothing runs. */
  restart(): void {
    this.#isStale = true;
    this.#problem = undefined;
    this.#hasTimedOut = false;
    // What is starting now is not waited for.
    if (this.#changing) this.#environment?.stop();
    this.#pump();
  }

  /** Has invocations fail with a problem until the next restart. */
  refuse(errorType: string, problem: string): void {
    this.#problem = failed(errorType, problem);
    this.#options.happenings.tell({ type: "problem", problem });
    this.#pump();
  }

  /** Ends the function. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    // What is starting now is not waited for.
    await this.#environment?.stop();
    await this.#changing;
    await this.#environment?.stop();
    this.#failAll(() => ENDED);
  }

  /** Does what the state of things asks for. */
  #pump(): void {
    if (this.#isStopped || this.#changing) return;
    if (this.#problem && !this.#isStale) {
      const problem = this.#problem;
      return this.#failAll(() => problem);
    }
    const environment = this.#environment;
    if (this.#isStale && !environment?.running) {
      return this.#change(() => this.#replace());
    }
    if (!environment) {
      if (this.#queue.length > 0) this.#change(() => this.#start());
      return;
    }
    while (!this.#isStale && this.#queue.length > 0 && environment.hasRoom) {
      const { attempt, resolve } = this.#queue.shift()!;
      resolve(environment.run(attempt));
    }
  }

  #change(change: () => Promise<void>): void {
    this.#changing = change().finally(() => {
      this.#changing = undefined;
      this.#pump();
    });
  }

  async #replace(): Promise<void> {
    this.#isStale = false;
    await this.#environment?.stop();
    await this.#start();
  }

  async #start(): Promise<void> {
    const { readProject, ...options } = this.#options;
    const { settings } = options;
    let environment: Environment;
    try {
      const project = await readProject();
      environment = new Environment({
        ...options,
        project,
        // A worker imports as a program reads files.
        readable: project.config.isolation === "worker"
          ? await filesOf(entryUrl(project), project) ?? []
          : [],
        initLimitMs: this.#hasTimedOut
          ? settings.timeoutMs
          : settings.initTimeoutMs,
        onChange: () => this.#pump(),
      });
    } catch (error) {
      const { name, message } = error as Error;
      this.refuse("Runtime.InvalidConfig", `${name}: ${message}`);
      return;
    }
    this.#environment = environment;
    if (this.#isStopped) environment.stop();
    environment.ended.then(() => {
      if (this.#environment === environment) this.#environment = undefined;
      this.#pump();
    });
    const start = await this.#orStale(environment);
    if (start === "ready" || start === "stale") return;
    await environment.ended;
    if (start !== "timeout") return this.#failAll(start);
    if (!this.#hasTimedOut) {
      // The first invocation has the function started again, in its own time.
      this.#hasTimedOut = true;
      return;
    }
    this.#hasTimedOut = false;
    const message = timeoutMessage(settings.timeoutMs);
    this.#failAll((attempt) =>
      failedByItself(attempt, "Sandbox.Timedout", message)
    );
  }

  /** How a start ended; a change of files ends it early. */
  async #orStale(environment: Environment) {
    const start = await environment.started;
    return this.#isStale ? "stale" as const : start;
  }

  #failAll(outcomeOf: (attempt: Attempt) => Outcome): void {
    for (const { attempt, resolve } of this.#queue.splice(0)) {
      resolve(outcomeOf(attempt));
    }
  }
}
