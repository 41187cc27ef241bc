// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { UsageError } from "../../../local/cli/usage_error.ts";
import { runToEnd } from "../../support/child.ts";
import { LocalProject } from "../../support/local_project.ts";

const VARIABLES =
  "export function handleEvent() { return Deno.env.toObject(); }";

Deno.test("the function has Lambda's variables, those of its file, and none of this machine", async () => {
  Deno.env.set("TOUKON_OF_THIS_MACHINE", "secret");
  try {
    await using project = await LocalProject.start({
      handler: VARIABLES,
      files: { ".env": 'NAME="闘 魂"\nTZ=Asia/Tokyo\n' },
      args: ["--env-file=.env", "--memory=256"],
      cwd: true,
    });
    const variables = await project.reply({});
    assertEquals(variables.TOUKON_OF_THIS_MACHINE, undefined);
    assertEquals(variables.NAME, "闘 魂");
    assertEquals(variables.TZ, "Asia/Tokyo");
    assertEquals(variables.AWS_LAMBDA_FUNCTION_NAME, "emulated");
    assertEquals(variables.AWS_LAMBDA_FUNCTION_VERSION, "$LATEST");
    assertEquals(variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, "256");
    assertEquals(variables.AWS_LAMBDA_INITIALIZATION_TYPE, "on-demand");
    assertEquals(variables.AWS_LAMBDA_LOG_GROUP_NAME, "/aws/lambda/emulated");
    assertMatch(
      variables.AWS_LAMBDA_LOG_STREAM_NAME,
      /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
    );
    assertMatch(variables.AWS_LAMBDA_RUNTIME_API, /^127\.0\.0\.1:\d+$/);
  } finally {
    Deno.env.delete("TOUKON_OF_THIS_MACHINE");
  }
});

Deno.test("a file of variables cannot set what Lambda reserves", async () => {
  await assertRejects(
    () =>
      LocalProject.start({
        files: { ".env": "AWS_LAMBDA_FUNCTION_NAME=mine\n" },
        args: ["--env-file=.env"],
        cwd: true,
      }),
    UsageError,
    "Lambda itself sets AWS_LAMBDA_FUNCTION_NAME and takes no other value",
  );
});

Deno.test("the function has the permissions of the built function", async () => {
  const handler = `export async function handleEvent({ path }) {
    return await Deno.readTextFile(path).catch((error) => error.name);
  }`;
  const config = { permissions: { default: { read: ["allowed.txt"] } } };
  const files = { "allowed.txt": "read", "other.txt": "read" };
  await using project = await LocalProject.start({ handler, config, files });
  assertEquals(await project.reply({ path: "allowed.txt" }), "read");
  assertEquals(await project.reply({ path: "other.txt" }), "NotCapable");

  await using open = await LocalProject.start({
    handler,
    config,
    files,
    args: ["--allow-all"],
  });
  assertEquals(await open.reply({ path: "other.txt" }), "read");
});

Deno.test("--freeze stops the process between invocations", async () => {
  const handler = `let ticks = 0;
  setInterval(() => ticks++, 1);
  export async function handleEvent() {
    const before = ticks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { before, after: ticks };
  }`;
  await using project = await LocalProject.start({
    handler,
    args: ["--freeze"],
  });
  const first = await project.reply({});
  assert(first.after > first.before);
  await project.until(() => project.log.includes("REPORT"));
  const { pid } = project.happenings.find((it) => it.type === "ready")!;
  if (Deno.build.os === "linux") await untilStopped(pid);

  const second = await project.reply({});
  assert(second.after > second.before);
});

/** Waits until a process is stopped; the signal is sent after the REPORT. */
async function untilStopped(pid: number): Promise<void> {
  let state: string | undefined;
  for (let look = 0; look < 200 && state !== "T"; look++) {
    const { stdout } = await runToEnd("cat", { args: [`/proc/${pid}/status`] });
    state = /^State:\t(\w)/m.exec(stdout)?.[1];
  }
  assertEquals(state, "T");
}

Deno.test("--concurrency runs invocations at once in one process", async () => {
  await using project = await LocalProject.start({ args: ["--concurrency=3"] });
  const held = project.reply({ action: "hold" });
  await project.until(() => project.log.includes("START"));
  const [released, other, value] = await Promise.all([
    project.reply({ n: 1 }),
    project.reply({ action: "variable", value: "AWS_LAMBDA_MAX_CONCURRENCY" }),
    project.reply({
      action: "variable",
      value: "AWS_LAMBDA_INITIALIZATION_TYPE",
    }),
  ]);
  assertEquals([released, other, value], [
    { n: 1 },
    "3",
    "lambda-managed-instances",
  ]);
  assertEquals(
    await project.reply({ action: "release", value: "free" }),
    "released",
  );
  assertEquals(await held, "free");
});

Deno.test("with --concurrency, an invocation that times out leaves the others alone", async () => {
  await using project = await LocalProject.start({
    args: ["--concurrency=2", "--timeout=0.3"],
  });
  const { pid } = await project.reply({ action: "context" });
  const late = await project.reply({ action: "hold" });
  assertEquals(late.errorType, "Function.Timeout");
  assertEquals((await project.reply({ action: "context" })).pid, pid);
});

Deno.test("shutdown() runs before the function is ended", async () => {
  await using project = await LocalProject.start({
    handler: `export default {
      handleEvent: (event) => event,
      shutdown: () => console.log("goodbye"),
    };`,
  });
  assertEquals(await project.reply(1), 1);
  project.local.emulator.restart();
  await project.times("ready", 2);
  assertStringIncludes(project.log, "goodbye");
});

Deno.test("--snap-start restores the function at its first invocation", async () => {
  await using project = await LocalProject.start({
    handler: `export default {
      handleEvent: () => Deno.env.get("AWS_LAMBDA_INITIALIZATION_TYPE"),
      beforeSnapshot: () => console.log("before"),
      afterRestore: () => console.log("after"),
    };`,
    args: ["--snap-start"],
  });
  await project.times("ready", 1);
  assertStringIncludes(project.log, "before");
  assert(!project.log.includes("after"));
  assertEquals(await project.reply({}), "snap-start");
  assertStringIncludes(project.log, "after");
});

Deno.test("with lambda.isolation, the handler runs in a worker", async () => {
  await using project = await LocalProject.start({
    config: {
      lambda: { handler: "./handler.ts", isolation: "worker" },
    },
    handler:
      `export const handleEvent = () => "WorkerGlobalScope" in globalThis;`,
  });
  assertEquals(await project.reply({}), true);
});
