// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { RuntimeApi } from "../api/runtime_api.ts";
import {
  DescribedError,
  type Failure,
  formatErrorDocument,
  toFailure,
} from "../failure/failure.ts";
import type { Hook } from "../handler/runner.ts";
import type { Log, LogStream } from "../log/log.ts";
import type { LoopOptions } from "../loop.ts";
import type { Reply } from "../reply/reply.ts";
import { RuntimeError } from "../failure/errors.ts";
import type { ReplyStream } from "../reply/stream.ts";
import { untilReleased } from "./liveness.ts";
import {
  type FromWorker,
  LISTENING,
  type Start,
  type ToWorker,
  WORKER_NAME,
} from "./messages.ts";

/** Options for {@linkcode HandlerWorker}. */
export interface HandlerWorkerOptions {
  /** Where streamed replies go. */
  api: Pick<RuntimeApi, "openReply">;
  /** The module that serves, here and in the worker. */
  main: string;
  /** What the worker is told first. */
  start: Omit<Start, "begun" | "isRestored" | "lockName" | "port">;
  /** Whether the environment was restored before. */
  isRestored: boolean;
  /** Where it logs to, if not to stdout. */
  stream: LogStream;
  /** Told of what goes wrong with streamed replies. */
  log: Log;
  /** Told of them before Lambda is. */
  onFailure: LoopOptions["onFailure"];
}

interface Run {
  invocation: Invocation;
  settled: PromiseWithResolvers<Rest>;
  /** The reply that is streamed, as soon as it is being opened. */
  stream: Promise<ReplyStream> | undefined;
}

/** The worker has ended before it took the invocation: another one can. */
export class NotBegunError extends Error {
  override name = "NotBegunError";

  /** @param cause Why the worker has ended. */
  constructor(cause: unknown) {
    super("Worker has ended", { cause });
  }
}

/**
 * What is left to do when a run has settled. It is left to whoever has invoked,
 * whose asynchronous context is the one of the invocation: what arrives here
 * has none, or that of another invocation, whose id the log would show.
 */
type Rest = () => Reply | undefined | Promise<undefined>;

let lastLock = 0;

/** One worker with the handler in it, as the main thread sees it. */
export class HandlerWorker {
  /** The hooks that the handler has, once the worker has started. */
  hooks: readonly Hook[] = [];
  readonly #options: HandlerWorkerOptions;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #begun = new Int32Array(new SharedArrayBuffer(4));
  readonly #lockName = `${WORKER_NAME} ${++lastLock}`;
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<unknown>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #runs = new Map<number, Run>();
  #called: PromiseWithResolvers<void> | undefined;
  #hasEnded = false;
  #hasStarted = false;
  #isEnding = false;
  #lastKey = 0;
  #received = 0;

  /** Starts the worker. */
  constructor(options: HandlerWorkerOptions) {
    this.#options = options;
    // Whoever does not wait for it must not fail for it.
    this.#started.promise.catch(() => {});
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#receive(data);
    this.#worker = createWorker(options);
    this.#worker.onmessage = ({ data }) => {
      if (data !== LISTENING) return;
      this.#worker.onmessage = null;
      const start: Start = {
        ...options.start,
        begun: this.#begun,
        isRestored: options.isRestored,
        lockName: this.#lockName,
        port: port2,
      };
      this.#worker.postMessage(start, [port2]);
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
    if (this.#hasEnded) return await this.#refuse();
    const key = ++this.#lastKey;
    const settled = Promise.withResolvers<Rest>();
    this.#runs.set(key, { invocation, settled, stream: undefined });
    const { requestId, headers, body } = invocation;
    const sent = { requestId, headers: [...headers], body };
    this.#send({ kind: "invoke", key, invocation: sent });
    const rest = await settled.promise;
    return await rest();
  }

  /** Whether the handler has not yet answered an invocation. */
  isRunning(invocation: Invocation): boolean {
    return this.#runs.values().some((run) => run.invocation === invocation);
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
   * @param cause The invocation that the error is of; others fail for it.
   */
  stop(error: unknown, cause?: Invocation): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#worker.terminate();
    this.#port.close();
    this.#started.reject(error);
    this.#called?.reject(error);
    const begun = Atomics.load(this.#begun, 0);
    for (const [key, run] of this.#runs) {
      if (cause === run.invocation || !this.#hasStarted) {
        this.#fail(key, run, error);
      } else if (key > begun) {
        this.#fail(key, run, new NotBegunError(error));
      } else {
        this.#fail(key, run, cause ? collateral(error) : error);
      }
    }
    this.#ended.resolve(error);
  }

  async #refuse(): Promise<never> {
    throw new NotBegunError(await this.#ended.promise);
  }

  #send(message: ToWorker): void {
    this.#port.postMessage(message);
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
        this.#options.stream.writeSync(message.line);
        break;
      default: {
        const run = this.#runs.get(message.key);
        if (run) this.#receiveOf(run, message);
      }
    }
  }

  #receiveOf(run: Run, message: Extract<FromWorker, { key: number }>): void {
    const { key } = message;
    switch (message.kind) {
      case "replied":
        this.#runs.delete(key);
        run.settled.resolve(() => message.reply);
        break;
      case "failed":
        this.#runs.delete(key);
        run.settled.reject(new DescribedError(message.failure));
        break;
      case "open":
        this.#open(key, run, message.contentType);
        break;
      case "chunk":
        this.#write(key, run, message.bytes);
        break;
      case "end":
        this.#runs.delete(key);
        run.settled.resolve(() => this.#end(run, message.failure));
        break;
    }
  }

  async #open(key: number, run: Run, contentType: string): Promise<void> {
    run.stream = this.#options.api.openReply(run.invocation, contentType);
    let stream: ReplyStream;
    try {
      stream = await run.stream;
    } catch (error) {
      run.stream = undefined;
      this.#sendStopped(key, error);
      return;
    }
    const stop = () => this.#sendStopped(key, "no longer read");
    stream.stopped.then(stop, stop);
    if (!this.#hasEnded) this.#send({ kind: "taken", key });
  }

  async #write(key: number, run: Run, bytes: Uint8Array): Promise<void> {
    try {
      const stream = await run.stream;
      await stream?.write(bytes);
    } catch (error) {
      this.#sendStopped(key, error);
      return;
    }
    if (!this.#hasEnded) this.#send({ kind: "taken", key });
  }

  #sendStopped(key: number, error: unknown): void {
    if (this.#hasEnded || !this.#runs.has(key)) return;
    this.#send({ kind: "stopped", key, problem: String(error) });
  }

  async #end(
    { invocation, stream }: Run,
    failure: Failure | undefined,
  ): Promise<undefined> {
    if (failure) await this.#options.onFailure?.(invocation, failure);
    await (await stream)?.end(failure);
  }

  async #fail(key: number, run: Run, error: unknown): Promise<void> {
    this.#runs.delete(key);
    // One that is being opened may have begun for Lambda.
    const stream = await run.stream?.catch(() => undefined);
    if (!stream) {
      run.settled.reject(error);
      return;
    }
    run.settled.resolve(() => {
      const failure = toFailure(error);
      this.#options.log.error(
        `Streamed reply failed: ${formatErrorDocument(failure.document)}`,
      );
      return this.#end(run, failure);
    });
  }

  async #watch(): Promise<void> {
    await untilReleased(this.#lockName);
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

function createWorker({ main, start }: HandlerWorkerOptions): Worker {
  const { permissions } = start.file.config;
  const options: WorkerOptions & { deno?: unknown } = {
    type: "module",
    name: WORKER_NAME,
    ...(permissions !== undefined && { deno: { permissions } }),
  };
  try {
    return new Worker(main, options);
  } catch (cause) {
    if (permissions === undefined) throw cause;
    const [expected, advice] = cause instanceof Deno.errors.NotCapable
      ? [
        "what the process may do, or less of it",
        "Grant it to the process too, or leave it out",
      ]
      : ["permissions that Deno takes", (cause as Error).message];
    throw new RuntimeError(
      "Runtime.InvalidConfig",
      `Cannot use "lambda.permissions" of deno.json: expected ${expected}, found ${
        JSON.stringify(permissions)
      }. ${advice}`,
      { cause },
    );
  }
}

function collateral(cause: unknown): RuntimeError {
  return new RuntimeError(
    "Runtime.WorkerStopped",
    "Worker was stopped, since another invocation in it did not yield before its deadline",
    { cause },
  );
}
