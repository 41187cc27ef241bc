// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  ConcurrentFunction,
  type ConcurrentFunctionOptions,
  type LogEntry,
  parseLog,
} from "./support/concurrent_function.ts";

const VARIABLE = "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET";

/** A process that takes the log from a socket, as Lambda does. */
class LogReader implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync();
  readonly path = `${this.#directory}/log.sock`;
  readonly #child: Deno.ChildProcess;
  readonly #done: Promise<void>;
  readonly #watchers: { length: number; found: () => void }[] = [];
  #text = "";

  /** @param limit After so many bytes, it reads no further. */
  constructor(limit?: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-config",
        "--allow-all",
        new URL("fixtures/concurrent/log_reader.ts", import.meta.url).href,
        this.path,
        ...limit === undefined ? [] : [String(limit)],
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#done = this.#read();
  }

  /** Settles when more than so many characters have come. */
  more(length: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.push({ length, found: resolve });
    this.#tell();
    return promise;
  }

  /** Gives what has come, once the function has ended. */
  async entries(): Promise<LogEntry[]> {
    await this.#done;
    return parseLog(this.#text).slice(1);
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#done;
    Deno.removeSync(this.#directory, { recursive: true });
  }

  async #read(): Promise<void> {
    const texts = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of texts) {
      this.#text += text;
      this.#tell();
    }
  }

  #tell(): void {
    for (const { length, found } of this.#watchers) {
      if (this.#text.length > length) found();
    }
  }
}

/** Starts a reader, and waits until it listens. */
async function startReader(limit?: number): Promise<LogReader> {
  const reader = new LogReader(limit);
  await reader.more(0);
  return reader;
}

function createFunction(
  path: string,
  options: ConcurrentFunctionOptions = {},
): ConcurrentFunction {
  return new ConcurrentFunction({
    ...options,
    env: { [VARIABLE]: path },
    permissions: [`--allow-read=${path}`, `--allow-write=${path}`],
  });
}

for (const isolation of ["none", "worker"] as const) {
  const suffix = isolation === "none" ? "" : ", from workers too";

  Deno.test(`the log goes to the socket that Lambda provides${suffix}`, async () => {
    await using reader = await startReader();
    await using fn = createFunction(reader.path, { isolation });
    await fn.invokeAll(100, 8, "log", () => {});
    assertEquals((await fn.end()).entries, []);
    const entries = await reader.entries();
    const logged = entries.filter(({ message }) => message !== "shutdown");
    assertEquals(logged.length, 500);
    for (const { requestId, message } of logged) {
      assertEquals(message.split(" ")[0], requestId);
    }
  });
}

Deno.test("the log has large entries whole, and one line each", async () => {
  await using reader = await startReader();
  await using fn = createFunction(reader.path);
  const value = "a line\n".repeat(100_000);
  await fn.invoke("print", { value });
  await fn.end();
  assertEquals((await reader.entries())[0].message, value);
});

Deno.test("the log goes to stdout when the socket is lost, which is told once", async () => {
  await using reader = await startReader();
  await using fn = createFunction(reader.path);
  await fn.invoke("print", { value: "before" });
  await reader.hangUp();
  await fn.invoke("print", { id: "2", value: "whole" });
  await fn.invoke("print", { id: "3", value: "after" });
  const { code, entries } = await fn.end();
  assertEquals(code, 0);
  const [warning, ...rest] = entries;
  assertEquals(warning.level, "WARN");
  assertStringIncludes(warning.message, VARIABLE);
  assertEquals(
    rest.map(({ requestId, message }) => [requestId, message]),
    [["2", "whole"], ["3", "after"], [undefined, "shutdown"]],
  );
});

Deno.test("the log repeats a line on stdout that the socket took a part of", async () => {
  await using reader = await startReader(500);
  await using fn = createFunction(reader.path);
  // More than a socket holds, so that it is lost in the middle.
  const value = "x".repeat(5_000_000);
  const printed = fn.invoke("print", { value });
  await reader.more(400);
  await reader.hangUp();
  await printed;
  const [warning, line] = (await fn.end()).entries;
  assertEquals(warning.level, "WARN");
  assertEquals(line.message, value);
});

Deno.test("the log goes to stdout when the socket cannot be opened", async () => {
  await using fn = createFunction("/tmp/no such folder/log.sock");
  await fn.invoke("print", { id: "1", value: "printed" });
  const [warning, line] = (await fn.end()).entries;
  assertEquals(warning.level, "WARN");
  assertStringIncludes(
    warning.message,
    `Cannot log to ${VARIABLE}, but to stdout`,
  );
  assertEquals([line.requestId, line.message], ["1", "printed"]);
});
