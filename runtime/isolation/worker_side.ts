// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { toFailure } from "../failure/failure.ts";
import type { AnyBehaviour, AnyHandler, Source } from "../handler/behaviour.ts";
import type { InvocationContext } from "../handler/invocation_context.ts";
import { loadBehaviour } from "../handler/load.ts";
import { prepareThread } from "../handler/prepare_thread.ts";
import { type Hook, type Runner, startRunner } from "../handler/runner.ts";
import { environmentStart, type Slot } from "../handler/slot.ts";
import { SequentialSlots, type Slots } from "../handler/slots.ts";
import { withHandleEvent } from "../handler/to_behaviour.ts";
import type { LogStream } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";
import type { ReplyStream } from "../reply/stream.ts";
import { announceLife } from "./liveness.ts";
import {
  type FromWorker,
  LISTENING,
  type SentInvocation,
  type Start,
  type ToWorker,
} from "./messages.ts";
import { RemoteStream } from "./remote_stream.ts";

type Watchdog = typeof import("./watchdog.ts");

/** An invocation in a worker. */
interface KeyedInvocation extends Invocation {
  key: number;
}

/** Serves a handler inside of a worker, as the main thread says. */
export async function serveInWorker(
  source: (() => Source | Promise<Source>) | undefined,
): Promise<never> {
  const start = await receiveStart();
  await new WorkerSide(start).serve(source);
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

/** Says something to the thread that has started this worker. */
declare function postMessage(message: unknown): void;

/** What a worker does: it runs the handler as the main thread says. */
class WorkerSide {
  readonly #start: Start;
  readonly #streams = new Map<number, RemoteStream>();
  #slots: Slots = new SequentialSlots();
  #watchdog: Watchdog | undefined;

  constructor(start: Start) {
    this.#start = start;
  }

  async serve(
    source: (() => Source | Promise<Source>) | undefined,
  ): Promise<void> {
    const { livenessName, port } = this.#start;
    await announceLife(livenessName);
    this.#send({ kind: "alive" });
    let runner: Runner;
    try {
      runner = await this.#startRunner(source);
    } catch (error) {
      this.#send({ kind: "start failed", failure: toFailure(error) });
      return;
    }
    const { importedAtMs, endedAtMs, modules } = environmentStart;
    this.#send({
      kind: "started",
      hooks: runner.hooks,
      start: { importedAtMs, endedAtMs, modules },
    });
    // It costs much, and here the main thread is waiting for an invocation.
    this.#watchdog = await import("./watchdog.ts");
    port.onmessage = ({ data }) => this.#receive(runner, data);
  }

  async #startRunner(
    source: (() => Source | Promise<Source>) | undefined,
  ): Promise<Runner> {
    const { file, facts, isConcurrent, isLocal, isRestored, sendsLetters } =
      this.#start;
    if (isLocal) {
      const { sendStdoutToStderr } = await import("../log/stdout_to_stderr.ts");
      sendStdoutToStderr();
    }
    if (isConcurrent) {
      const { ConcurrentSlots } = await import("../concurrent/slots.ts");
      this.#slots = new ConcurrentSlots();
    }
    const log = prepareThread({
      stream: this.#logStream(),
      format: this.#start.logFormat,
      slots: this.#slots,
    });
    log.setLevel(file.config.logLevel);
    environmentStart.beganAtMs = this.#start.beganAtMs;
    environmentStart.isTold = file.config.logInit;
    this.#slots.trackWork();
    const load = async () =>
      this.#watched(await loadBehaviour(source?.(), file));
    const runner = await startRunner(load, this.#slots.start, {
      facts,
      log,
      openReply: (invocation, type) => this.#openReply(invocation, type),
      // The main thread logs it and sends the letter.
      report: (_invocation, error) => Promise.resolve(toFailure(error)),
      sendsLetters,
      isIsolated: true,
    });
    if (environmentStart.isTold && environmentStart.beganAtMs !== undefined) {
      const { countModules } = await import("../lifecycle/log_init.ts");
      environmentStart.modules = await countModules();
    }
    if (isRestored) await runner.call("afterRestore");
    return runner;
  }

  /** Has the watchdog interrupt a handler that does not yield. */
  #watched(behaviour: AnyBehaviour): AnyBehaviour {
    const watched = (event: unknown, context: InvocationContext) =>
      this.#watchdog!.callWithin(
        () => behaviour.handleEvent(event, context),
        context.moments.blockedAtMs - Date.now(),
      );
    return withHandleEvent(behaviour, watched as AnyHandler);
  }

  #send(message: FromWorker, transfer: Transferable[] = []): void {
    this.#start.port.postMessage(message, transfer);
  }

  #logStream(): LogStream {
    if (!this.#start.logsToMain) return Deno.stdout;
    return {
      writeSync: (line, level) => {
        this.#send({ kind: "log", line: line.slice(), level });
        return line.byteLength;
      },
    };
  }

  #receive(runner: Runner, message: ToWorker): void {
    switch (message.kind) {
      case "invoke":
        Atomics.store(this.#start.begun, 0, message.key);
        this.#invoke(runner, message.key, message.invocation);
        break;
      case "taken":
        this.#streams.get(message.key)?.take();
        break;
      case "stopped":
        this.#streams.get(message.key)?.stop(message.problem);
        break;
      case "call":
        this.#call(runner, message.hook);
        break;
    }
  }

  #invoke(runner: Runner, key: number, sent: SentInvocation): void {
    const { requestId, headers, body } = sent;
    const invocation = { key, requestId, headers: new Map(headers), body };
    this.#slots.run(this.#answer, invocation, runner);
  }

  #answer = async (
    invocation: Invocation,
    slot: Slot,
    runner: Runner,
  ): Promise<void> => {
    const { key } = invocation as KeyedInvocation;
    try {
      const reply = await runner.invoke(invocation, slot);
      this.#send({ kind: "replied", key, reply: reply && compact(reply) });
    } catch (error) {
      // The main thread answers then, and replaces this worker.
      if (this.#watchdog!.BlockedError.is(error)) return;
      this.#send({ kind: "failed", key, failure: toFailure(error) });
    } finally {
      this.#streams.delete(key);
    }
  };

  async #call(runner: Runner, hook: Hook): Promise<void> {
    try {
      if (hook === "afterRestore") {
        const { reseed } = await import("../snap_start/reseed.ts");
        reseed();
      }
      await runner.call(hook);
      this.#send({ kind: "called", failure: undefined });
    } catch (error) {
      this.#send({ kind: "called", failure: toFailure(error) });
    }
  }

  async #openReply(
    invocation: Invocation,
    contentType: string,
  ): Promise<ReplyStream> {
    const { key } = invocation as KeyedInvocation;
    const stream = new RemoteStream(
      key,
      (message, transfer) => this.#send(message, transfer),
    );
    this.#streams.set(key, stream);
    await stream.open(contentType);
    return stream;
  }
}

/** A clone would take all of the buffer that the bytes are a part of. */
function compact(reply: Reply): Reply {
  const { body } = reply;
  if (typeof body === "string") return reply;
  if (body.byteLength === body.buffer.byteLength) return reply;
  return { ...reply, body: body.slice() };
}
