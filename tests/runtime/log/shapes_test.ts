// Copyright 2026 the Toukon Lambda authors. MIT license.

// What each call of the console writes, in each format.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { recordsOf } from "../../support/records.ts";

const AT = "TIME\tid-1";

/** The lines of text, with times replaced. */
function linesOf(write: () => void): string[] {
  return recordsOf("line", write).map((record) =>
    record.replace(/^\S+Z/, "TIME").replace(/[\d.]+ms/, "0ms")
  );
}

/** The JSON records, as they are, with times replaced. */
function jsonOf(write: () => void): string[] {
  return recordsOf("json", write).map((record) =>
    record.replace(/"\d{4}-[^"]+Z"/, '"TIME"').replace(/[\d.]+ms/, "0ms")
  );
}

/** The message of the one record, as it stands in the JSON. */
function messageOf(value: unknown): string {
  const [record] = jsonOf(() => console.log(value));
  return record.replace(/^.*?"message":/, "").replace(/\}\n$/, "");
}

class Money {
  amount = 5;
}

const cycle: Record<string, unknown> = { list: [1] };
cycle.self = cycle;
const shared = { a: 1 };

const MESSAGES: [unknown, string][] = [
  ["text", '"text"'],
  ["two\nlines\u0000\u2028", '"two\\nlines\\u0000\\u2028"'],
  ["lone \ud800 and \\ud800", '"lone \ufffd and \\\\ud800"'],
  [1, "1"],
  [NaN, '"NaN"'],
  [12n, '"12"'],
  [true, "true"],
  [null, "null"],
  [undefined, '"undefined"'],
  [Symbol("x"), '"Symbol(x)"'],
  [{ a: { b: [1, "é"] } }, '{"a":{"b":[1,"é"]}}'],
  [[1, [2]], "[1,[2]]"],
  [{ n: 12n, i: -Infinity }, '{"n":"12","i":"-Infinity"}'],
  [{ u: undefined, z: null }, '{"z":null}'],
  [{ f() {} }, '{"f":"[Function: f]"}'],
  [new Map([["k", { v: 1 }]]), '{"k":{"v":1}}'],
  [new Map([[1, "one"]]), '[[1,"one"]]'],
  [new Set([1, "a"]), '[1,"a"]'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [new Date(NaN), '"Invalid Date"'],
  [{ at: new Date(NaN) }, '{"at":"Invalid Date"}'],
  [new Uint8Array([1, 2]), "[1,2]"],
  [/a+/g, '"/a+/g"'],
  [new URL("https://a.example/b"), '"https://a.example/b"'],
  [new Money(), '{"amount":5}'],
  [cycle, '{"list":[1],"self":"[Circular]"}'],
  [
    { x: shared, y: shared, cycle },
    '{"x":{"a":1},"y":{"a":1},"cycle":{"list":[1],"self":"[Circular]"}}',
  ],
  [
    {
      a: 1,
      get b() {
        throw new Error("not to be read");
      },
    },
    '{"a":1,"b":"[a getter that throws]"}',
  ],
];

for (const [value, expected] of MESSAGES) {
  Deno.test(`console.log() of one argument in JSON writes ${expected}`, () => {
    assertEquals(messageOf(value), expected);
  });
}

Deno.test("console.log() in JSON cuts nothing", () => {
  let deep: unknown = "bottom";
  for (let i = 0; i < 20; i++) deep = { deep };
  const value = { deep, list: Array(1000).fill(0), text: "x".repeat(20_000) };
  assertEquals(JSON.parse(messageOf(value)), value);
});

Deno.test("console.log() in text cuts nothing", () => {
  let deep: unknown = "bottom";
  for (let i = 0; i < 20; i++) deep = { deep };
  const text = "x".repeat(20_000);
  const [line] = linesOf(() =>
    console.log({ deep, text }, Array(1000).fill(7))
  );
  assertEquals(line.includes("bottom"), true);
  assertEquals(line.includes(text), true);
  assertEquals(line.match(/7/g)!.length, 1000);
});

Deno.test("console.error() of an error alone in JSON writes its fields as message", () => {
  const cause = new TypeError("inner");
  const error = Object.assign(new RangeError("outer", { cause }), { code: 7 });
  assertEquals(JSON.parse(messageOf(error)), {
    errorType: "RangeError",
    errorMessage: "outer",
    stackTrace: error.stack!.split("\n"),
    code: 7,
    cause: {
      errorType: "TypeError",
      errorMessage: "inner",
      stackTrace: cause.stack!.split("\n"),
    },
  });
});

Deno.test("console.error() of an error among others in JSON adds its fields", () => {
  const error = new RangeError("too much");
  const [record] = jsonOf(() => console.error("order %d", 7, error));
  const { message, ...members } = JSON.parse(record);
  assertMatch(message, /^order 7 RangeError: too much\n {4}at /);
  assertEquals(members, {
    timestamp: "TIME",
    level: "ERROR",
    requestId: "id-1",
    errorType: "RangeError",
    errorMessage: "too much",
    stackTrace: error.stack!.split("\n"),
  });
});

Deno.test("a record in JSON has its members in AWS's order", () => {
  assertEquals(jsonOf(() => console.warn("a", 1)), [
    '{"timestamp":"TIME","level":"WARN","requestId":"id-1","message":"a 1"}\n',
  ]);
});

Deno.test("a record in text is one line, whatever it holds", () => {
  assertEquals(
    linesOf(() => console.log("a\nb\r\nc\u2028d\u0085e\0f\x1b[31mg\ud800\th")),
    [`${AT}\tINFO\ta\rb\rc\rd\re\\x00f\\x1b[31mg\ufffd\th\n`],
  );
});

Deno.test("console.table() draws in text and writes the data in JSON", () => {
  const rows = [{ id: 1, name: "猪木" }, { id: 2 }, 3];
  const [line] = linesOf(() => console.table(rows));
  assertEquals(line.trimEnd().split("\r"), [
    `${AT}\tINFO\t┌─────────┬────┬────────┬────────┐`,
    "│ (index) │ id │ name   │ Values │",
    "├─────────┼────┼────────┼────────┤",
    '│ 0       │ 1  │ "猪木" │        │',
    "│ 1       │ 2  │        │        │",
    "│ 2       │    │        │ 3      │",
    "└─────────┴────┴────────┴────────┘",
  ]);
  const [record] = jsonOf(() => console.table(rows));
  assertEquals(JSON.parse(record).message, rows);
});

Deno.test("console.table() shows what has no rows, and draws the columns asked for", () => {
  const lines = linesOf(() => {
    console.table("text");
    console.table(new Map([["k", { a: 1, b: 2 }]]), ["b"]);
  });
  assertEquals(lines[0], `${AT}\tINFO\ttext\n`);
  assertEquals(lines[1].split("\r")[3], "│ k       │ 2 │");
});

Deno.test("the other methods of the console go through the log", () => {
  const lines = linesOf(() => {
    console.dir({ a: { b: 1 } });
    console.dir({ a: { b: 1 } }, { depth: 0 });
    console.dirxml("x", 1);
    console.count();
    console.count();
    console.count("calls");
    console.countReset();
    console.count();
    console.countReset("unknown");
    console.time("t");
    console.time("t");
    console.timeLog("t", { at: 1 });
    console.timeEnd("t");
    console.timeEnd("t");
    console.assert(true, "not written");
    console.assert(false);
    console.assert(false, "order %d", 7);
    console.assert(false, { a: 1 });
    console.group("outer", 1);
    console.groupCollapsed("inner");
    console.log("within");
    console.groupEnd();
    console.groupEnd();
  });
  assertEquals(lines.map((line) => line.slice(AT.length + 1, -1)), [
    "INFO\t{ a: { b: 1 } }",
    `INFO\t${Deno.inspect({ a: { b: 1 } }, { depth: 0 })}`,
    "INFO\tx 1",
    "INFO\tdefault: 1",
    "INFO\tdefault: 2",
    "INFO\tcalls: 1",
    "INFO\tdefault: 1",
    "WARN\tCount for 'unknown' does not exist",
    "WARN\tTimer 't' already exists",
    "INFO\tt: 0ms { at: 1 }",
    "INFO\tt: 0ms",
    "WARN\tTimer 't' does not exist",
    "ERROR\tAssertion failed",
    "ERROR\tAssertion failed: order 7",
    "ERROR\tAssertion failed: { a: 1 }",
    "INFO\touter 1",
    "INFO\tinner",
    "INFO\twithin",
  ]);
});

Deno.test("no method of the console throws, whatever it is given", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const evil = {
    toJSON() {
      throw new Error("not to be asked");
    },
    toString() {
      throw new Error("not to be asked");
    },
    get [Symbol.toStringTag]() {
      throw new Error("not to be asked");
    },
  };
  for (const format of ["line", "json"] as const) {
    for (const value of [proxy, evil, [proxy], { evil }, cycle]) {
      const label = value as unknown as string;
      const records = recordsOf(format, () => {
        console.log(value);
        console.log("%s", value, value);
        console.dir(value);
        console.table(value);
        console.table([value]);
        console.count(label);
        console.time(label);
        console.timeEnd(label);
        console.assert(false, value);
        console.group(value);
        console.trace(value);
      });
      assertEquals(records.length, 10);
      for (const record of records) {
        assertEquals(record.split("\n").length, 2);
        if (format === "json") JSON.parse(record);
      }
    }
  }
});

Deno.test("the log survives what is nested more deeply than the stack", () => {
  for (const depth of [20_000, 100_000]) {
    const nested = JSON.parse("[".repeat(depth) + "]".repeat(depth));
    const message = messageOf(nested);
    assertMatch(message, /^\[{1000}"\[nested too deeply\]"\]+$/);
  }
});
