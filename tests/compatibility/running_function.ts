// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child } from "../support/child.ts";
import { type Post, RuntimeApiServer } from "../support/runtime_api.ts";

/** How a function is started. */
export interface StartOptions {
  /** The program, and its arguments. */
  command: string[];
  /** Where it starts. */
  cwd: string;
  /** Its environment, beside that of Lambda. */
  env: Record<string, string>;
}

const LIMIT_MS = 60_000;

/** A function in a process of its own, and its Runtime API. */
export class RunningFunction implements AsyncDisposable {
  readonly #api = new RuntimeApiServer();
  readonly #child: Child;

  constructor({ command: [program, ...args], cwd, env }: StartOptions) {
    const deno = Deno.execPath();
    const folder = deno.slice(0, deno.lastIndexOf("/"));
    this.#child = new Child(program, {
      args,
      cwd,
      clearEnv: true,
      env: {
        PATH: `${folder}:${Deno.env.get("PATH")}`,
        HOME: Deno.env.get("HOME") ?? "",
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        AWS_LAMBDA_RUNTIME_API: this.#api.address,
        AWS_LAMBDA_FUNCTION_NAME: "test",
        AWS_LAMBDA_FUNCTION_VERSION: "7",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
        AWS_REGION: "eu-west-1",
        ...env,
      },
    });
    this.#api.serveTo(this.#child);
  }

  /**
   * Gives what is posted for an event, or instead of its answer when the start
   * fails.
   *
   * @throws {Error} If the function ends before, or takes a minute.
   */
  async invoke(event: string): Promise<Post> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error("no answer within a minute")),
      LIMIT_MS,
    );
    const failed = this.#api.post(/^init\/error$/);
    // It fails when the function ends, as it does when all is done.
    failed.catch(() => {});
    const answered = this.#api.invoke({ id: "1", body: event });
    answered.catch(() => {});
    try {
      return await Promise.race([failed, answered, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the function, and gives what it has written. */
  async end(): Promise<string> {
    this.#child.kill();
    const { stdout, stderr } = await this.#child.ended();
    return stdout + stderr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    await this.#api[Symbol.asyncDispose]();
  }
}
