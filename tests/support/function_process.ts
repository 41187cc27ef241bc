// Copyright 2026 the Toukon Lambda authors. MIT license.

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Options for {@linkcode FunctionProcess}. */
export interface FunctionProcessOptions {
  /** The value of AWS_LAMBDA_RUNTIME_API; local execution when left out. */
  address?: string;
  /** The program; the one that serves `tests/fixtures/handler.ts` by default. */
  main?: string;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** The permissions of the program. */
  permissions?: string[];
}

/** A function in a process of its own, with what it wrote. */
export class FunctionProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<string>;
  readonly #errors: Promise<string>;

  constructor(options: FunctionProcessOptions) {
    const {
      main = `${ROOT}/tests/fixtures/serve.ts`,
      permissions = ["--allow-net", "--allow-env", `--allow-read=${ROOT}`],
    } = options;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--no-prompt",
        `--config=${ROOT}/deno.json`,
        ...permissions,
        main,
      ],
      env: {
        NO_COLOR: "1",
        AWS_LAMBDA_FUNCTION_NAME: "test",
        AWS_LAMBDA_FUNCTION_VERSION: "7",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/test",
        AWS_LAMBDA_LOG_STREAM_NAME: "stream",
        ...(options.address && { AWS_LAMBDA_RUNTIME_API: options.address }),
        ...options.env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = new Response(this.#child.stdout).text();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** How the process ended, and what it wrote to stdout and stderr. */
  async ended(): Promise<{ code: number; log: string }> {
    const { code } = await this.#child.status;
    return { code, log: await this.#output + await this.#errors };
  }

  /** Sends SIGTERM, as Lambda does before it ends an environment. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.ended();
  }
}
