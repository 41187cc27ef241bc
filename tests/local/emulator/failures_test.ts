// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { LocalProject } from "../../support/local_project.ts";

/** Asserts that the emulator lives on, and the function is there again. */
async function assertAlive(project: LocalProject): Promise<void> {
  assertEquals(await project.reply({ alive: true }), { alive: true });
}

/** An error that Lambda itself tells of, without the id of the request. */
async function platformError(response: Response) {
  const { errorType, errorMessage } = await response.json();
  const id = response.headers.get("x-amzn-requestid");
  assertEquals(response.headers.get("x-amz-function-error"), "Unhandled");
  assertStringIncludes(errorMessage, `RequestId: ${id} Error: `);
  return [errorType, errorMessage.replace(`RequestId: ${id} Error: `, "")];
}

Deno.test("a handler that is killed is a Runtime.ExitError", async () => {
  await using project = await LocalProject.start({ args: ["--allow-all"] });
  const response = await project.invoke({ action: "kill" });

  assertEquals(await platformError(response), [
    "Runtime.ExitError",
    "Runtime exited with error: signal: killed",
  ]);
  await assertAlive(project);
  assertStringIncludes(
    project.log,
    "\tStatus: error\tError Type: Runtime.ExitError\n",
  );
});

Deno.test("a handler that ends the process is a Runtime.ExitError", async () => {
  await using project = await LocalProject.start();
  for (
    const [code, message] of [
      [3, "Runtime exited with error: exit status 3"],
      [0, "Runtime exited without providing a reason"],
    ]
  ) {
    const response = await project.invoke({ action: "exit", value: code });
    assertEquals(await platformError(response), ["Runtime.ExitError", message]);
  }
  await assertAlive(project);
});

Deno.test("a handler that hangs times out, and the next invocation has a new process", async () => {
  await using project = await LocalProject.start({ args: ["--timeout=0.5"] });
  const { pid } = await project.reply({ action: "context" });
  for (const action of ["hold", "spin"]) {
    const response = await project.invoke({ action });
    const { errorType, errorMessage } = await response.json();
    // A handler that yields is reported by the runtime, before the deadline.
    if (action === "hold") assertEquals(errorType, "Function.Timeout");
    else {
      assertEquals(errorType, "Sandbox.Timedout");
      assertMatch(errorMessage, /Error: Task timed out after 0\.50 seconds$/);
    }
  }
  assert((await project.reply({ action: "context" })).pid !== pid);
  assertMatch(
    project.log,
    /Z [\w-]+ Task timed out after 0\.50 seconds\nEND .*\nREPORT .*\tStatus: timeout\n/,
  );
});

Deno.test("a function that exits in init fails each invocation, and starts again for each", async () => {
  await using project = await LocalProject.start({
    handler: "Deno.exit(5); export function handleEvent() {}",
  });
  for (let time = 0; time < 2; time++) {
    const response = await project.invoke({});
    assertEquals(await platformError(response), [
      "Runtime.ExitError",
      "Runtime exited with error: exit status 5",
    ]);
  }
  assertMatch(
    project.log,
    /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.ExitError\n/,
  );
});

Deno.test("a function that throws in init tells each invocation why", async () => {
  await using project = await LocalProject.start({
    handler: 'throw new RangeError("no");',
  });
  const response = await project.invoke({});

  const { errorType, errorMessage } = await response.json();
  assertEquals([errorType, errorMessage], ["RangeError", "no"]);
});

Deno.test("a function that never starts is ended, and has the time of an invocation once more", async () => {
  await using project = await LocalProject.start({
    handler: "for (;;); export function handleEvent() {}",
    args: ["--timeout=0.2"],
  });
  project.local.emulator.settings.initTimeoutMs = 300;
  project.local.emulator.restart();
  const response = await project.invoke({});

  assertEquals(await platformError(response), [
    "Sandbox.Timedout",
    "Task timed out after 0.20 seconds",
  ]);
  assertMatch(project.log, /INIT_REPORT .*\tPhase: init\tStatus: timeout\n/);
});

Deno.test("what a handler prints that is binary cannot command the terminal", async () => {
  await using project = await LocalProject.start();
  assertEquals(await project.reply({ action: "binary" }), "printed");
  await project.until(() => project.log.includes("REPORT"));

  // deno-lint-ignore no-control-regex
  assertEquals(project.log.match(/[\x00-\x08\x0b-\x1f\x7f]/g), null);
  assertStringIncludes(project.log, "␀␁␂");
  assertStringIncludes(project.log, "␛[2J");
});

Deno.test("a handler that answers twice is refused the second time", async () => {
  await using project = await LocalProject.start({
    config: { permissions: { default: { env: true, net: true } } },
  });
  assertEquals(await project.reply({ action: "twice" }), "first");
  await assertAlive(project);
  assertStringIncludes(project.log, "statuses 202 403\n");
  assertStringIncludes(project.log, "Runtime API refused invocation/");
});

Deno.test("a handler that answers to a wrong id is refused", async () => {
  await using project = await LocalProject.start({
    config: { permissions: { default: { env: true, net: true } } },
  });
  assertEquals(await project.reply({ action: "stranger" }), 400);
  await assertAlive(project);
});

Deno.test("a handler that prints 100 MB is answered, and all of it is read", async () => {
  await using project = await LocalProject.start();
  const bytes = 100 * 1024 * 1024;
  let printed = 0;
  project.local.emulator.happenings.watch((happening) => {
    if (happening.type === "log" && happening.source === "function") {
      printed += happening.text.length;
    }
    // The log of the test would keep it all.
    project.happenings.splice(0);
  });
  assertEquals(await project.reply({ action: "flood", bytes }), "flooded");
  await assertAlive(project);
  await project.until(() => printed >= bytes);
  assertEquals(printed, bytes);
});

Deno.test("the emulator ends at once while a function does not start", async () => {
  const project = await LocalProject.start({
    handler: "for (;;); export function handleEvent() {}",
  });
  const payload = new TextEncoder().encode("{}");
  const waiting = project.local.emulator.invoke(payload);
  await project.times("starting", 1);
  const endedAt = performance.now();
  await project[Symbol.asyncDispose]();
  const { errorType } = await waiting;
  assertMatch(errorType!, /^Runtime\.(?:ExitError|Unavailable)$/);
  assert(performance.now() - endedAt < 5_000);
});
