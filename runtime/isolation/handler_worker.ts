// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import { DescribedError } from "../failure/failure.ts";
import type { Hook, RunnerOptions } from "../handler/runner.ts";
import { environmentStart } from "../handler/slot.ts";
import type { LogStream } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";
import { NAME } from "../version.ts";
import { createWorker } from "./create_worker.ts";
import { untilEnd } from "./liveness.ts";
import {
  type FromWorker,
  LISTENING,
  type Start,
  type ToWorker,
} from "./messages.ts";
import { NotBegunError, WorkerRuns } from "./worker_runs.ts";

/** Options for {@linkcode HandlerWorker}. */
export interface HandlerWorkerOptions
  extends Pick<RunnerOptions, "openReply" | "report"> {
  /** The module that serves, here and in the worker. */
  main: string;
  /** What the worker is told first, with what is its own left out. */
  start: Omit<Start, "begun" | "livenessName" | "port">;
  /** Where its log goes, if not to stdout. */
  stream: LogStream;
}

let lastWorker = 0;

/** One worker with the handler in it, as the main thread sees it. */
export class HandlerWorker {
  /** The hooks that the handler has, once the worker has started. */
  hooks: readonly Hook[] = [];
  readonly #begun = new Int32Array(new SharedArrayBuffer(4));
  readonly #livenessName = `${NAME} ${++lastWorker}`;
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<unknown>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #runs: WorkerRuns;
  readonly #stream: LogStream;
  readonly #beganAtMs: number | undefined;
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #called: PromiseWithResolvers<void> | undefined;
  #hasEnded = false;
  #hasStarted = false;
  #isEnding = false;
  #received = 0;

  /** Starts the worker. */
  constructor(options: HandlerWorkerOptions) {
    const { main, start, stream } = options;
    this.#beganAtMs = start.beganAtMs;
    // A start that nobody waits for, such as a spare worker's, may fail.
    this.#started.promise.catch(() => {});
    this.#stream = stream;
    this.#runs = new WorkerRuns((message) => this.#send(message), options);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#receive(data);
    this.#worker = createWorker(main, start.file.config.permissions);
    this.#worker.onmessage = ({ data }) => {
      if (data !== LISTENING) return;
      this.#worker.onmessage = null;
      this.#worker.postMessage({
        ...start,
        begun: this.#begun,
        livenessName: this.#livenessName,
        port: port2,
      }, [port2]);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#stopOnceHeard(
        new RuntimeError("Runtime.UncaughtException", event.message),
      );
    };
  }

  /** Whether the handler could be invoked at some time. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether the worker is known to have ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Settles when the handler can be invoked, or cannot be started. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Gives why, when the worker has ended, by itself or since it was stopped. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  /** Settles when the thread of the worker is there no more. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /**
   * Runs the handler for an invocation, once it has started.
   *
   * @returns The reply, or undefined when it has been streamed.
   *
   * @throws {NotBegunError} If the worker ends before it takes the invocation.
   */
  async invoke(invocation: Invocation): Promise<Reply | undefined> {
    if (this.#hasEnded) throw new NotBegunError(await this.#ended.promise);
    return await this.#runs.invoke(invocation);
  }

  /** Whether the handler has not yet answered an invocation. */
  isRunning(invocation: Invocation): boolean {
    return this.#runs.has(invocation);
  }

  /** Calls a hook of the handler, one at a time; none of a worker that has ended. */
  call(hook: Hook): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    this.#called = Promise.withResolvers();
    this.#send({ kind: "call", hook });
    return this.#called.promise;
  }

  /**
   * Ends the worker and fails what runs in it.
   *
   * @param error Why it ends.
   * @param culprit The invocation that the error is of; others fail for it.
   */
  stop(error: unknown, culprit?: Invocation): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#worker.terminate();
    this.#port.close();
    this.#started.reject(error);
    this.#called?.reject(error);
    if (this.#hasStarted) {
      this.#runs.fail(error, Atomics.load(this.#begun, 0), culprit);
    } else {
      this.#runs.failAll(error);
    }
    this.#ended.resolve(error);
  }

  #send(message: ToWorker): void {
    if (!this.#hasEnded) this.#port.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (this.#hasEnded) return;
    this.#received++;
    switch (message.kind) {
      case "alive":
        this.#watch();
        break;
      case "started":
        this.hooks = message.hooks;
        if (this.#beganAtMs !== undefined) {
          Object.assign(environmentStart, message.start);
        }
        this.#hasStarted = true;
        this.#started.resolve();
        break;
      case "start failed":
        this.stop(new DescribedError(message.failure));
        break;
      case "called":
        if (!message.failure) this.#called?.resolve();
        else this.#called?.reject(new DescribedError(message.failure));
        break;
      case "log":
        this.#stream.writeSync(message.line, message.level);
        break;
      default:
        this.#runs.receive(message);
    }
  }

  async #watch(): Promise<void> {
    await untilEnd(this.#livenessName);
    this.#gone.resolve();
    await this.#stopOnceHeard(
      new RuntimeError(
        "Runtime.WorkerExit",
        "Worker has ended by itself: expected the handler to settle, and not to call Deno.exit() or close()",
      ),
    );
  }

  /** What the worker has said before its end may still be on its way. */
  async #stopOnceHeard(error: RuntimeError): Promise<void> {
    // Of an error and the end that it brings about, the first to come counts.
    if (this.#hasEnded || this.#isEnding) return;
    this.#isEnding = true;
    let received: number;
    do {
      received = this.#received;
      await new Promise((resolve) => setTimeout(resolve));
    } while (this.#received !== received);
    this.stop(error);
  }
}
