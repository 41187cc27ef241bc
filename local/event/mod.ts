// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Prints an event as AWS sends it, for a local run, an invocation, or a file to
 * keep. `@toukon/lambda/testing` has the same events as functions.
 *
 * ```sh
 * deno run jsr:@toukon/lambda/event sqs --record '{"orderId":"7"}'
 * deno run jsr:@toukon/lambda/event list
 * ```
 *
 * @module
 */

import { UsageError } from "../cli/usage_error.ts";
import { HELP, parseEventFlags } from "./flags.ts";
import { listText } from "./list.ts";

Deno.exitCode = main();

function main(): number {
  try {
    console.log(textOf(Deno.args));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function textOf(args: string[]): string {
  const asked = parseEventFlags(args);
  if (asked === "help") return HELP;
  if (asked === "list") return listText();
  return JSON.stringify(asked.event(), null, 2);
}
