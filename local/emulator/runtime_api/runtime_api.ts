// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failed, type Outcome } from "../invocation.ts";
import { LIMITS } from "../limits.ts";
import {
  isTruncation,
  parseAnswerPath,
  readError,
  readWhole,
  refused,
  showInvocation,
  TAKEN,
} from "./calls.ts";
import { Extensions } from "./extensions.ts";
import {
  type HttpAnswer,
  type HttpRequest,
  HttpServer,
} from "./http_server.ts";
import type { RuntimeApiOptions } from "./options.ts";
import { takeReply } from "./reply.ts";
import type { Running } from "./running.ts";

const RUNTIME = "/2018-06-01/runtime/";
const EXTENSION = "/2020-01-01/extension/";
/** So many attempts that timed out are told from unknown ones. */
const MAX_LATE = 1_000;

/**
 * The Runtime API and the Extensions API of one environment, with the states
 * that Lambda has: one invocation at a time is handed out again until it is
 * answered, several at once go to so many polls.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html}
 */
export class RuntimeApi {
  readonly extensions: Extensions;
  readonly #options: RuntimeApiOptions;
  readonly #server: HttpServer;
  readonly #polls: ((running: Running | undefined) => void)[] = [];
  readonly #waiting: Running[] = [];
  readonly #running = new Map<string, Running>();
  /** Ids of requests that have timed out. */
  readonly #late = new Set<string>();
  #state: "starting" | "snapshot" | "ready" | "closed" = "starting";
  #restore: PromiseWithResolvers<void> | undefined;

  constructor(options: RuntimeApiOptions) {
    this.#options = options;
    this.extensions = new Extensions(options.functionFacts);
    this.#server = new HttpServer((request) => this.#handle(request));
  }

  /** The value for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return this.#server.address;
  }

  /** Whether one more invocation may be handed out. */
  get hasRoom(): boolean {
    const { concurrency } = this.#options;
    return (this.#state === "ready" || this.#state === "snapshot") &&
      this.#running.size + this.#waiting.length < concurrency;
  }

  /** Hands out an invocation to the poll that waits, or to the next. */
  handOut(running: Running): void {
    this.#restore?.resolve();
    const poll = this.#polls.shift();
    if (!poll) this.#waiting.push(running);
    else poll(this.#begin(running));
  }

  /** Fails an invocation that goes on, where several run at once. */
  timeOut({ attempt: { requestId } }: Running): void {
    this.#late.add(requestId);
    const [oldest] = this.#late;
    if (this.#late.size > MAX_LATE) this.#late.delete(oldest);
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#restore?.resolve();
    this.extensions.close();
    for (const poll of this.#polls.splice(0)) poll(undefined);
    await this.#server.close();
  }

  #begin(running: Running): Running {
    const { requestId, traceId } = running.attempt;
    this.#running.set(requestId, running);
    this.extensions.tell({
      eventType: "INVOKE",
      deadlineMs: Math.round(running.deadlineMs),
      requestId,
      invokedFunctionArn: this.#options.functionArn,
      tracing: { type: "X-Amzn-Trace-Id", value: traceId },
    });
    return running;
  }

  async #handle(request: HttpRequest): Promise<HttpAnswer | undefined> {
    const { method, path } = request;
    if (path.startsWith(EXTENSION)) {
      return await this.extensions.handle(
        path.slice(EXTENSION.length),
        request,
        this.#state === "starting",
      );
    }
    if (method === "GET" && path === "/ping") {
      return { status: 200, body: "pong" };
    }
    if (path.startsWith(RUNTIME)) {
      const answer = await this.#call(path.slice(RUNTIME.length), request);
      if (answer !== "unknown") return answer;
    }
    return refused(404, "NotFound", `There is no ${method} ${path}`);
  }

  async #call(
    name: string,
    request: HttpRequest,
  ): Promise<HttpAnswer | undefined | "unknown"> {
    const { isSnapStart } = this.#options;
    if (request.method === "GET") {
      if (name === "invocation/next") return await this.#next(request);
      if (name === "restore/next" && isSnapStart) {
        return await this.#snapshot(request);
      }
      return "unknown";
    }
    if (request.method !== "POST") return "unknown";
    if (name === "init/error") return await this.#initError(request);
    if (name === "restore/error" && isSnapStart) {
      return await this.#restoreError(request);
    }
    const answered = parseAnswerPath(name);
    if (!answered) return "unknown";
    return await this.#answer(answered.id, answered.kind, request);
  }

  async #next(request: HttpRequest): Promise<HttpAnswer | undefined> {
    await request.body().next();
    if (this.#options.concurrency === 1) {
      const [current] = this.#running.values();
      if (current && !current.isAnswering) return this.#show(current);
      if (current && !current.isSettled) {
        return refused(
          403,
          "InvalidStateTransition",
          "The reply to the invocation before is not whole yet",
        );
      }
      if (current) this.#complete(current);
    }
    this.#becomeReady();
    const running = this.#take() ?? await this.#poll(request.lost);
    return running && this.#show(running);
  }

  #take(): Running | undefined {
    const running = this.#waiting.shift();
    return running && this.#begin(running);
  }

  #becomeReady(): void {
    const before = this.#state;
    if (before === "closed") return;
    this.#state = "ready";
    if (before === "starting") this.#options.onReady();
    else this.#options.onIdle();
  }

  #poll(lost: AbortSignal): Promise<Running | undefined> {
    const { promise, resolve } = Promise.withResolvers<Running | undefined>();
    this.#polls.push(resolve);
    lost.addEventListener("abort", () => {
      const index = this.#polls.indexOf(resolve);
      if (index >= 0) this.#polls.splice(index, 1);
      resolve(undefined);
    });
    return promise;
  }

  #show(running: Running): HttpAnswer {
    return showInvocation(running, this.#options.functionArn);
  }

  async #answer(
    id: string,
    kind: string,
    request: HttpRequest,
  ): Promise<HttpAnswer | undefined> {
    const running = this.#running.get(id);
    if (this.#late.has(id) && running?.isSettled !== false) {
      if (running) this.#complete(running);
      return refused(410, "InvokeTimeout", "The invocation has timed out");
    }
    if (!running) {
      return refused(
        400,
        "InvalidRequestID",
        "No invocation with this id is running",
      );
    }
    const attemptId = request.headers.get("lambda-runtime-invocation-id");
    if (attemptId && attemptId !== running.invocationId) {
      return refused(410, "InvokeTimeout", "The attempt has timed out");
    }
    if (running.isAnswering) {
      return this.#options.concurrency > 1
        ? refused(400, "InvalidRequestID", "The invocation was answered before")
        : refused(
          403,
          "InvalidStateTransition",
          "The invocation was answered before",
        );
    }
    running.isAnswering = true;
    const { outcome, answer } = await this.#read(kind, running, request);
    running.settle(outcome);
    // One at a time, an invocation lasts until the function asks for the next.
    if (this.#options.concurrency > 1) this.#complete(running);
    return answer;
  }

  async #read(
    kind: string,
    { attempt }: Running,
    request: HttpRequest,
  ): Promise<{ outcome: Outcome; answer: HttpAnswer | undefined }> {
    try {
      if (kind === "response") {
        return await takeReply(attempt, request, this.#options.maxStreamBytes);
      }
      return { outcome: await readError(request), answer: TAKEN };
    } catch (error) {
      if (!isTruncation(error)) throw error;
      return {
        outcome: failed(
          "Runtime.TruncatedResponse",
          "The function ended its reply before it was whole",
        ),
        answer: undefined,
      };
    }
  }

  #complete(running: Running): void {
    this.#running.delete(running.attempt.requestId);
    running.complete();
    this.#options.onIdle();
  }

  async #snapshot(request: HttpRequest): Promise<HttpAnswer | undefined> {
    await request.body().next();
    if (this.#state !== "starting") {
      return refused(403, "InvalidStateTransition", "Init is over");
    }
    this.#restore = Promise.withResolvers();
    request.lost.addEventListener("abort", () => this.#restore?.resolve());
    this.#state = "snapshot";
    this.#options.onReady();
    await this.#restore.promise;
    return request.lost.aborted ? undefined : { status: 200 };
  }

  async #initError(request: HttpRequest): Promise<HttpAnswer> {
    const isLate = this.#state !== "starting";
    const error = await readError(request);
    if (isLate) {
      return refused(403, "InvalidStateTransition", "Init is over");
    }
    this.#options.onInitError(error);
    return TAKEN;
  }

  async #restoreError(request: HttpRequest): Promise<HttpAnswer> {
    if (this.#state !== "snapshot") {
      await readWhole(request, LIMITS.reply);
      return refused(403, "InvalidStateTransition", "There is no restore");
    }
    this.#options.onInitError(await readError(request));
    return TAKEN;
  }
}
