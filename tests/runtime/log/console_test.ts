// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { sendConsoleTo } from "../../../runtime/log/console.ts";
import { LambdaLog, type LogFormat } from "../../../runtime/log/log.ts";

/** What the function prints while the console is sent to a log. */
function printedBy(print: () => void, format: LogFormat = "text"): string {
  let text = "";
  const stream = {
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  };
  const log = new LambdaLog({ stream, requestId: () => "id-1", format });
  log.setLevel("TRACE");
  const before = { ...console };
  try {
    sendConsoleTo(log);
    print();
  } finally {
    Object.assign(console, before);
  }
  return text;
}

/** The entries, as `LEVEL message`. */
function entriesBy(print: () => void): string[] {
  return printedBy(print, "line").split("\n").slice(0, -1)
    .map((line) => line.replace(/^\S+Z\tid-1\t(\w+)\t/, "$1 "));
}

Deno.test("sendConsoleTo() sends each method to its level, formatted", () => {
  const lines = entriesBy(() => {
    console.debug("debug %d", 1);
    console.log("log %s", "é🔥");
    console.info("info", { a: 1 });
    console.warn("warn");
    console.error("error", null);
    console.dirxml("dirxml", 1);
  });
  assertEquals(lines, [
    "DEBUG debug 1",
    "INFO log é🔥",
    `INFO info ${Deno.inspect({ a: 1 })}`,
    "WARN warn",
    `ERROR error ${Deno.inspect(null)}`,
    "INFO dirxml 1",
  ]);
});

Deno.test("sendConsoleTo() makes console.trace tell where it was called", () => {
  const [line, ...more] = entriesBy(function whereItIsCalled() {
    console.trace("step %d", 2);
  });
  assertEquals(more, []);
  const [first, second] = line.split("\r");
  assertEquals(first, "DEBUG Trace: step 2");
  assertMatch(
    second,
    /^ {4}at whereItIsCalled \(.*console_test\.ts:\d+:\d+\)$/,
  );
});

Deno.test("sendConsoleTo() counts and measures by label", () => {
  const lines = entriesBy(() => {
    console.count();
    console.count("orders");
    console.count("orders");
    console.countReset("orders");
    console.count("orders");
    console.countReset("never");
    console.time("query");
    console.time("query");
    console.timeLog("query", "rows", 2);
    console.timeEnd("query");
    console.timeEnd("query");
  }).map((line) => line.replace(/\d+\.\d{3} ms/, "N ms"));
  assertEquals(lines, [
    "INFO default: 1",
    "INFO orders: 1",
    "INFO orders: 2",
    "INFO orders: 1",
    'WARN Count for "never" does not exist',
    'WARN Timer "query" already exists',
    "INFO query: N ms rows 2",
    "INFO query: N ms",
    'WARN Timer "query" does not exist',
  ]);
});

Deno.test("sendConsoleTo() logs assertions that fail, and no others", () => {
  const lines = entriesBy(() => {
    console.assert(true, "fine");
    console.assert(1 > 2);
    console.assert(false, "%s is gone", "it");
  });
  assertEquals(lines, [
    "ERROR Assertion failed",
    "ERROR Assertion failed: it is gone",
  ]);
});

Deno.test("sendConsoleTo() indents what is in a group, every line of it", () => {
  const lines = entriesBy(() => {
    console.group("outer");
    console.log("one\ntwo");
    console.groupCollapsed("inner");
    console.warn("deep");
    console.groupEnd();
    console.groupEnd();
    console.groupEnd();
    console.log("out");
  });
  assertEquals(lines, [
    "INFO outer",
    "INFO   one\r  two",
    "INFO   inner",
    "WARN     deep",
    "INFO out",
  ]);
});

Deno.test("sendConsoleTo() shows an object as console.dir is asked to", () => {
  const deep = { a: { b: { c: { d: { e: 1 } } } } };
  assertEquals(
    entriesBy(() => console.dir(deep, { depth: 0 })),
    [`INFO ${Deno.inspect(deep, { depth: 0 })}`],
  );
});

Deno.test("sendConsoleTo() draws tables of rows, of values, and of chosen columns", () => {
  const text = printedBy(() => {
    console.table([{ id: 1, name: "é" }, { id: 22 }]);
    console.table(new Map([["a", 1]]));
    console.table([{ id: 1, name: "b" }], ["name"]);
    console.table("no table");
  });
  assertEquals(
    text.replaceAll(/^\S+Z\tid-1\tINFO\t/gm, ""),
    `\
┌───────┬────┬──────┐
│ (idx) │ id │ name │
├───────┼────┼──────┤
│ 0     │ 1  │ é    │
│ 1     │ 22 │      │
└───────┴────┴──────┘
┌───────┬────────┐
│ (idx) │ Values │
├───────┼────────┤
│ a     │ 1      │
└───────┴────────┘
┌───────┬──────┐
│ (idx) │ name │
├───────┼──────┤
│ 0     │ b    │
└───────┴──────┘
no table
`,
  );
});
