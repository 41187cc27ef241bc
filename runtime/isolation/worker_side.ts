// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { Source } from "../handler/behaviour.ts";
import { sendConsoleTo } from "../log/console.ts";
import { DeadlineTimer } from "../handler/deadline_timer.ts";
import { type Failure, toFailure } from "../failure/failure.ts";
import { type Hook, type Host, startHost } from "../handler/runner.ts";
import { catchBackgroundErrors, InFlight } from "../handler/slot.ts";
import { LambdaLog, type LogStream } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";
import { RuntimeError } from "../failure/errors.ts";
import type { ReplyStream } from "../reply/stream.ts";
import { blockedAtMs } from "./blocked.ts";
import { holdLock } from "./liveness.ts";
import {
  type FromWorker,
  LISTENING,
  type SentInvocation,
  type Start,
  type ToWorker,
} from "./messages.ts";

/** An invocation in a worker. */
interface ThreadInvocation extends Invocation {
  key: number;
}

let isServing = false;

/** Serves a handler inside of a worker, as the main thread says. */
export async function serveThread(
  source: (() => Source | Promise<Source>) | undefined,
): Promise<never> {
  // The two would wait for each other.
  if (isServing) {
    throw new RuntimeError(
      "Runtime.InvalidHandler",
      "Cannot serve: expected one call of serve() in a worker, found two. Take it out of the module of the handler",
    );
  }
  isServing = true;
  const start = await receiveStart();
  await new Thread(start).serve(source);
  return await new Promise(() => {});
}

function receiveStart(): Promise<Start> {
  return new Promise((resolve) => {
    addEventListener(
      "message",
      (event) => resolve((event as MessageEvent).data),
      { once: true },
    );
    postMessage(LISTENING);
  });
}

/** Says something to whoever has started this worker. */
declare function postMessage(message: unknown): void;

class Thread {
  readonly #start: Start;
  readonly #streams = new Map<number, RemoteStream>();
  readonly #timers: DeadlineTimer[] = [];
  readonly #inFlight = new InFlight();
  #inScope: typeof import("../concurrent/scope.ts") | undefined;
  #guard: typeof import("./watchdog.ts") | undefined;

  constructor(start: Start) {
    this.#start = start;
  }

  async serve(
    source: (() => Source | Promise<Source>) | undefined,
  ): Promise<void> {
    const { lockName, port } = this.#start;
    await holdLock(lockName);
    this.#send({ kind: "alive" });
    let host: Host;
    try {
      host = await this.#startHost(source);
    } catch (error) {
      this.#send({ kind: "start failed", failure: toFailure(error) });
      return;
    }
    this.#send({ kind: "started", hooks: host.hooks });
    // It costs much, and here the main thread is waiting for an invocation.
    this.#guard = await import("./watchdog.ts");
    port.onmessage = ({ data }) => this.#receive(host, data);
  }

  async #startHost(
    source: (() => Source | Promise<Source>) | undefined,
  ): Promise<Host> {
    const { file, facts, isConcurrent, isRestored, reserveMs } = this.#start;
    if (isConcurrent) this.#inScope = await import("../concurrent/scope.ts");
    const current = this.#inScope?.currentInFlight ?? (() => this.#inFlight);
    const log = this.#prepareLog(current);
    catchBackgroundErrors(current, log);
    if (isConcurrent) {
      const { prepareThread } = await import("../concurrent/thread.ts");
      prepareThread(log);
    }
    const host = await startHost({
      source: source?.(),
      file,
      call: (behaviour, event, context) =>
        this.#guard!.callWithin(
          () => behaviour.handleEvent(event, context),
          blockedAtMs(context) - Date.now(),
        ),
      api: { openReply: (invocation, type) => this.#open(invocation, type) },
      facts,
      idle: current(),
      log,
      reserveMs,
    });
    if (isRestored) await host.call("afterRestore");
    return host;
  }

  /** Makes the log, which from then on gets what the handler prints. */
  #prepareLog(current: () => InFlight): LambdaLog {
    const { file, logFormat } = this.#start;
    const log = new LambdaLog({
      stream: this.#logStream(),
      requestId: () => current().requestId,
      format: logFormat,
    });
    log.setLevel(file.config.logLevel);
    sendConsoleTo(log);
    return log;
  }

  #send(message: FromWorker, transfer: Transferable[] = []): void {
    this.#start.port.postMessage(message, transfer);
  }

  #logStream(): LogStream {
    if (!this.#start.logsToMain) return Deno.stdout;
    return {
      writeSync: (line) => {
        this.#send({ kind: "log", line });
        return line.byteLength;
      },
    };
  }

  #receive(host: Host, message: ToWorker): void {
    switch (message.kind) {
      case "invoke":
        Atomics.store(this.#start.begun, 0, message.key);
        this.#invoke(host, message.key, message.invocation);
        break;
      case "taken":
        this.#streams.get(message.key)?.take();
        break;
      case "stopped":
        this.#streams.get(message.key)?.stop(message.problem);
        break;
      case "call":
        this.#call(host, message.hook);
        break;
    }
  }

  #invoke(host: Host, key: number, sent: SentInvocation): void {
    const { requestId, headers, body } = sent;
    const invocation: ThreadInvocation = {
      key,
      requestId,
      headers: new Map(headers),
      body,
    };
    if (!this.#inScope) {
      this.#inFlight.requestId = requestId;
      this.#answer(host, invocation, this.#inFlight)
        .finally(() => this.#inFlight.requestId = "");
      return;
    }
    const timer = this.#timers.pop() ?? new DeadlineTimer();
    const inFlight = new InFlight(timer);
    this.#inScope.runInScope(
      invocation,
      inFlight,
      () => this.#answer(host, invocation, inFlight),
    ).finally(() => this.#timers.push(timer));
  }

  async #answer(
    host: Host,
    invocation: ThreadInvocation,
    inFlight: InFlight,
  ): Promise<void> {
    const { key } = invocation;
    try {
      const reply = await host.invoke(invocation, inFlight);
      this.#send({ kind: "replied", key, reply: reply && compact(reply) });
    } catch (error) {
      // The main thread answers then, and replaces this worker.
      if (this.#guard!.BlockedError.is(error)) return;
      this.#send({ kind: "failed", key, failure: toFailure(error) });
    } finally {
      this.#streams.delete(key);
    }
  }

  async #call(host: Host, hook: Hook): Promise<void> {
    try {
      if (hook === "afterRestore") {
        const { reseed } = await import("../snap_start/reseed.ts");
        reseed();
      }
      await host.call(hook);
      this.#send({ kind: "called", failure: undefined });
    } catch (error) {
      this.#send({ kind: "called", failure: toFailure(error) });
    }
  }

  async #open(
    invocation: Invocation,
    contentType: string,
  ): Promise<ReplyStream> {
    const { key } = invocation as ThreadInvocation;
    const stream = new RemoteStream(
      key,
      (message, transfer) => this.#send(message, transfer),
    );
    this.#streams.set(key, stream);
    await stream.open(contentType);
    return stream;
  }
}

/** A streamed reply whose chunks the main thread sends. */
class RemoteStream implements ReplyStream {
  readonly #key: number;
  readonly #send: (message: FromWorker, transfer?: Transferable[]) => void;
  readonly #stopped = Promise.withResolvers<void>();
  #taken: PromiseWithResolvers<void> | undefined;

  constructor(
    key: number,
    send: (message: FromWorker, transfer?: Transferable[]) => void,
  ) {
    this.#key = key;
    this.#send = send;
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  open(contentType: string): Promise<void> {
    this.#send({ kind: "open", key: this.#key, contentType });
    return this.#untilTaken();
  }

  write(bytes: Uint8Array): Promise<void> {
    // A clone would take all of the buffer that the bytes are a part of.
    const copy = bytes.slice();
    this.#send({ kind: "chunk", key: this.#key, bytes: copy }, [copy.buffer]);
    return this.#untilTaken();
  }

  end(failure?: Failure): Promise<void> {
    this.#send({ kind: "end", key: this.#key, failure });
    return Promise.resolve();
  }

  take(): void {
    this.#taken?.resolve();
  }

  stop(problem: string): void {
    this.#taken?.reject(new Error(problem));
    this.#stopped.resolve();
  }

  #untilTaken(): Promise<void> {
    this.#taken = Promise.withResolvers();
    return this.#taken.promise;
  }
}

/** A clone would take all of the buffer that the bytes are a part of. */
function compact(reply: Reply): Reply {
  const { body } = reply;
  if (typeof body === "string") return reply;
  if (body.byteLength === body.buffer.byteLength) return reply;
  return { ...reply, body: body.slice() };
}
