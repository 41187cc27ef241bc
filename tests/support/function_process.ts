// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child, type Server } from "./child.ts";
import type { TransportName } from "./transports.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Options for {@linkcode FunctionProcess}. */
export interface FunctionProcessOptions {
  /**
   * The Runtime API that hands out invocations, which is told when the function
   * ends; local execution when left out.
   */
  api?: Server & { address: string };
  /** The value of AWS_LAMBDA_RUNTIME_API, where it is not that of the API. */
  address?: string;
  /** The program; the one that serves `tests/fixtures/handler.ts` by default. */
  main?: string;
  /** What the fixture is configured to use; nothing when left out. */
  transport?: TransportName;
  /** The arguments of the program. */
  args?: string[];
  /** Further environment variables. */
  env?: Record<string, string>;
  /** The permissions of the program. */
  permissions?: string[];
}

/** A function in a process of its own, with what it wrote. */
export class FunctionProcess implements AsyncDisposable {
  readonly #child: Child;

  constructor(options: FunctionProcessOptions) {
    const {
      api,
      address = api?.address,
      main = `${ROOT}/tests/fixtures/serve.ts`,
      permissions = ["--allow-net", "--allow-env", `--allow-read=${ROOT}`],
    } = options;
    this.#child = new Child(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--no-prompt",
        `--config=${ROOT}/deno.json`,
        ...permissions,
        main,
        ...(options.args ?? []),
      ],
      env: {
        NO_COLOR: "1",
        AWS_LAMBDA_FUNCTION_NAME: "test",
        AWS_LAMBDA_FUNCTION_VERSION: "7",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/test",
        AWS_LAMBDA_LOG_STREAM_NAME: "stream",
        ...(address && { AWS_LAMBDA_RUNTIME_API: address }),
        ...(options.transport && { TEST_TRANSPORT: options.transport }),
        ...options.env,
      },
    });
    api?.serveTo(this);
  }

  /** Rejects when the process ends, with its exit code and what it wrote. */
  get lost(): Promise<never> {
    return this.#child.lost;
  }

  /**
   * Gives what a promise does.
   *
   * @throws {Error} If the process ends before.
   */
  unlessLost<Value>(promise: Promise<Value>): Promise<Value> {
    return this.#child.unlessLost(promise);
  }

  /** How the process ended, and what it wrote to stdout and stderr. */
  async ended(): Promise<{ code: number; log: string }> {
    const { code, stdout, stderr } = await this.#child.ended();
    return { code, log: stdout + stderr };
  }

  /** Sends SIGTERM, as Lambda does before it ends an environment. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}
