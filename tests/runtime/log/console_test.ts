// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { NO_ORIGIN } from "../../support/origin.ts";
import { sendConsoleTo } from "../../../runtime/log/console.ts";
import { format } from "../../../runtime/log/format.ts";
import { LambdaLog } from "../../../runtime/log/log.ts";

/** What was logged, as `level: message`, and a log that keeps it. */
function collect() {
  const lines: string[] = [];
  const stream = {
    writeSync(bytes: Uint8Array): number {
      const record = new TextDecoder().decode(bytes);
      const [, , level, ...message] = record.slice(0, -1).split("\t");
      lines.push(`${level.toLowerCase()}: ${message.join("\t")}`);
      return bytes.byteLength;
    },
  };
  const log = new LambdaLog({
    stream,
    origin: () => NO_ORIGIN,
    format: "text",
  });
  log.setLevel("DEBUG");
  return { lines, log };
}

/** What the function prints while the console is sent to a log. */
function printedBy(print: () => void): string[] {
  const { lines, log } = collect();
  const before = { ...console };
  try {
    sendConsoleTo(log);
    print();
  } finally {
    Object.assign(console, before);
  }
  return lines;
}

/** Arguments as source text, so that another process can print them too. */
const ARGUMENTS = [
  '"text"',
  '""',
  '"two\\nlines", "and more"',
  '"a", "b", 1, true, null, undefined',
  "1",
  "1, 2n, -0, NaN",
  "undefined",
  "null, null",
  'Symbol("x")',
  '{ a: 1 }, [1, "a"], new Map([["k", { v: 1 }]])',
  '{ a: 1 }, "%s", "x"',
  "new Uint8Array([1, 2])",
  "new Date(0)",
  "function f() {}",
  '"%s", "text"',
  '"%s and %s", "one", 2, "three", { four: 4 }',
  '"%s %s", "one"',
  '"%s", { a: 1 }',
  '"%s", { toString: () => "own" }',
  '"%s", [1, ["a"]]',
  '"%s", null',
  '"%s", undefined',
  '"%s", 12n',
  '"%s", Symbol("x")',
  '"%d", 42',
  '"%d", 42.9',
  '"%d", "42.9px"',
  '"%d", "px"',
  '"%d", ""',
  '"%d", {}',
  '"%d", null',
  '"%d", true',
  '"%d", 12n',
  '"%d", Symbol("12")',
  '"%i", -42.9',
  '"%i", "0x10"',
  '"%i", Symbol("12")',
  '"%f", "1.5em"',
  '"%f", 2',
  '"%f", []',
  '"%f", Symbol("12")',
  '"%o", { a: { b: [1, "two"] } }',
  '"%O", "text"',
  '"%j", { a: ["b", 1] }',
  '"%j", "text"',
  '"%cred%c, not red", "color: red", ""',
  '"%%"',
  '"100%", "sure"',
  '"%s%%", 50',
  '"%%s", "text"',
  '"%x", "text"',
  '"%", "text"',
];

Deno.test("format() formats as console.log does", async () => {
  const printed = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-config",
      ARGUMENTS.map((it) => `console.log(${it});console.log("\\0");`).join(""),
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const lines = new TextDecoder().decode(printed.stdout).split("\n\0\n");
  for (const [i, source] of ARGUMENTS.entries()) {
    const args = new Function(`return [${source}];`)();
    assertEquals(format(args), lines[i], source);
  }
});

Deno.test("format() gives nothing for no arguments", () => {
  assertEquals(format([]), "");
});

Deno.test("format() shows errors with their stack and cause", () => {
  const text = format([new Error("outer", { cause: new TypeError("inner") })]);
  assertMatch(text, /^Error: outer\n {4}at .*console_test\.ts:\d+:\d+\n/);
  assertMatch(text, /\n.*TypeError: inner\n +at /);
});

Deno.test("format() shows what cannot be JSON otherwise when asked for %j", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  assertEquals(format(["%j", cycle]), Deno.inspect(cycle));
  assertEquals(format(["%j", 1n]), "1n");
  assertEquals(format(["%j", undefined]), "undefined");
});

Deno.test("format() never throws, whatever it is given", () => {
  const evil = {
    [Symbol.for("Deno.customInspect")]() {
      throw new Error("not to be looked at");
    },
    toString() {
      throw new Error("not to be looked at");
    },
    toJSON() {
      throw new Error("not to be looked at");
    },
  };
  const shown = "[a value that cannot be shown]";
  assertEquals(format([evil]), shown);
  assertEquals(format(["text", evil]), `text ${shown}`);
  for (const kind of ["s", "d", "i", "f", "o", "O", "j"]) {
    assertEquals(format([`%${kind}!`, evil]), `${shown}!`);
  }
  assertEquals(format(["%c!", evil]), "!");
  assertEquals(
    format(["%d", Object.create(null)]),
    Deno.inspect(Object.create(null)),
  );
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(typeof format([proxy]), "string");
  assertEquals(typeof format(["%s", proxy]), "string");
});

Deno.test("sendConsoleTo() sends each method to its level, formatted", () => {
  const lines = printedBy(() => {
    console.debug("debug %d", 1);
    console.log("log %s", "é🔥");
    console.info("info", { a: 1 });
    console.warn("warn");
    console.error("error", null);
  });
  assertEquals(lines, [
    "debug: debug 1",
    "info: log é🔥",
    `info: info ${Deno.inspect({ a: 1 })}`,
    "warn: warn",
    `error: error ${Deno.inspect(null)}`,
  ]);
});

Deno.test("sendConsoleTo() makes console.trace tell where it was called", () => {
  const [line, ...more] = printedBy(function whereItIsCalled() {
    console.trace("step %d", 2);
  });
  assertEquals(more, []);
  const [first, second] = line.split("\n");
  assertEquals(first, "debug: Trace: step 2");
  assertMatch(
    second,
    /^ {4}at whereItIsCalled \(.*console_test\.ts:\d+:\d+\)$/,
  );
});
