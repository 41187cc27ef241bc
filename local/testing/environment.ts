// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApi } from "../../runtime/api/runtime_api.ts";
import { readConfig } from "../../runtime/config.ts";
import { toFailure } from "../../runtime/failure/failure.ts";
import { createReport } from "../../runtime/failure/report.ts";
import type { Source } from "../../runtime/handler/behaviour.ts";
import type { FunctionFacts } from "../../runtime/handler/context.ts";
import type { DeadlineTimer } from "../../runtime/handler/deadline_timer.ts";
import type { Invoke } from "../../runtime/handler/invoke.ts";
import { loadBehaviour } from "../../runtime/handler/load.ts";
import { prepareThread } from "../../runtime/handler/prepare_thread.ts";
import { type Runner, startRunner } from "../../runtime/handler/runner.ts";
import { SequentialSlots, type Slots } from "../../runtime/handler/slots.ts";
import { Drain } from "../../runtime/lifecycle/drain.ts";
import { supervise } from "../../runtime/lifecycle/supervisor.ts";
import type { LambdaLog } from "../../runtime/log/log.ts";
import { loop } from "../../runtime/loop.ts";
import type { LogEntries } from "./log_entries.ts";
import { ThreadState } from "./thread_state.ts";

/** Options for {@linkcode Environment}. */
export interface EnvironmentOptions {
  /** Where the Runtime API listens. */
  address: string;
  concurrency: number;
  /** Whether timers are those of a fake clock, which nobody has to clear. */
  hasFakeTimers: boolean;
  /** The `lambda` key of deno.json. */
  config: Record<string, unknown>;
  facts: FunctionFacts;
  log: LogEntries;
  /** Called when an invocation reaches the handler, and when it leaves. */
  onChange: () => void;
  /** Whether a snapshot is taken after the start. */
  snapStart: boolean;
  source: Source | Promise<Source>;
}

/**
 * An execution environment in this thread: the parts that `serve()` puts
 * together on Lambda, without what ends the process.
 */
export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #drain = new Drain();
  readonly #ended = new AbortController();
  readonly #deadlines = new Set<DeadlineTimer>();
  readonly #state = new ThreadState();
  readonly #serving: Promise<void>;
  readonly #lost = Promise.withResolvers<never>();
  #runner: Runner | undefined;
  #entered = 0;
  #running = 0;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#serving = this.#serve();
    this.#serving.catch(this.#lost.reject);
    this.#lost.promise.catch(() => {});
  }

  /** Rejects when no invocation is answered any more. */
  get lost(): Promise<never> {
    return this.#lost.promise;
  }

  /** How many invocations have reached the handler. */
  get enteredCount(): number {
    return this.#entered;
  }

  /** How many invocations are in the handler. */
  get runningCount(): number {
    return this.#running;
  }

  /**
   * Ends the environment in order: `shutdown()` runs as at SIGTERM.
   *
   * @param disconnect Ends what waits for the next invocation.
   * @throws What `shutdown()` throws, or what has ended the loop.
   */
  async end(disconnect: () => Promise<void>): Promise<void> {
    try {
      this.#drain.begin();
      await this.#drain.done;
      await disconnect();
      await this.#serving;
      await this.#runner?.call("shutdown");
    } finally {
      this.#lost.reject(new Error("The environment has ended"));
      await this.#state.restore();
      if (!this.#options.hasFakeTimers) {
        for (const deadline of this.#deadlines) await fire(deadline);
      }
      this.#ended.abort();
      this.#options.log.end();
    }
  }

  async #serve(): Promise<void> {
    const { address, concurrency, log: stream } = this.#options;
    const slots = await createSlots(concurrency);
    const { signal } = this.#ended;
    const log = prepareThread({ stream, format: "json", slots, signal });
    const api = new RuntimeApi(address, log, { isConcurrent: concurrency > 1 });
    try {
      const runner = await this.#start(api, slots, log);
      if (runner) await this.#answerAll(runner, api, slots, log);
    } finally {
      api.close();
    }
  }

  /** Starts the handler, or tells the API why it cannot be started. */
  async #start(
    api: RuntimeApi,
    slots: Slots,
    log: LambdaLog,
  ): Promise<Runner | undefined> {
    const { config, facts, snapStart, source } = this.#options;
    try {
      const file = await readConfig(undefined, config);
      log.setLevel(file.config.logLevel);
      slots.trackWork();
      const load = () => loadBehaviour(source, file);
      this.#runner = await startRunner(load, slots.start, {
        facts,
        log,
        openReply: api.openReply.bind(api),
        report: createReport(log),
      });
    } catch (error) {
      await api.initError(toFailure(error));
      return undefined;
    }
    if (!snapStart) return this.#runner;
    const { snapshotThenRestore } = await import(
      "../../runtime/snap_start/snapshot.ts"
    );
    try {
      const exitCode = await snapshotThenRestore(this.#runner, api, log);
      return exitCode === undefined ? this.#runner : undefined;
    } catch (error) {
      // A snapshot that is never restored waits until the connection ends.
      if (this.#drain.hasBegun) return undefined;
      throw error;
    }
  }

  async #answerAll(
    { invoke }: Runner,
    api: RuntimeApi,
    slots: Slots,
    log: LambdaLog,
  ): Promise<void> {
    const { concurrency } = this.#options;
    const options = {
      api,
      invoke: this.#watch(
        concurrency > 1 ? invoke : this.#state.withTraceId(invoke),
      ),
      report: createReport(log),
      drain: this.#drain,
    };
    const supervisor = { maxRestarts: 3, maxSeconds: 5 };
    await Promise.all(Array.from(
      { length: concurrency },
      () => supervise(() => loop(slots, options), supervisor, log),
    ));
  }

  /** Counts what is in the handler, and remembers what watches its deadline. */
  #watch(invoke: Invoke): Invoke {
    const { onChange } = this.#options;
    return async (invocation, slot) => {
      this.#deadlines.add(slot.deadline);
      this.#entered++;
      this.#running++;
      try {
        const reply = invoke(invocation, slot);
        onChange();
        return await reply;
      } finally {
        this.#running--;
        onChange();
      }
    };
  }
}

/** A deadline's timer stays set between invocations, unless it has fired. */
async function fire(deadline: DeadlineTimer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  deadline.start(0, resolve);
  await promise;
}

async function createSlots(concurrency: number): Promise<Slots> {
  if (concurrency === 1) return new SequentialSlots();
  const { ConcurrentSlots } = await import("../../runtime/concurrent/mod.ts");
  return new ConcurrentSlots();
}
