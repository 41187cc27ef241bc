// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Project } from "../build/project.ts";
import { AsyncQueue, type DeadInvocation } from "./async_queue.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { bury } from "./dead_letters.ts";
import { LocalFunction, ThrottledError } from "./function/local_function.ts";
import { readVariables } from "./function/variables.ts";
import { Happenings } from "./happenings.ts";
import type { Outcome, StreamWriter } from "./invocation.ts";
import { type ReadVariable, serviceEnv } from "./service_env.ts";
import { functionArn, type FunctionSettings } from "./settings.ts";

/** How many invocations can be replayed. */
const MAX_HISTORY = 1_000;

/** Options for {@linkcode Emulator.invoke}. */
export interface InvokeOptions {
  /** The id of the request; a new one by default. */
  requestId?: string;
  /** What the invocation came by, for whoever watches. */
  by?: string;
  /** What the client says of itself, as JSON. */
  clientContext?: string;
  /** The header of X-Ray; a new one by default. */
  traceId?: string;
  /** Waits for the log, and gives its last 4 KB. */
  wantsLog?: boolean;
  /** Opens the way for a streamed reply; without it, one is collected. */
  openStream?: (contentType: string) => StreamWriter;
}

/** What an {@linkcode Emulator} is given. */
export interface EmulatorOptions {
  /** Reads what deno.json says, at each start of the function. */
  readProject: () => Promise<Project>;
  settings: FunctionSettings;
  /** The folder for dead letters. */
  deadLetterFolder: string;
  /** The URL of a queue or the ARN of a topic for them instead. */
  deadLetterTarget?: string;
  /** The wait before the first retry of an asynchronous invocation. */
  retryDelayMs: number;
  clock?: Clock;
  env?: ReadVariable;
}

/**
 * A function on this machine, as a console sees it: it can be invoked, replayed
 * and started again, and it tells what happens.
 */
export class Emulator {
  readonly settings: FunctionSettings;
  readonly happenings: Happenings = new Happenings();
  readonly #function: LocalFunction;
  readonly #queue: AsyncQueue;
  readonly #clock: Clock;
  readonly #history = new Map<
    string,
    { payload: Uint8Array<ArrayBuffer>; options: InvokeOptions }
  >();

  constructor(options: EmulatorOptions) {
    const { settings, clock = SYSTEM_CLOCK, env = getVariable } = options;
    const { happenings } = this;
    this.settings = settings;
    this.#clock = clock;
    this.#function = new LocalFunction({
      readProject: options.readProject,
      settings,
      machine: readVariables(env),
      happenings,
      clock,
    });
    this.#queue = new AsyncQueue({
      clock,
      retryDelayMs: options.retryDelayMs,
      bury: (dead) => this.#bury(dead, options, env),
      onRetry: (requestId, delayMs) =>
        this.say(
          `Invocation ${requestId} failed: again in ${delayMs / 1_000} s`,
        ),
    });
  }

  /** Starts the function, or starts it again once nothing runs. */
  restart(): void {
    this.#function.restart();
  }

  /** Has invocations fail with a problem until the function starts again. */
  refuse(errorType: string, problem: string): void {
    this.#function.refuse(errorType, problem);
  }

  /**
   * Invokes the function.
   *
   * @param payload The event, as JSON.
   * @throws {ThrottledError} If more run or wait than Lambda runs at once.
   */
  async invoke(
    payload: Uint8Array<ArrayBuffer>,
    options: InvokeOptions = {},
  ): Promise<Outcome> {
    const { requestId = crypto.randomUUID(), by = "invoke" } = options;
    this.#remember(requestId, payload, options);
    this.happenings.tell({ type: "invoked", requestId, payload, by });
    const startedAtMs = this.#clock.now();
    const outcome = await this.#function.invoke({
      ...options,
      requestId,
      payload,
      traceId: options.traceId ?? newTraceId(),
    });
    this.happenings.tell({
      type: "answered",
      requestId,
      payload: outcome.payload,
      contentType: outcome.contentType,
      errorType: outcome.errorType,
      durationMs: this.#clock.now() - startedAtMs,
    });
    return outcome;
  }

  /** Invokes the function later, and again where it fails. */
  enqueue(
    payload: Uint8Array<ArrayBuffer>,
    options: InvokeOptions = {},
  ): void {
    const { requestId = crypto.randomUUID() } = options;
    this.#queue.add(requestId, payload, async () => {
      try {
        return await this.invoke(payload, { ...options, requestId });
      } catch (error) {
        if (!(error instanceof ThrottledError)) throw error;
        return "throttled";
      }
    });
  }

  /** How many asynchronous invocations are not done with. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Invokes the function with an event that it had before, under a new id.
   *
   * @param requestId Which; the last by default.
   * @returns Undefined if there was none.
   */
  async replay(requestId?: string): Promise<Outcome | undefined> {
    const id = requestId ?? [...this.#history.keys()].at(-1);
    const earlier = id === undefined ? undefined : this.#history.get(id);
    if (!earlier) return undefined;
    const { clientContext } = earlier.options;
    return await this.invoke(earlier.payload, { clientContext, by: "replay" });
  }

  /** Tells whoever watches something that is no part of the function's log. */
  say(text: string): void {
    this.happenings.tell({
      type: "log",
      source: "emulator",
      text: `${text}\n`,
      requestId: undefined,
    });
  }

  /** Ends the function; what waits is given up. */
  async stop(): Promise<void> {
    const closed = this.#queue.close();
    await this.#function.stop();
    await closed;
  }

  #remember(
    requestId: string,
    payload: Uint8Array<ArrayBuffer>,
    options: InvokeOptions,
  ): void {
    this.#history.delete(requestId);
    this.#history.set(requestId, { payload, options });
    if (this.#history.size <= MAX_HISTORY) return;
    const [oldest] = this.#history.keys();
    this.#history.delete(oldest);
  }

  async #bury(
    dead: DeadInvocation,
    { deadLetterFolder, deadLetterTarget }: EmulatorOptions,
    env: ReadVariable,
  ): Promise<void> {
    try {
      const { place, problem } = await bury(dead, {
        functionArn: functionArn(this.settings),
        folder: deadLetterFolder,
        target: deadLetterTarget,
        env: serviceEnv(env, this.settings.region),
      });
      if (problem !== undefined) this.say(problem);
      this.say(
        `Invocation ${dead.requestId} failed ${dead.attempts} times: its dead letter is in ${place}`,
      );
    } catch (error) {
      this.say(
        `Cannot write the dead letter of ${dead.requestId}: ${
          (error as Error).message
        }`,
      );
    }
  }
}

function getVariable(name: string): string | undefined {
  return Deno.env.get(name);
}

function newTraceId(): string {
  const hex = (bytes: number) =>
    crypto.getRandomValues(new Uint8Array(bytes)).toHex();
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=0`;
}
