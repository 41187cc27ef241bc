// Copyright 2026 the Toukon Lambda authors. MIT license.

import { describeJsonProblem } from "../../runtime/failure/json_problem.ts";
import { UsageError } from "../cli/usage_error.ts";
import { workingDirectory } from "../cli/working_directory.ts";
import { write } from "./output.ts";

/**
 * Reads the event, as JSON, from the file, else from stdin; an empty one is
 * `{}`.
 *
 * @param file The path, relative to the directory where the person is.
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
  const bytes = file === undefined
    ? await new Response(Deno.stdin.readable).bytes()
    : await readFile(file);
  const text = parse(bytes, file === undefined ? "stdin" : `"${file}"`);
  // What should have written an event into the pipe may have failed.
  if (file === undefined && bytes.length === 0) {
    write(Deno.stderr, "Nothing came on stdin: the event is {}\n");
  }
  return text;
}

async function readFile(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(
      file.startsWith("/") ? file : `${workingDirectory()}/${file}`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the event from "${file}": ${reason}`);
  }
}

function parse(bytes: Uint8Array, name: string): string {
  if (isUtf16(bytes)) {
    throw new UsageError(
      `Cannot read the event from ${name}: expected UTF-8, found UTF-16. Save it as UTF-8`,
    );
  }
  const text = new TextDecoder().decode(bytes);
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

/** JSON begins with ASCII, one half of which is NUL in UTF-16. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const hasByteOrderMark = first === 0xff && second === 0xfe ||
    first === 0xfe && second === 0xff;
  return hasByteOrderMark ||
    bytes.length > 1 && (first === 0) !== (second === 0);
}
