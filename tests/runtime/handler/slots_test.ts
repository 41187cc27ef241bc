// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FunctionProcess } from "../../support/function_process.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

const main = new URL("../../fixtures/hostile.ts", import.meta.url).pathname;

/** Runs one task after the other, and gives the answers and the log. */
async function run(
  tasks: unknown[],
): Promise<{ answers: string[]; log: string }> {
  await using api = new RuntimeApiServer();
  await using process = new FunctionProcess({ api, main });
  const answers: string[] = [];
  for (const [index, task] of tasks.entries()) {
    const body = JSON.stringify(task);
    answers.push((await api.invoke({ id: `id-${index}`, body })).text);
  }
  process.terminate();
  const { log } = await process.ended();
  return { answers, log };
}

Deno.test("SequentialSlots keep what a handler enters an AsyncLocalStorage with from later invocations", async () => {
  const { answers } = await run([{ enter: "1" }, { enter: "2" }, {}]);
  assertEquals(answers, ['"nothing"', '"nothing"', '"nothing"']);
});

Deno.test("SequentialSlots log the right request id after a handler has kept an error from the runtime", async () => {
  const { log } = await run([{}, { keepsErrors: true }, {}, {}]);
  const ids = log.matchAll(/\t(\S+)\tINFO\tpaused/g).map(([, id]) => id);
  assertEquals([...ids], ["id-0", "id-1", "id-2", "id-3"]);
});

Deno.test("invoke() logs what background work throws while the end of a stream is sent", async () => {
  const { answers, log } = await run([
    {},
    { throwsLate: true },
    {},
  ]);
  assertEquals(answers[1], "a");
  assertStringIncludes(log, "too late");
});
