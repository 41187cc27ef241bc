// Copyright 2026 the Toukon Lambda authors. MIT license.

import { FunctionProcess } from "./function_process.ts";
import { Gate } from "./gate.ts";
import {
  type Post,
  RuntimeApiServer,
  type RuntimeApiServerOptions,
} from "./runtime_api.ts";
import type { TransportName } from "./transports.ts";

const FIXTURES = new URL("../fixtures/concurrent/", import.meta.url).pathname;

/** How the function under test runs its handler. */
export type Isolation = "none" | "worker";

/** One line of the log. */
export interface LogEntry {
  timestamp: string;
  level: string;
  requestId?: string;
  message: string;
  /** A field of the test's own. */
  of?: string;
}

/** Options for {@linkcode ConcurrentFunction}. */
export interface ConcurrentFunctionOptions extends RuntimeApiServerOptions {
  /**
   * How many invocations run at once.
   *
   * @default {8}
   */
  concurrency?: number;
  /**
   * Where the handler runs.
   *
   * @default {"none"}
   */
  isolation?: Isolation;
  /** What the fixture is configured to use; nothing when left out. */
  transport?: TransportName;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** The program, in the folder of fixtures. */
  main?: string;
  /** More permissions. */
  permissions?: string[];
}

/** A function in an environment that answers several invocations at once. */
export class ConcurrentFunction implements AsyncDisposable {
  readonly api: RuntimeApiServer;
  /** Where handlers wait. */
  readonly gate: Gate = new Gate();
  readonly #signals = new Gate();
  #signalCount = 0;
  readonly process: FunctionProcess;
  #requests = 0;

  constructor(options: ConcurrentFunctionOptions = {}) {
    const { concurrency = 8, isolation = "none", env, main = "serve.ts" } =
      options;
    this.api = new RuntimeApiServer({ isConcurrent: true, ...options });
    const root = new URL("../../", import.meta.url).pathname;
    this.process = new FunctionProcess({
      api: this.api,
      transport: options.transport,
      main: `${FIXTURES}${main}`,
      permissions: [
        "--allow-net",
        "--allow-env",
        `--allow-read=${root}`,
        ...options.permissions ?? [],
      ],
      env: {
        AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency),
        ISOLATION: isolation,
        SIGNALS_URL: this.#signals.url,
        ...env,
      },
    });
    this.gate.serveTo(this.process);
    this.#signals.serveTo(this.process);
  }

  /**
   * Invokes the function with one of the cases of its handler.
   *
   * @throws {Error} If the function ends without an answer.
   */
  invoke(
    name: string,
    { id = `request-${++this.#requests}`, headers, ...event }: {
      id?: string;
      headers?: Record<string, string>;
      url?: string;
      value?: unknown;
    } = {},
  ): Promise<Post> {
    const body = JSON.stringify({ case: name, ...event });
    return this.api.invoke({ id, body, headers });
  }

  /** Invokes the function so often; none goes on before the last has begun. */
  async invokeTogether(count: number, name: string): Promise<Post[]> {
    const posts = Array.from(
      { length: count },
      () => this.invoke(name, { url: this.gate.url }),
    );
    await this.gate.arrived(count);
    this.gate.open();
    return await Promise.all(posts);
  }

  /** Invokes the function so often, as many at once as there are lanes. */
  async invokeAll(
    count: number,
    lanes: number,
    name: string,
    check: (post: Post, id: string) => void,
    event: { value?: unknown } = {},
  ): Promise<void> {
    let last = 0;
    const lane = async () => {
      while (last < count) {
        const id = `request-${++last}`;
        check(await this.invoke(name, { id, ...event }), id);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** Ends the function as Lambda does, and gives what it has logged. */
  async end(): Promise<{ code: number; entries: LogEntry[] }> {
    this.process.terminate();
    return await this.ended();
  }

  /** Sends SIGTERM, and settles when the function has got it. */
  async terminate(): Promise<void> {
    this.process.terminate();
    await this.#signals.arrived(++this.#signalCount);
  }

  /** Gives what was logged, once the function has ended. */
  async ended(): Promise<{ code: number; entries: LogEntry[] }> {
    const { code, log } = await this.process.ended();
    return { code, entries: parseLog(log) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.gate[Symbol.asyncDispose]();
    await this.#signals[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
  }
}

/** Reads a log of which every line has to be an entry. */
export function parseLog(log: string): LogEntry[] {
  return log.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The headers of an invocation that times out so soon. */
export function deadlineIn(ms: number): Record<string, string> {
  return { "lambda-runtime-deadline-ms": String(Date.now() + ms) };
}
