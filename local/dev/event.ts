// Copyright 2026 the Toukon Lambda authors. MIT license.

import { describeJsonProblem } from "../../runtime/failure/json_problem.ts";
import { UsageError } from "../cli/usage_error.ts";

/**
 * Reads the event, as JSON, from the file, else from stdin; an empty one is
 * `{}`.
 *
 * @throws {UsageError} If there is no such file, it is not JSON, or stdin is a
 * terminal.
 */
export async function readEvent(file: string | undefined): Promise<string> {
  if (file === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError(
      `No event: pipe one in, as in

  echo '{"name":"Deno"}' | deno task dev

or name a file with --event FILE`,
    );
  }
  const text = file === undefined
    ? await new Response(Deno.stdin.readable).text()
    : await readFile(file);
  const name = file === undefined ? "stdin" : `"${file}"`;
  if (text.trim() === "") return "{}";
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new UsageError(
      `Cannot parse the event from ${name}: ${describeJsonProblem(text)}`,
    );
  }
}

async function readFile(file: string): Promise<string> {
  try {
    const bytes = await Deno.readFile(file);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the event from "${file}": ${reason}`);
  }
}
