// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  LocalProject,
  type LocalProjectOptions,
} from "../../support/local_project.ts";

const handlerOf = (reply: string) =>
  `export function handleEvent() { return ${JSON.stringify(reply)}; }\n`;

/** A project whose files are watched. */
async function watched(options: LocalProjectOptions): Promise<LocalProject> {
  const project = await LocalProject.start(options);
  await project.local.reloader.watch();
  await project.times("ready", 1);
  return project;
}

Deno.test("a change of the handler starts it again", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  assertEquals(await project.reply({}), "one");
  project.folder.write("handler.ts", handlerOf("two"));
  await project.times("ready", 2);
  assertEquals(await project.reply({}), "two");
  const changed = project.happenings.find(({ type }) => type === "changed");
  assertEquals(changed?.type === "changed" && changed.paths, [
    `${project.folder.path}/handler.ts`,
  ]);
});

Deno.test("a change of any module that the handler imports starts it again", async () => {
  await using project = await watched({
    handler:
      `import { reply } from "./deep/er/reply.ts"; export const handleEvent = () => reply;`,
    files: {
      "deep/er/reply.ts": `export { reply } from "../text.ts";`,
      "deep/text.ts": `export const reply = "one";`,
      "other.ts": "",
    },
  });
  project.folder.write("other.ts", "// It is imported by nobody.");
  project.folder.write("deep/text.ts", `export const reply = "two";`);
  await project.times("ready", 2);
  assertEquals(await project.reply({}), "two");
  assertEquals(project.count("changed"), 1);
});

Deno.test("a module that is imported anew is watched, too", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  project.folder.write(
    "handler.ts",
    `import { reply } from "./new/reply.ts"; export const handleEvent = () => reply;`,
  );
  await project.times("changed", 1);
  const response = await project.reply({});
  assertStringIncludes(response.errorMessage, "/new/reply.ts");
  await project.local.reloader.watch();
  Deno.mkdirSync(`${project.folder.path}/new`);
  await project.local.reloader.watch();
  project.folder.write("new/reply.ts", `export const reply = "two";`);
  await project.times("changed", 2);
  assertEquals(await project.reply({}), "two");
});

Deno.test("a file that is replaced by another, as editors do it, is a change", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  project.folder.write("handler.ts.tmp", handlerOf("two"));
  Deno.renameSync(
    `${project.folder.path}/handler.ts.tmp`,
    `${project.folder.path}/handler.ts`,
  );
  await project.times("ready", 2);
  assertEquals(await project.reply({}), "two");
});

Deno.test("a syntax error fails each invocation until it is mended", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  project.folder.write("handler.ts", "export function handleEvent( {");
  await project.times("changed", 1);
  for (let time = 0; time < 2; time++) {
    const { errorMessage } = await project.reply({});
    assertStringIncludes(errorMessage, "handler.ts:1");
  }
  assertStringIncludes(project.log, "INIT_REPORT");

  project.folder.write("handler.ts", handlerOf("two"));
  await project.times("changed", 2);
  assertEquals(await project.reply({}), "two");
});

Deno.test("a type error fails each invocation until it is mended", async () => {
  await using project = await LocalProject.start({
    handler: handlerOf("one"),
    checks: true,
  });
  await project.local.reloader.watch();
  await project.times("ready", 1);
  project.folder.write(
    "handler.ts",
    `export function handleEvent(): number { return "wrong"; }`,
  );
  await project.times("problem", 1);
  const { errorType, errorMessage } = await project.reply({});
  assertEquals(errorType, "Runtime.UserCodeTypeError");
  assertStringIncludes(errorMessage, `does not pass "deno check"`);
  assertStringIncludes(errorMessage, "TS2322");

  project.folder.write("handler.ts", handlerOf("two"));
  await project.times("ready", 3);
  assertEquals(await project.reply({}), "two");
});

Deno.test("deno.json is read again, and its error told", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  const path = `${project.folder.path}/deno.json`;
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(
    path,
    text.replace("./handler.ts", "./none.ts"),
  );
  await project.times("problem", 1);
  assertStringIncludes(
    (await project.reply({})).errorMessage,
    `Cannot find the handler "./none.ts"`,
  );
  Deno.writeTextFileSync(path, text);
  await project.times("ready", 2);
  assertEquals(await project.reply({}), "one");
});

Deno.test("a restart waits for the invocation that runs, and those after it are the new one's", async () => {
  await using project = await watched({
    handler:
      `export const handleEvent = () => new Promise((resolve) => setTimeout(() => resolve("one"), 300));`,
  });
  const running = project.reply({});
  await project.until(() => project.log.includes("START"));
  project.folder.write("handler.ts", handlerOf("two"));
  await project.times("changed", 1);
  const next = project.reply({});
  assertEquals(await Promise.all([running, next]), ["one", "two"]);
});

Deno.test("a save is ready again in little time", async () => {
  await using project = await watched({ handler: handlerOf("0") });
  const times: number[] = [];
  for (let save = 1; save <= 5; save++) {
    const savedAt = Date.now();
    project.folder.write("handler.ts", handlerOf(String(save)));
    await project.times("ready", save + 1);
    times.push(Date.now() - savedAt);
  }
  const median = times.toSorted((one, other) => one - other)[2];
  // 300 ms is promised; machines that test are busy.
  assert(median < 1_000, `${times}`);
});

Deno.test("a hundred restarts leave no process and no descriptor behind", async () => {
  await using project = await watched({ handler: handlerOf("one") });
  const countOpen = async () => (await list(`/proc/${Deno.pid}/fd`)).length;
  const before = await countOpen();
  for (let restart = 1; restart <= 100; restart++) {
    project.local.emulator.restart();
    // Some are ended before they have started.
    if (restart % 5 === 0) assertEquals(await project.reply({}), "one");
    else await project.times("starting", restart);
  }
  await project.until(() =>
    project.count("starting") === project.count("ended") + 1
  );
  const pids = project.happenings.flatMap((it) =>
    it.type === "ended" ? [it.pid] : []
  );
  const running = await list("/proc");
  assertEquals(pids.filter((pid) => running.includes(String(pid))), []);
  const after = await countOpen();
  // Connections that wait for another request come and go; a hundred do not.
  assert(after < before + 20, `${before} before, ${after} after`);
});

/** Lists a folder; only Linux has those that are asked for. */
async function list(folder: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("ls", {
    args: [folder],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n");
}
