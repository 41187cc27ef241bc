// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what one line of the log in JSON, one metric and the spans of one
 * invocation cost, here and with Powertools for AWS Lambda (TypeScript), in one
 * process, in turns. The goal is at most half of theirs each.
 *
 * Spans are measured until X-Ray's daemon, which is in this process, has been
 * sent them, by Deno's own datagrams and then by those of `node:dgram`.
 * Powertools has those only, so that opening one takes both as long: there is
 * no goal for that.
 *
 * ```sh
 * deno run -A bench/observability.ts
 * ```
 *
 * @module
 */

import { createSocket } from "node:dgram";

const FOLDER = `${import.meta.dirname}/observability`;

async function measure(address: string, flags: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      ...flags,
      `--config=${FOLDER}/deno.json`,
      `${FOLDER}/main.ts`,
    ],
    env: {
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      // These tell Powertools and AWS's X-Ray SDK that they run on Lambda.
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      LAMBDA_TASK_ROOT: "/var/task",
      AWS_XRAY_DAEMON_ADDRESS: address,
      POWERTOOLS_METRICS_NAMESPACE: "Bench",
      POWERTOOLS_SERVICE_NAME: "orders",
    },
    // What is measured goes to stdout, which nobody reads.
    stdout: "null",
    stderr: "inherit",
  }).output();
  return success;
}

const daemon = createSocket("udp4");
await new Promise<void>((resolve) => daemon.bind(0, "127.0.0.1", resolve));
const address = `127.0.0.1:${daemon.address().port}`;
console.error("| µs, medians | Toukon | Powertools | Ratio (goal: ≤ 0.5) |");
console.error("| --- | ---: | ---: | ---: |");
const isMet = await measure(address, ["--unstable-net"]);
const hasEnded = await measure(address, []);
daemon.close();
Deno.exit(isMet && hasEnded ? 0 : 1);
