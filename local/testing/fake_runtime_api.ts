// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Connection, type HttpRequest } from "./connection.ts";

const RUNTIME = "/2018-06-01/runtime/";

/** An invocation that is handed out. */
export interface HandedOut {
  requestId: string;
  /** The headers, beside the request id. */
  headers: Record<string, string>;
  /** The event, as JSON. */
  body: string;
}

/** A request of the runtime that waits for its answer. */
interface Waiting {
  connection: Connection;
  answer: (
    status: number,
    headers: Record<string, string>,
    body: string,
  ) => void;
}

/** What a {@linkcode FakeRuntimeApi} tells of. */
export interface RuntimeApiEvents {
  /** Something has come or gone that waits. */
  onChange: () => void;
  /** The runtime has failed to start, or to be restored. */
  onEnvironmentError: (request: HttpRequest) => void;
}

/** Lambda's Runtime API over HTTP, in this process. */
export class FakeRuntimeApi implements AsyncDisposable {
  readonly #listener: Deno.TcpListener = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
  });
  readonly #events: RuntimeApiEvents;
  readonly #connections = new Set<Connection>();
  readonly #work: Promise<void>[] = [];
  readonly #queue: HandedOut[] = [];
  readonly #unanswered = new Map<string, (request: HttpRequest) => void>();
  #polls: Waiting[] = [];
  #snapshots: Waiting[] = [];
  #repliesToLose = 0;
  #handedOutCount = 0;

  constructor(events: RuntimeApiEvents) {
    this.#events = events;
    this.#work.push(this.#accept());
  }

  /** The value of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** How many requests wait for an invocation. */
  get pollCount(): number {
    return this.#polls.length;
  }

  /** How many invocations have been handed out. */
  get handedOutCount(): number {
    return this.#handedOutCount;
  }

  /** Whether the runtime waits to be restored from a snapshot. */
  get isSnapshotTaken(): boolean {
    return this.#snapshots.length > 0;
  }

  /** Hands out an invocation, and gives what is posted for it. */
  invoke(invocation: HandedOut): Promise<HttpRequest> {
    const { promise, resolve } = Promise.withResolvers<HttpRequest>();
    this.#unanswered.set(invocation.requestId, resolve);
    this.#queue.push(invocation);
    this.#handOut();
    return promise;
  }

  /** Goes on where the runtime waits to be restored. */
  restore(): void {
    for (const { answer } of this.#snapshots) answer(200, {}, "");
    this.#snapshots = [];
  }

  /** Breaks off what waits for an answer, and cuts off all connections. */
  async loseConnections(): Promise<void> {
    const waiting = [...this.#polls, ...this.#snapshots];
    await Promise.all(waiting.map(({ connection }) => connection.breakOff()));
    this.#closeConnections();
  }

  /** Breaks off within the answers to the next replies, and takes none. */
  loseReplies(count: number): void {
    this.#repliesToLose = count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#closeConnections();
    await Promise.all(this.#work);
  }

  #closeConnections(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
    this.#polls = [];
    this.#snapshots = [];
  }

  async #accept(): Promise<void> {
    for await (const accepted of this.#listener) {
      const connection = new Connection(accepted);
      this.#connections.add(connection);
      this.#work.push(this.#serve(connection));
    }
  }

  async #serve(connection: Connection): Promise<void> {
    for (;;) {
      const request = await connection.read();
      if (request === undefined) break;
      await this.#take(request, connection);
    }
    connection.close();
    this.#connections.delete(connection);
    const isOther = (waiting: Waiting) => waiting.connection !== connection;
    this.#polls = this.#polls.filter(isOther);
    this.#snapshots = this.#snapshots.filter(isOther);
  }

  async #take(request: HttpRequest, connection: Connection): Promise<void> {
    const answer = connection.answer.bind(connection);
    switch (request.path) {
      case `${RUNTIME}invocation/next`:
        this.#polls.push({ connection, answer });
        this.#handOut();
        return this.#events.onChange();
      case `${RUNTIME}restore/next`:
        this.#snapshots.push({ connection, answer });
        return this.#events.onChange();
      case `${RUNTIME}init/error`:
      case `${RUNTIME}restore/error`:
        await answer(202, {}, `{"status":"OK"}`);
        return this.#events.onEnvironmentError(request);
    }
    if (this.#repliesToLose > 0) {
      this.#repliesToLose--;
      return await connection.breakOff();
    }
    const [, id = ""] =
      /\/invocation\/([^/]+)\/(?:response|error)$/.exec(request.path) ?? [];
    const settle = this.#unanswered.get(decodeURIComponent(id));
    this.#unanswered.delete(decodeURIComponent(id));
    await answer(
      settle ? 202 : 400,
      {},
      settle ? `{"status":"OK"}` : `{"errorType":"InvalidRequestID"}`,
    );
    settle?.(request);
  }

  #handOut(): void {
    while (this.#polls.length > 0 && this.#queue.length > 0) {
      const { answer } = this.#polls.shift()!;
      const { requestId, headers, body } = this.#queue.shift()!;
      this.#handedOutCount++;
      answer(200, {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": requestId,
        ...headers,
      }, body);
    }
  }
}
