// Copyright 2026 the Toukon Lambda authors. MIT license.

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

/** A function in a process of its own, and its Runtime API. */
export class RunningFunction implements AsyncDisposable {
  readonly #api = new RuntimeApiServer();
  readonly #child: Deno.ChildProcess;
  readonly #log: Promise<string>;
  readonly #lost: Promise<never>;

  constructor({ command: [program, ...args], cwd, env }: StartOptions) {
    this.#child = new Deno.Command(program, {
      args,
      cwd,
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH") ?? "",
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
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#log = Promise.all([
      new Response(this.#child.stdout).text(),
      new Response(this.#child.stderr).text(),
    ]).then((texts) => texts.join(""));
    this.#lost = this.#rejectWhenLost();
    this.#lost.catch(() => {});
  }

  /**
   * Gives what is posted for an event.
   *
   * @throws {Error} If the function ends before, or takes a minute.
   */
  async invoke(event: string): Promise<Post> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error("no answer within a minute")),
      60_000,
    );
    try {
      return await Promise.race([
        // Also what is posted in place of the first invocation.
        Promise.race([
          this.#api.post(/^init\/error$/),
          this.#api.invoke({ id: "1", body: event }),
        ]),
        this.#lost,
        late.promise,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the function, and gives what it has written. */
  async end(): Promise<string> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    return await this.#log;
  }

  async #rejectWhenLost(): Promise<never> {
    const { code } = await this.#child.status;
    throw new Error(`ended with ${code}: ${await this.#log}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#api[Symbol.asyncDispose]();
  }
}
