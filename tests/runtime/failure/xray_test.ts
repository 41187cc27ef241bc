// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertExists } from "@std/assert/exists";
import { assertLessOrEqual } from "@std/assert/less-or-equal";
import { assertMatch } from "@std/assert/match";
import { toErrorDocument } from "../../../runtime/failure/failure.ts";
import { toXrayCause } from "../../../runtime/failure/xray.ts";

const MAX_XRAY_CAUSE_BYTES = 65_536;

/** An error whose stack has this one frame. */
function withStack(frame: string): Error {
  return Object.assign(new Error("m"), { stack: `Error: m\n    ${frame}` });
}

/** The X-Ray cause, parsed, when it is a line that a header can carry. */
function xrayOf(thrown: unknown) {
  const xrayCause = toXrayCause(toErrorDocument(thrown));
  assertExists(xrayCause);
  assertMatch(xrayCause, /^[\x20-\x7e]+$/);
  assertLessOrEqual(xrayCause.length, MAX_XRAY_CAUSE_BYTES);
  return JSON.parse(xrayCause);
}

Deno.test("toXrayCause() gives one line of ASCII", () => {
  const error = new Error("first\r\nsecond \x7f \u2028 é 🔥 \ud83d", {
    cause: new TypeError("エラー"),
  });
  const { working_directory, exceptions, paths } = xrayOf(error);
  assertEquals(working_directory, Deno.cwd());
  assertEquals(
    exceptions.map((it: { type: string; message: string }) => [
      it.type,
      it.message,
    ]),
    [["Error", error.message], ["TypeError", "エラー"]],
  );
  const here = new URL(import.meta.url).pathname;
  const { path, line, label } = exceptions[0].stack[0];
  assertEquals(path, here);
  assert(line > 0);
  assertEquals(label, "anonymous");
  assert(paths.includes(here));
  assertEquals(new Set(paths).size, paths.length);
});

Deno.test("toXrayCause() tells the errors of an AggregateError, then the cause", () => {
  const error = new AggregateError(["first", "second"], "all", {
    cause: "cause",
  });
  assertEquals(
    xrayOf(error).exceptions.map((it: { message: string }) => it.message),
    ["all", "first", "second", "cause"],
  );
});

Deno.test("toXrayCause() reads frames of every form", () => {
  const forms: [frame: string, path: string, line: number, label: string][] = [
    ["at f (file:///app/a.ts:3:5)", "/app/a.ts", 3, "f"],
    ["at file:///app/a.ts:3:5", "/app/a.ts", 3, "anonymous"],
    ["at async f (file:///app/a.ts:3:5)", "/app/a.ts", 3, "async f"],
    ["at async file:///app/a.ts:3:5", "/app/a.ts", 3, "anonymous"],
    ["at new Order (file:///app/a.ts:3:5)", "/app/a.ts", 3, "new Order"],
    [
      "at Object.f [as g] (file:///app/a.ts:3:5)",
      "/app/a.ts",
      3,
      "Object.f [as g]",
    ],
    ["at f (file:///app/a%20b%23.ts:3:5)", "/app/a b#.ts", 3, "f"],
    [
      "at f (file:///app/%E3%83%91%E3%82%B9/a.ts:3:5)",
      "/app/パス/a.ts",
      3,
      "f",
    ],
    ["at f (file:///app/(a).ts:3:5)", "/app/(a).ts", 3, "f"],
    ["at f (file:///app/パス #1 100%.ts:3:5)", "/app/パス #1 100%.ts", 3, "f"],
    [
      "at f (https://deno.land/x%20/a.ts:3:5)",
      "https://deno.land/x%20/a.ts",
      3,
      "f",
    ],
    ["at f (ext:core/01_core.js:3:5)", "ext:core/01_core.js", 3, "f"],
    ["at Array.map (<anonymous>)", "<anonymous>", 0, "Array.map"],
    ["at Promise.all (index 0)", "index 0", 0, "Promise.all"],
  ];
  for (const [frame, path, line, label] of forms) {
    const { exceptions: [{ stack }], paths } = xrayOf(withStack(frame));
    assertEquals(stack[0], { path, line, label });
    assert(paths.includes(path));
  }
});

Deno.test("toXrayCause() reads the frames of a real async stack", async () => {
  const text = `async function fails() { await null; throw new Error("m"); }
await fails();`;
  const folder = Deno.makeTempDirSync({ suffix: " パス #1 50%" });
  try {
    Deno.writeTextFileSync(`${folder}/module.ts`, text);
    const url = new URL("file://");
    url.pathname = `${folder}/module.ts`.split("/").map(encodeURIComponent)
      .join("/");
    const error = await import(url.href).catch((error) => error);
    const [first, second] = xrayOf(error).exceptions[0].stack;
    const path = `${folder}/module.ts`;
    assertEquals(first, { path, line: 1, label: "fails" });
    assertEquals(second, { path, line: 2, label: "anonymous" });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("toXrayCause() shortens what the header would not take", () => {
  const error = new Error("🔥".repeat(20_000), {
    cause: new TypeError("é".repeat(20_000)),
  });
  const { exceptions } = xrayOf(error);
  assertEquals(
    exceptions.map((it: { type: string }) => it.type),
    ["Error", "TypeError"],
  );
  assertMatch(exceptions[0].message, /^(🔥){512}… \(\d+ more characters\)$/);
  assertLessOrEqual(exceptions[0].stack.length, 10);
});

Deno.test("toXrayCause() shortens it to five errors of ten frames each", () => {
  const frame = (i: number) => `at frame${i} (file:///a.ts:${i}:1)`;
  const stack = Array.from({ length: 11 }, (_, i) => frame(i)).join("\n");
  let chain: Error | undefined;
  for (let i = 5; i >= 0; i--) {
    chain = new Error(`${i}`.padEnd(20_000), { cause: chain });
    chain.stack = stack;
  }
  const { exceptions } = xrayOf(chain);
  assertEquals(
    exceptions.map((it: { message: string }) => it.message[0]),
    ["0", "1", "2", "3", "4"],
  );
  for (const exception of exceptions) {
    assertEquals(
      exception.stack.map((it: { line: number }) => it.line),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  }
});

Deno.test("toXrayCause() gives none when even the short form is too long", () => {
  const error = new Error("m");
  error.stack = Array.from(
    { length: 10 },
    (_, i) => `at ${"関".repeat(1_000)}${i} (file:///a.ts:1:1)`,
  ).join("\n");
  let chain = error;
  for (let i = 0; i < 4; i++) {
    const outer = new Error("m", { cause: chain });
    outer.stack = error.stack;
    chain = outer;
  }
  const document = toErrorDocument(chain);
  assertEquals(toXrayCause(document), undefined);
  assertEquals(document.stackTrace.length, 10);
});

Deno.test("toXrayCause() leaves the working directory empty when it is gone", () => {
  const before = Deno.cwd();
  const folder = Deno.makeTempDirSync();
  try {
    Deno.chdir(folder);
    Deno.removeSync(folder);
    assertEquals(xrayOf(new Error("m")).working_directory, "");
  } finally {
    Deno.chdir(before);
  }
});
