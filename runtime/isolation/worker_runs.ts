// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import { DescribedError } from "../failure/failure.ts";
import type { RunnerOptions } from "../handler/runner.ts";
import type { Reply } from "../reply/reply.ts";
import type { ReplyStream } from "../reply/stream.ts";
import type { OfInvocation, ToWorker } from "./messages.ts";

/** One invocation that was given to the worker. */
interface Run {
  invocation: Invocation;
  settled: PromiseWithResolvers<Rest>;
  /** The reply that is streamed, as soon as it is being opened. */
  stream: Promise<ReplyStream> | undefined;
}

/**
 * Finishes a settled run in the caller's async context, so that log lines carry
 * its id.
 */
type Rest = () => Reply | undefined | Promise<undefined>;

/** The worker has ended before it took the invocation: another one can. */
export class NotBegunError extends Error {
  override name = "NotBegunError";

  /** @param cause Why the worker has ended. */
  constructor(cause: unknown) {
    super("Worker has ended", { cause });
  }
}

/** The invocations that run in one worker, as the main thread sees them. */
export class WorkerRuns {
  readonly #runs = new Map<number, Run>();
  readonly #options: Pick<RunnerOptions, "openReply" | "report">;
  readonly #send: (message: ToWorker) => void;
  #lastKey = 0;

  /** @param send Says something to the worker, as long as it lives. */
  constructor(
    send: (message: ToWorker) => void,
    options: Pick<RunnerOptions, "openReply" | "report">,
  ) {
    this.#send = send;
    this.#options = options;
  }

  /** Gives an invocation to the worker, and its reply unless it is streamed. */
  async invoke(invocation: Invocation): Promise<Reply | undefined> {
    const key = ++this.#lastKey;
    const settled = Promise.withResolvers<Rest>();
    this.#runs.set(key, { invocation, settled, stream: undefined });
    const { requestId, headers, body } = invocation;
    const sent = { requestId, headers: [...headers], body };
    this.#send({ kind: "invoke", key, invocation: sent });
    const rest = await settled.promise;
    return await rest();
  }

  /** Whether the handler has not yet answered the invocation. */
  has(invocation: Invocation): boolean {
    return this.#runs.values().some((run) => run.invocation === invocation);
  }

  /** Takes what the worker says of an invocation. */
  receive(message: OfInvocation): void {
    const { key } = message;
    const run = this.#runs.get(key);
    if (!run) return;
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
        run.settled.resolve(() =>
          this.#end(run, message.failure && new DescribedError(message.failure))
        );
        break;
    }
  }

  /** Fails every run with the error that ended the worker before it started. */
  failAll(error: unknown): void {
    for (const [key, run] of this.#runs) this.#fail(key, run, error);
  }

  /**
   * Fails every run of a worker that has ended.
   *
   * @param error Why it has ended.
   * @param lastBegun The key of the last run that the worker has begun.
   * @param culprit The invocation that the error is of, if it is of one.
   */
  fail(error: unknown, lastBegun: number, culprit?: Invocation): void {
    for (const [key, run] of this.#runs) {
      if (run.invocation === culprit) this.#fail(key, run, error);
      else if (key > lastBegun) this.#fail(key, run, new NotBegunError(error));
      else this.#fail(key, run, culprit ? workerStopped(error) : error);
    }
  }

  async #open(key: number, run: Run, contentType: string): Promise<void> {
    run.stream = this.#options.openReply(run.invocation, contentType);
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
    this.#send({ kind: "taken", key });
  }

  async #write(key: number, run: Run, bytes: Uint8Array): Promise<void> {
    try {
      const stream = await run.stream;
      await stream?.write(bytes);
    } catch (error) {
      this.#sendStopped(key, error);
      return;
    }
    this.#send({ kind: "taken", key });
  }

  #sendStopped(key: number, error: unknown): void {
    if (!this.#runs.has(key)) return;
    this.#send({ kind: "stopped", key, problem: String(error) });
  }

  async #end({ invocation, stream }: Run, error: unknown): Promise<undefined> {
    const { report } = this.#options;
    const failure = error === undefined
      ? undefined
      : await report(invocation, error, "Streamed reply failed");
    await (await stream)?.end(failure);
  }

  async #fail(key: number, run: Run, error: unknown): Promise<void> {
    this.#runs.delete(key);
    // One that is being opened may have begun for Lambda.
    const stream = await run.stream?.catch(() => undefined);
    if (stream) run.settled.resolve(() => this.#end(run, error));
    else run.settled.reject(error);
  }
}

function workerStopped(cause: unknown): RuntimeError {
  return new RuntimeError(
    "Runtime.WorkerStopped",
    "Worker was stopped, since another invocation in it did not yield before its deadline",
    { cause },
  );
}
