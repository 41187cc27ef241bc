// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Runs the commands that the README shows in its picture, and draws it.
 *
 * @module
 */

import { COMMANDS, run } from "./run.ts";
import { drawTerminal, type Run } from "./terminal.ts";

const ROOT = new URL("../../", import.meta.url);

const runs: Run[] = [];
for (const command of COMMANDS) runs.push(await run(command, ROOT));
Deno.writeTextFileSync(
  new URL("docs/images/terminal.svg", ROOT),
  drawTerminal(
    runs,
    "A function answers an event, a request and a stream in a terminal",
  ),
);
