// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  ConcurrentFunction,
  type ConcurrentFunctionOptions,
} from "../../support/concurrent_function.ts";
import { LogReader } from "../../support/log_reader.ts";

const VARIABLE = "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET";

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
    await using reader = await LogReader.start();
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
  await using reader = await LogReader.start();
  await using fn = createFunction(reader.path);
  const value = "a line\n".repeat(30_000);
  await fn.invoke("print", { value });
  await fn.end();
  assertEquals((await reader.entries())[0].message, value);
});

Deno.test("the log goes to stdout when the socket is lost, which is told once", async () => {
  await using reader = await LogReader.start();
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
  await using reader = await LogReader.start(500);
  await using fn = createFunction(reader.path);
  // More than a socket holds, so that it is lost in the middle.
  const value = "x".repeat(250_000);
  const printed = fn.invoke("print", { value });
  await reader.more(400);
  await reader.hangUp();
  await printed;
  const [warning, line] = (await fn.end()).entries;
  assertEquals(warning.level, "WARN");
  assertEquals(line.message, value);
});

Deno.test("the log goes to stdout when the socket cannot be opened", async () => {
  await using fn = createFunction("/no such folder/log.sock");
  await fn.invoke("print", { id: "1", value: "printed" });
  const [warning, line] = (await fn.end()).entries;
  assertEquals(warning.level, "WARN");
  assertStringIncludes(
    warning.message,
    `Cannot log to ${VARIABLE}, but to stdout`,
  );
  assertEquals([line.requestId, line.message], ["1", "printed"]);
});

Deno.test("the log loses nothing when the handler ends the process", async () => {
  await using reader = await LogReader.start();
  await using fn = createFunction(reader.path);
  await fn.invoke("printThenExit", { value: 500 }).catch(() => {});
  const { code, entries } = await fn.ended();
  assertEquals(code, 5);
  // What the socket had not taken goes to stdout, the line in between twice.
  const lines = [...await reader.entries(), ...entries]
    .map(({ message }) => Number(message.split(" ")[0]));
  assertEquals([...new Set(lines)], Array.from({ length: 500 }, (_, i) => i));
});
