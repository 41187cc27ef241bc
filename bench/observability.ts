// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what one line of the log in JSON and one metric cost, here and with
 * Powertools for AWS Lambda (TypeScript), in one process, in turns. The goal is
 * at most half of theirs each.
 *
 * ```sh
 * deno run -A bench/observability.ts
 * ```
 *
 * @module
 */

// What is measured goes to stdout, which nobody reads.
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "--allow-all",
    `--config=${import.meta.dirname}/observability/deno.json`,
    `${import.meta.dirname}/observability/main.ts`,
  ],
  env: {
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    POWERTOOLS_METRICS_NAMESPACE: "Bench",
    POWERTOOLS_SERVICE_NAME: "orders",
  },
  stdout: "null",
  stderr: "inherit",
}).output();
Deno.exit(code);
