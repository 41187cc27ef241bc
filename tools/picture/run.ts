// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Run } from "./terminal.ts";

/** What the picture shows: an event, a request and a stream. */
export const COMMANDS: readonly string[] = [
  "deno task dev < examples/events/hello.json",
  "deno task dev --handler examples/fetch.ts --event examples/events/get_note.json",
  "deno task dev --handler examples/stream.ts --event examples/events/countdown.json",
];

/**
 * Runs a command of the project. What `deno task` says itself is left out.
 *
 * @throws {Error} If it fails.
 */
export async function run(command: string, root: URL): Promise<Run> {
  const [call, input] = command.split(" < ");
  await using child = new Deno.Command("deno", {
    args: call.split(" ").slice(1).toSpliced(1, 0, "--quiet"),
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const event = input ? Deno.readFileSync(new URL(input, root)) : undefined;
  const output = child.output();
  const stdin = child.stdin.getWriter();
  if (event) await stdin.write(event);
  await stdin.close();
  const result = await output;
  const decoder = new TextDecoder();
  const stderr = decoder.decode(result.stderr);
  if (!result.success) {
    throw new Error(
      `Cannot run "${command}": it ended with ${result.code}: ${stderr}`,
    );
  }
  return { command, stderr, stdout: decoder.decode(result.stdout) };
}
