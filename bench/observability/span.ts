// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what one span of an invocation costs, from its start until it has
 * been sent, here and with the tracer of Powertools for AWS Lambda, in turns in
 * one process. The goal is at most half of theirs.
 *
 * Both send to the same listener, which takes nothing. Powertools opens a
 * sub-segment and ends it; that is sent by a socket of its own as well.
 *
 * ```sh
 * deno run -A bench/observability/span.ts
 * ```
 *
 * @module
 */

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "--allow-all",
    `--config=${import.meta.dirname}/span_deno.json`,
    `${import.meta.dirname}/span_main.ts`,
  ],
  env: {
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    LAMBDA_TASK_ROOT: "/var/task",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    POWERTOOLS_SERVICE_NAME: "orders",
  },
  stdout: "inherit",
  stderr: "inherit",
}).output();
Deno.exit(code);
