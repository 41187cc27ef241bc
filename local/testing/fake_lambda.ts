// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Source } from "../../runtime/handler/behaviour.ts";
import type { ErrorDocument } from "../../runtime/failure/failure.ts";
import type { HttpRequest } from "./connection.ts";
import { Environment } from "./environment.ts";
import {
  type FakeLambdaOptions,
  type InvokeOptions,
  toHeaders,
} from "./fake_lambda_options.ts";
import { FakeRuntimeApi } from "./fake_runtime_api.ts";
import { type InvokeResult, toInvokeResult } from "./invoke_result.ts";
import { LogEntries, type LogEntry } from "./log_entries.ts";

/** The longest that Lambda gives a function. */
const LONGEST_TIMEOUT_MS = 15 * 60 * 1_000;

let isRunning = false;

/**
 * A handler in an execution environment of Lambda's, in the process of a test:
 * the runtime's own loop asks a Runtime API over HTTP for invocations, and
 * answers them there.
 *
 * What `serve()` does beside, which ends the process, belongs to a test of the
 * built function: exit codes, SIGTERM, workers, and a handler that never yields.
 * One environment runs at a time in a thread, since `console` is its log
 * meanwhile. It needs the permissions to reach `127.0.0.1` and to read
 * `AWS_LAMBDA_LOG_LEVEL`.
 *
 * @example Usage
 * ```ts
 * import { FakeLambda } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using lambda = new FakeLambda(({ name }: { name: string }) => {
 *   console.log("greeting", name);
 *   return `Hello, ${name}`;
 * });
 *
 * const { reply, error, logs } = await lambda.invoke({ name: "Deno" });
 * assertEquals(reply, "Hello, Deno");
 * assertEquals(error, undefined);
 * assertEquals(logs.map(({ message }) => message), ["greeting Deno"]);
 * ```
 *
 * @example A reply that is streamed
 * ```ts
 * import { FakeLambda } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using lambda = new FakeLambda(async function* () {
 *   yield "one ";
 *   yield "two";
 *   throw new Error("No three");
 * });
 *
 * const { stream, error } = await lambda.invoke({});
 * assertEquals(stream?.text, "one two");
 * assertEquals(error?.errorMessage, "No three");
 * ```
 */
export class FakeLambda implements AsyncDisposable {
  readonly #options: FakeLambdaOptions;
  readonly #api: FakeRuntimeApi;
  readonly #environment: Environment;
  readonly #log = new LogEntries();
  readonly #failed = Promise.withResolvers<HttpRequest>();
  readonly #unwatch: (() => void) | undefined;
  #changed = Promise.withResolvers<void>();
  #hasFailed = false;
  #isFrozen = false;
  /** How many timers were called when the runtime began to wait for one. */
  #pausedAt: number | undefined;
  #requests = 0;

  /**
   * Starts the environment.
   *
   * @param source The handler, in any form that `serve()` takes.
   * @param options What the environment is.
   * @throws {TypeError} If another one runs in this thread.
   */
  constructor(
    source: Source | Promise<Source>,
    options: FakeLambdaOptions = {},
  ) {
    if (isRunning) {
      throw new TypeError(
        "Cannot start the environment: another FakeLambda runs in this thread. Dispose of it before, as `await using` does",
      );
    }
    const { clock, concurrency = 1, functionName = "orders" } = options;
    this.#options = options;
    this.#api = new FakeRuntimeApi({
      onChange: () => this.#change(),
      onEnvironmentError: (request) => {
        this.#hasFailed = true;
        this.#failed.resolve(request);
        this.#change();
      },
    });
    isRunning = true;
    this.#environment = new Environment({
      address: this.#api.address,
      concurrency,
      hasFakeTimers: clock !== undefined,
      config: options.config ?? {},
      facts: {
        functionName,
        functionVersion: "$LATEST",
        memoryLimitInMB: "128",
        logGroupName: `/aws/lambda/${functionName}`,
        logStreamName: "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
      },
      log: this.#log,
      onChange: () => this.#change(),
      snapStart: options.snapStart ?? false,
      source,
    });
    this.#unwatch = clock?.watch((timerSet) => this.#untilQuiet(timerSet));
  }

  /** All that was logged, at the start and between invocations too. */
  get logs(): LogEntry[] {
    return [...this.#log.entries];
  }

  /**
   * Invokes the handler.
   *
   * @param event The event, which goes as JSON.
   * @param options What Lambda says beside.
   * @returns What came of it, once it is answered. A start that fails is the
   * error of every invocation.
   * @throws {Error} If the environment ends before.
   */
  async invoke(
    event: unknown,
    options: InvokeOptions = {},
  ): Promise<InvokeResult> {
    const requestId = options.requestId ?? toRequestId(++this.#requests);
    const { timeoutMs = 30_000 } = options;
    const { clock, functionName = "orders" } = this.#options;
    if (this.#isFrozen) {
      this.#isFrozen = false;
      await clock?.advance(0);
    }
    const answered = this.#api.invoke({
      requestId,
      body: JSON.stringify(event) ?? "",
      headers: toHeaders(options, {
        "lambda-runtime-deadline-ms": String(Date.now() + timeoutMs),
        "lambda-runtime-invoked-function-arn":
          `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
      }),
    });
    const post = await Promise.race([
      answered,
      this.#failed.promise,
      this.#environment.lost,
    ]);
    return await toInvokeResult(requestId, post, this.#log.of(requestId));
  }

  /**
   * Freezes the environment as Lambda does between invocations: the time goes
   * on and nothing runs. The next invocation thaws it; what was due meanwhile
   * is called just before.
   *
   * @param ms How long it is frozen, in milliseconds.
   * @throws {TypeError} If there is no clock to move, or an invocation runs.
   */
  async freeze(ms: number): Promise<void> {
    const { clock } = this.#options;
    if (!clock) {
      throw new TypeError(
        "Cannot freeze the environment: expected the option clock, a FakeClock",
      );
    }
    if (this.#environment.runningCount > 0) {
      throw new TypeError(
        "Cannot freeze the environment: an invocation runs. Await it before",
      );
    }
    await this.#untilQuiet(new Promise(() => {}));
    this.#isFrozen = true;
    clock.skip(ms);
  }

  /**
   * Breaks off every connection of the runtime, as a lost Runtime API does. The
   * runtime connects again, after a pause that grows.
   *
   * @returns Settles when the runtime has connected again or, with a clock,
   * waits for that to move.
   */
  async loseConnections(): Promise<void> {
    const { clock } = this.#options;
    await this.#untilQuiet(new Promise(() => {}));
    const paused = clock?.timerSet() ?? new Promise<void>(() => {});
    await this.#api.loseConnections();
    await this.#untilQuiet(paused);
  }

  /**
   * Breaks off the connections on which the next replies come, and takes none
   * of them. The runtime sends each again, after a pause that grows.
   *
   * @param count How many, in a row.
   */
  loseReplies(count: number): void {
    this.#api.loseReplies(count);
  }

  /**
   * Restores the environment from its snapshot, with the option `snapStart`.
   *
   * @throws {Error} If the start or a hook has failed.
   */
  async restore(): Promise<void> {
    if (!this.#options.snapStart) {
      throw new TypeError(
        "Cannot restore the environment: expected the option snapStart",
      );
    }
    while (!this.#api.isSnapshotTaken && !this.#hasFailed) {
      await this.#changed.promise;
    }
    this.#api.restore();
    await this.#untilQuiet(new Promise(() => {}));
    if (!this.#hasFailed) return;
    const { error } = await toInvokeResult("", await this.#failed.promise, []);
    throw toError(error!);
  }

  /**
   * Ends the environment as Lambda does, when all invocations are answered. A
   * clock moves on until those that run have timed out.
   *
   * @throws What `shutdown()` of the handler throws.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#environment.runningCount > 0) {
        await this.#options.clock?.advance(LONGEST_TIMEOUT_MS);
      }
      await this.#environment.end(() => this.#api[Symbol.asyncDispose]());
    } finally {
      this.#unwatch?.();
      isRunning = false;
    }
  }

  #change(): void {
    this.#pausedAt = undefined;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Settles when all is in the handler, or waits for an invocation or a timer. */
  async #untilQuiet(timerSet: Promise<void>): Promise<void> {
    const { clock } = this.#options;
    let isPaused = this.#pausedAt !== undefined &&
      this.#pausedAt === clock?.callCount;
    timerSet.then(() => isPaused = true);
    while (!this.#isQuiet()) {
      // On its way to the handler, an invocation waits for no timer.
      const isOnItsWay =
        this.#api.handedOutCount > this.#environment.enteredCount;
      if (isPaused && !isOnItsWay) {
        this.#pausedAt = clock?.callCount;
        return;
      }
      const ends = isOnItsWay ? [] : [timerSet];
      await Promise.race([this.#changed.promise, ...ends]);
    }
  }

  /** Whether all is in the handler, or waits for what only the test can do. */
  #isQuiet(): boolean {
    const { concurrency = 1 } = this.#options;
    return this.#hasFailed || this.#api.isSnapshotTaken ||
      this.#environment.runningCount + this.#api.pollCount >= concurrency;
  }
}

function toRequestId(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
}

function toError({ errorType, errorMessage }: ErrorDocument): Error {
  const error = new Error(errorMessage);
  error.name = errorType;
  return error;
}
