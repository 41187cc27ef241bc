// Copyright 2026 the Toukon Lambda authors. MIT license.

import { FunctionProcess } from "./function_process.ts";
import { Gate } from "./gate.ts";
import {
  type Post,
  RuntimeApiServer,
  type RuntimeApiServerOptions,
} from "./runtime_api.ts";
import { XrayDaemon } from "./xray_daemon.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A trace that Lambda has begun. */
export const TRACE = {
  root: "1-5759e988-bd862e3fe1be46a994272793",
  parent: "53995c3f42cd8ad8",
  header:
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0",
};

/** Options for {@linkcode TracedFunction}. */
export interface TracedFunctionOptions {
  /**
   * Where the handler runs.
   *
   * @default {"none"}
   */
  isolation?: "none" | "worker";
  /** How many invocations run at once, as on Managed Instances, where they do. */
  concurrency?: number;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** The program, in the folder of fixtures. */
  main?: string;
  /** The permissions of the program. */
  permissions?: string[];
  /** Further flags of Deno. */
  flags?: string[];
  /** The name of the daemon's host, where it is not told its address. */
  host?: string;
  /** Options of the Runtime API. */
  api?: RuntimeApiServerOptions;
}

/** A function whose traces go to a daemon of the test's. */
export class TracedFunction implements AsyncDisposable {
  readonly api: RuntimeApiServer;
  readonly process: FunctionProcess;
  readonly daemon: XrayDaemon;
  /** Where handlers wait. */
  readonly gate: Gate = new Gate();
  #requests = 0;

  private constructor(daemon: XrayDaemon, options: TracedFunctionOptions) {
    const {
      isolation = "none",
      concurrency,
      main = "trace/serve.ts",
      permissions = ["--allow-net", "--allow-env", `--allow-read=${ROOT}`],
      flags = [],
      host,
    } = options;
    this.daemon = daemon;
    this.api = new RuntimeApiServer({
      isConcurrent: concurrency !== undefined,
      ...options.api,
    });
    this.process = new FunctionProcess({
      api: this.api,
      main: `${ROOT}tests/fixtures/${main}`,
      permissions: [...permissions, ...flags],
      env: {
        ISOLATION: isolation,
        AWS_XRAY_DAEMON_ADDRESS: host === undefined
          ? daemon.address
          : daemon.address.replace(/^.*:/, `${host}:`),
        ...(concurrency !== undefined &&
          { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
        ...options.env,
      },
    });
    daemon.serveTo(this.process);
    this.gate.serveTo(this.process);
  }

  /** Starts a daemon, and a function that traces to it. */
  static async start(
    options: TracedFunctionOptions = {},
  ): Promise<TracedFunction> {
    return new TracedFunction(await XrayDaemon.start(), options);
  }

  /**
   * Invokes the function with one of the cases of its handler.
   *
   * @param header The tracing header; null for none.
   */
  invoke(
    name: string,
    {
      header = TRACE.header,
      id = `request-${++this.#requests}`,
      headers,
      ...event
    }: {
      header?: string | null;
      id?: string;
      headers?: Record<string, string>;
      url?: string;
      value?: number;
    } = {},
  ): Promise<Post> {
    return this.api.invoke({
      id,
      body: JSON.stringify({ case: name, ...event }),
      headers: {
        ...(header !== null && { "lambda-runtime-trace-id": header }),
        ...headers,
      },
    });
  }

  /** Ends the function, and gives what it has logged. */
  async log(): Promise<string> {
    this.process.terminate();
    return (await this.process.ended()).log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.gate[Symbol.asyncDispose]();
    await this.daemon[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
  }
}
