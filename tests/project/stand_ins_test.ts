// Copyright 2026 the Toukon Lambda authors. MIT license.

// What this project relies on in the @std packages. The same tests must pass
// with the real packages and with the stand-ins of tools/offline/std.

import * as assertions from "@std/assert";
import { assertArrayIncludes } from "@std/assert/array-includes";
import { assert } from "@std/assert/assert";
import { AssertionError } from "@std/assert/assertion-error";
import { equal } from "@std/assert/equal";
import { assertEquals } from "@std/assert/equals";
import { assertExists } from "@std/assert/exists";
import { fail } from "@std/assert/fail";
import { assertGreater } from "@std/assert/greater";
import { assertGreaterOrEqual } from "@std/assert/greater-or-equal";
import { assertInstanceOf } from "@std/assert/instance-of";
import { assertIsError } from "@std/assert/is-error";
import { assertLess } from "@std/assert/less";
import { assertLessOrEqual } from "@std/assert/less-or-equal";
import { assertMatch } from "@std/assert/match";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertObjectMatch } from "@std/assert/object-match";
import { assertRejects } from "@std/assert/rejects";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { parseArgs } from "@std/cli/parse-args";
import { BaseHandler } from "@std/log/base-handler";
import { type LevelName, LogLevels } from "@std/log/levels";
import { Logger, LogRecord } from "@std/log/logger";

/**
 * Runs what must fail, without an assertion of the package that is tested:
 * one that never fails would let every other test pass.
 */
function failureOf(fn: () => unknown): AssertionError {
  try {
    fn();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error("The assertion did not fail");
}

async function rejectionOf(fn: () => Promise<unknown>): Promise<Error> {
  try {
    await fn();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error("The assertion did not fail");
}

Deno.test("assert() takes what is truthy", () => {
  assert(1);
  assert({});
  failureOf(() => assert(0));
  failureOf(() => assert(""));
  if (failureOf(() => assert(null, "no luck")).message !== "no luck") {
    throw new Error("The message is lost");
  }
});

Deno.test("AssertionError carries its name, message and cause", () => {
  const cause = new Error("why");
  const error = new AssertionError("what", { cause });
  assertStrictEquals(error.name, "AssertionError");
  assertStrictEquals(error.message, "what");
  assertStrictEquals(error.cause, cause);
  assert(error instanceof Error);
});

class Point {
  readonly #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

class Point3 extends Point {}

const KEY = Symbol("key");

const EQUAL: Record<string, [unknown, unknown]> = {
  "numbers": [1, 1],
  "NaN": [NaN, NaN],
  "0 and -0": [0, -0],
  "objects with keys in another order": [{ a: 1, b: [2] }, { b: [2], a: 1 }],
  "an object without a prototype": [
    Object.assign(Object.create(null), { a: 1 }),
    { a: 1 },
  ],
  "symbol keys": [{ [KEY]: 1 }, { [KEY]: 1 }],
  "dates": [new Date(5), new Date(5)],
  "invalid dates": [new Date(NaN), new Date(NaN)],
  "regular expressions": [/a/g, /a/g],
  "URLs": [new URL("http://a/b"), new URL("http://a/b")],
  "search parameters": [
    new URLSearchParams("a=1&b=2"),
    new URLSearchParams("a=1&b=2"),
  ],
  "sets in another order": [new Set([1, 2]), new Set([2, 1])],
  "sets of objects": [
    new Set([{ a: 1 }, { b: 2 }]),
    new Set([{ b: 2 }, { a: 1 }]),
  ],
  "maps in another order": [
    new Map([["a", { n: 1 }], ["b", { n: 2 }]]),
    new Map([["b", { n: 2 }], ["a", { n: 1 }]]),
  ],
  "maps with objects as keys": [
    new Map([[{ k: 1 }, 1]]),
    new Map([[{ k: 1 }, 1]]),
  ],
  "bytes": [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  "NaN among numbers": [new Float64Array([NaN]), new Float64Array([NaN])],
  "buffers": [new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
  "private state": [new Point(1), new Point(1)],
};

for (const [what, [a, b]] of Object.entries(EQUAL)) {
  Deno.test(`assertEquals() holds for ${what}`, () => {
    assertEquals(a, b);
    assertEquals([a], [b]);
    failureOf(() => assertNotEquals(a, b));
    assert(equal(a, b));
  });
}

const DIFFERENT: Record<string, [unknown, unknown]> = {
  "a number and its text": [1, "1"],
  "null and undefined": [null, undefined],
  "null and an object": [null, {}],
  "undefined under a key and no key": [{ a: undefined }, {}],
  "undefined under different keys": [{ a: undefined }, { b: undefined }],
  "an object with one more key": [{ a: 1, b: 2 }, { a: 1 }],
  "arrays in another order": [[1, 2], [2, 1]],
  "an array and one more member": [[1], [1, 2]],
  "an array and an object": [[], {}],
  "different symbols as keys": [{ [Symbol("k")]: 1 }, { [Symbol("k")]: 1 }],
  "dates": [new Date(5), new Date(6)],
  "a date and an invalid one": [new Date(5), new Date(NaN)],
  "flags of regular expressions": [/a/g, /a/i],
  "URLs": [new URL("http://a/b"), new URL("http://a/c")],
  "sets": [new Set([1]), new Set([2])],
  "sets of objects": [
    new Set([{ a: 1 }, { b: 2 }]),
    new Set([{ a: 1 }, { b: 3 }]),
  ],
  "the values of maps": [new Map([["a", 1]]), new Map([["a", 2]])],
  "the keys of maps": [new Map([["a", 1]]), new Map([["b", 1]])],
  "a set and a map": [new Set(), new Map()],
  "bytes": [new Uint8Array([1]), new Uint8Array([2])],
  "kinds of bytes": [new Uint8Array([1]), new Int8Array([1])],
  "buffers": [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
  "private state": [new Point(1), new Point(2)],
  "classes": [new Point(1), new Point3(1)],
  "an instance and a plain object": [new Point(1), { x: 1 }],
  "functions": [() => {}, () => {}],
};

for (const [what, [a, b]] of Object.entries(DIFFERENT)) {
  Deno.test(`assertEquals() tells apart ${what}`, () => {
    failureOf(() => assertEquals(a, b));
    failureOf(() => assertEquals(b, a));
    failureOf(() => assertEquals({ deep: [a] }, { deep: [b] }));
    assertNotEquals(a, b);
    assert(!equal(a, b));
  });
}

Deno.test("assertEquals() ends on circular values", () => {
  const a: { me?: unknown; n: number } = { n: 1 };
  const b: { me?: unknown; n: number } = { n: 1 };
  const c: { me?: unknown; n: number } = { n: 2 };
  a.me = a;
  b.me = b;
  c.me = c;
  assertEquals(a, b);
  failureOf(() => assertEquals(a, c));
});

Deno.test("assertEquals() shows both values and the caller's words", () => {
  const { message } = failureOf(() =>
    assertEquals({ same: 1, name: "found" }, { same: 1, name: "wanted" }, "Hm")
  );
  // Real diffs colour words, so that only single words are sure to be whole.
  assertStringIncludes(message, "Hm");
  assertStringIncludes(message, "found");
  assertStringIncludes(message, "wanted");
  assertStringIncludes(message, "same");
});

Deno.test("assertStrictEquals() wants the same value", () => {
  const value = {};
  assertStrictEquals(value, value);
  assertStrictEquals(NaN, NaN);
  failureOf(() => assertStrictEquals({}, {}));
  failureOf(() => assertStrictEquals(0, -0));
  assertStringIncludes(
    failureOf(() => assertStrictEquals(1, 2, "Hm")).message,
    "Hm",
  );
});

Deno.test("assertThrows() returns what was thrown", () => {
  const error = new TypeError("a wrong type");
  const thrown = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(thrown), error);
  assertStrictEquals(assertThrows(thrown, "Hm"), error);
  assertStrictEquals(assertThrows(thrown, Error), error);
  const typed: TypeError = assertThrows(thrown, TypeError, "wrong", "Hm");
  assertStrictEquals(typed, error);
});

Deno.test("assertThrows() returns what is thrown without being an error", () => {
  assertStrictEquals(
    assertThrows(() => {
      throw "text";
    }),
    "text",
  );
});

Deno.test("assertThrows() fails for no error, another class, another message", () => {
  const thrown = () => {
    throw new TypeError("a wrong type");
  };
  assertStringIncludes(
    failureOf(() => assertThrows(() => 1, "Hm")).message,
    "Hm",
  );
  failureOf(() => assertThrows(() => 1, Error, "", "Hm"));
  failureOf(() => assertThrows(thrown, RangeError));
  assertStringIncludes(
    failureOf(() => assertThrows(thrown, TypeError, "right", "Hm")).message,
    "Hm",
  );
  failureOf(() =>
    assertThrows(() => {
      throw "text";
    }, Error)
  );
});

Deno.test("assertRejects() resolves to what was rejected with", async () => {
  const error = new TypeError("a wrong type");
  const rejected = () => Promise.reject(error);
  assertStrictEquals(await assertRejects(rejected), error);
  assertStrictEquals(await assertRejects(rejected, "Hm"), error);
  const typed: TypeError = await assertRejects(rejected, TypeError, "wrong");
  assertStrictEquals(typed, error);
});

Deno.test("assertRejects() fails for no rejection, another class, another message", async () => {
  const rejected = () => Promise.reject(new TypeError("a wrong type"));
  const failure = await rejectionOf(() =>
    assertRejects(() => Promise.resolve(), "Hm")
  );
  assertStringIncludes(failure.message, "Hm");
  await rejectionOf(() => assertRejects(rejected, RangeError));
  await rejectionOf(() => assertRejects(rejected, TypeError, "right"));
  await rejectionOf(() => assertRejects(() => Promise.reject("text"), Error));
});

Deno.test("assertRejects() fails for a function that throws at once", async () => {
  await rejectionOf(() =>
    assertRejects(() => {
      throw new Error("at once");
    })
  );
});

Deno.test("assertIsError() looks at the class and the message", () => {
  assertIsError(new TypeError("a wrong type"), TypeError, "wrong");
  assertIsError(new TypeError("a wrong type"), Error, /^a wrong/);
  failureOf(() => assertIsError("text"));
  failureOf(() => assertIsError(new Error("x"), TypeError));
  failureOf(() => assertIsError(new Error("x"), Error, "y"));
  failureOf(() => assertIsError(new Error("x"), Error, /y/));
});

Deno.test("assertMatch() and assertStringIncludes() look into a text", () => {
  assertMatch("abc", /b/);
  failureOf(() => assertMatch("abc", /d/));
  assertStringIncludes("abc", "bc");
  failureOf(() => assertStringIncludes("abc", "d"));
});

Deno.test("assertInstanceOf() narrows to the class", () => {
  const value: unknown = new Point(3);
  assertInstanceOf(value, Point);
  assertStrictEquals(value.x, 3);
  failureOf(() => assertInstanceOf(value, Point3));
  failureOf(() => assertInstanceOf(null, Point));
});

Deno.test("assertExists() narrows to what is there", () => {
  const value: string | undefined = ["a"].at(0);
  assertExists(value);
  assertStrictEquals(value.length, 1);
  assertExists(0);
  assertExists("");
  failureOf(() => assertExists(null));
  failureOf(() => assertExists(undefined));
});

Deno.test("fail() fails with the caller's words", () => {
  assertStringIncludes(failureOf(() => fail("Hm")).message, "Hm");
  failureOf(() => fail());
});

Deno.test("assertGreater() and its like compare", () => {
  assertGreater(2, 1);
  failureOf(() => assertGreater(1, 1));
  assertGreaterOrEqual(1, 1);
  failureOf(() => assertGreaterOrEqual(0, 1));
  assertLess(1, 2);
  failureOf(() => assertLess(1, 1));
  assertLessOrEqual(1, 1);
  failureOf(() => assertLessOrEqual(2, 1));
});

Deno.test("assertArrayIncludes() finds members that are deeply equal", () => {
  assertArrayIncludes([{ a: 1 }, { b: 2 }], [{ b: 2 }]);
  assertArrayIncludes([1], []);
  failureOf(() => assertArrayIncludes([{ a: 1 }], [{ a: 2 }]));
});

Deno.test("assertObjectMatch() looks at what is expected only", () => {
  const actual = {
    name: "x",
    extra: true,
    deep: { a: 1, b: 2 },
    list: [{ a: 1, b: 2 }, 3],
    when: /x/,
    map: new Map([["a", { n: 1, m: 2 }], ["b", { n: 2, m: 2 }]]),
    set: new Set([1, 2]),
    point: new Point(1),
  };
  assertObjectMatch(actual, { name: "x" });
  assertObjectMatch(actual, { deep: { b: 2 } });
  assertObjectMatch(actual, { list: [{ a: 1 }, 3] });
  assertObjectMatch(actual, { list: [{ a: 1 }] });
  assertObjectMatch(actual, { when: /x/ });
  assertObjectMatch(actual, { map: new Map([["a", { n: 1 }]]) });
  assertObjectMatch(actual, { set: new Set([2]) });
  failureOf(() => assertObjectMatch(actual, { name: "y" }));
  failureOf(() => assertObjectMatch(actual, { missing: 1 }));
  failureOf(() => assertObjectMatch(actual, { missing: undefined }));
  failureOf(() => assertObjectMatch(actual, { deep: { c: 1 } }));
  failureOf(() => assertObjectMatch(actual, { deep: 1 }));
  failureOf(() => assertObjectMatch(actual, { list: [{ a: 2 }] }));
  failureOf(() => assertObjectMatch(actual, { list: [{ a: 1 }, 3, 4] }));
  failureOf(() => assertObjectMatch(actual, { when: /y/ }));
  failureOf(() =>
    assertObjectMatch(actual, { map: new Map([["a", { n: 2 }]]) })
  );
  failureOf(() => assertObjectMatch(actual, { set: new Set([3]) }));
});

Deno.test("assertObjectMatch() ends on circular values", () => {
  const actual: Record<string, unknown> = { n: 1 };
  actual.me = actual;
  const expected: Record<string, unknown> = { n: 1 };
  expected.me = expected;
  assertObjectMatch(actual, expected);
  failureOf(() => assertObjectMatch({ ...actual, n: 2 }, expected));
});

Deno.test("@std/assert offers the same as its parts", () => {
  assertStrictEquals(assertions.assert, assert);
  assertStrictEquals(assertions.assertArrayIncludes, assertArrayIncludes);
  assertStrictEquals(assertions.assertEquals, assertEquals);
  assertStrictEquals(assertions.assertExists, assertExists);
  assertStrictEquals(assertions.assertGreater, assertGreater);
  assertStrictEquals(assertions.assertGreaterOrEqual, assertGreaterOrEqual);
  assertStrictEquals(assertions.assertInstanceOf, assertInstanceOf);
  assertStrictEquals(assertions.assertIsError, assertIsError);
  assertStrictEquals(assertions.AssertionError, AssertionError);
  assertStrictEquals(assertions.assertLess, assertLess);
  assertStrictEquals(assertions.assertLessOrEqual, assertLessOrEqual);
  assertStrictEquals(assertions.assertMatch, assertMatch);
  assertStrictEquals(assertions.assertNotEquals, assertNotEquals);
  assertStrictEquals(assertions.assertObjectMatch, assertObjectMatch);
  assertStrictEquals(assertions.assertRejects, assertRejects);
  assertStrictEquals(assertions.assertStrictEquals, assertStrictEquals);
  assertStrictEquals(assertions.assertStringIncludes, assertStringIncludes);
  assertStrictEquals(assertions.assertThrows, assertThrows);
  assertStrictEquals(assertions.equal, equal);
  assertStrictEquals(assertions.fail, fail);
});

Deno.test("parseArgs() guesses without options", () => {
  assertEquals<unknown>(
    parseArgs(["--foo", "--bar=baz", "--n", "5", "./quux.txt", "-v", "7"]),
    { _: ["./quux.txt"], foo: true, bar: "baz", n: 5, v: 7 },
  );
  assertEquals<unknown>(parseArgs(["a", "1", "0x10", "1e3", "-"]), {
    _: ["a", 1, 16, 1000, "-"],
  });
  assertEquals<unknown>(parseArgs([]), { _: [] });
});

Deno.test("parseArgs() types declared options", () => {
  const args = parseArgs(
    ["--event", "a.json", "--port", "8080", "--help", "rest"],
    {
      string: ["event", "port", "host"],
      boolean: ["help", "verbose"],
      default: { host: "localhost" },
    },
  );
  const event: string | undefined = args.event;
  const host: string = args.host;
  const help: boolean = args.help;
  const rest: Array<string | number> = args._;
  assertEquals(
    { event, host, help, rest, port: args.port, verbose: args.verbose },
    {
      event: "a.json",
      host: "localhost",
      help: true,
      rest: ["rest"],
      port: "8080",
      verbose: false,
    },
  );
});

Deno.test("parseArgs() takes one name as well as a list", () => {
  const args = parseArgs(["--id", "007", "--dry", "x"], {
    string: "id",
    boolean: "dry",
  });
  assertEquals<unknown>(args, { _: ["x"], id: "007", dry: true });
});

Deno.test("parseArgs() reads the value of a boolean", () => {
  const options = { boolean: ["a", "b", "c", "d"] };
  assertEquals<unknown>(
    parseArgs(["--a=false", "--b", "false", "--c", "true", "--d=yes"], options),
    { _: [], a: false, b: false, c: true, d: true },
  );
});

Deno.test("parseArgs() with boolean true gives no option the next argument", () => {
  assertEquals<unknown>(parseArgs(["--a", "b", "--c=d"], { boolean: true }), {
    _: ["b"],
    a: true,
    c: "d",
  });
});

Deno.test("parseArgs() gives a string without a value an empty one", () => {
  const options = { string: ["a", "b"] };
  assertEquals<unknown>(parseArgs(["--a", "--b"], options), {
    _: [],
    a: "",
    b: "",
  });
});

Deno.test("parseArgs() keeps what follows an equals sign whole", () => {
  assertEquals<unknown>(parseArgs(["--a=b=c", "--d=-1", "--e=x y\nz"]), {
    _: [],
    a: "b=c",
    d: -1,
    e: "x y\nz",
  });
});

Deno.test("parseArgs() reads groups of letters", () => {
  assertEquals<unknown>(parseArgs(["-abc", "-n5", "-o=out", "-x", "y"]), {
    _: [],
    a: true,
    b: true,
    c: true,
    n: 5,
    o: "out",
    x: "y",
  });
  assertEquals<unknown>(parseArgs(["-vq", "file"], { boolean: ["v", "q"] }), {
    _: ["file"],
    v: true,
    q: true,
  });
});

Deno.test("parseArgs() sets an option under all its names", () => {
  const options = {
    boolean: ["help"],
    string: ["event"],
    alias: { help: "h", event: ["e", "input"] },
  };
  assertEquals<unknown>(parseArgs(["-h", "--input", "1"], options), {
    _: [],
    help: true,
    h: true,
    event: "1",
    e: "1",
    input: "1",
  });
});

Deno.test("parseArgs() fills in defaults under all names", () => {
  const options = { alias: { port: "p" }, default: { port: 8080, x: "y" } };
  assertEquals<unknown>(parseArgs([], options), {
    _: [],
    port: 8080,
    p: 8080,
    x: "y",
  });
  assertEquals<unknown>(parseArgs(["-p", "1"], options), {
    _: [],
    port: 1,
    p: 1,
    x: "y",
  });
  assertEquals<unknown>(
    parseArgs([], { boolean: ["a"], default: { a: true } }),
    {
      _: [],
      a: true,
    },
  );
});

Deno.test("parseArgs() collects what may be repeated", () => {
  const args = parseArgs(["--env", "A=1", "--env=B=2", "--x", "1", "--x=2"], {
    string: ["env", "none"],
    collect: ["env", "none"],
  });
  const env: string[] = args.env;
  assertEquals(env, ["A=1", "B=2"]);
  assertEquals(args.none, []);
  assertEquals(args.x, 2);
});

Deno.test("parseArgs() negates only what may be negated", () => {
  const options = {
    boolean: ["color"],
    negatable: ["color"],
    default: { color: true },
  };
  assertEquals<unknown>(parseArgs(["--no-color", "x"], options), {
    _: ["x"],
    color: false,
  });
  assertEquals<unknown>(parseArgs(["--color"], options), {
    _: [],
    color: true,
  });
  assertEquals<unknown>(parseArgs(["--no-check"], options), {
    _: [],
    color: true,
    "no-check": true,
  });
});

Deno.test("parseArgs() leaves what comes after -- alone", () => {
  const args = ["--a", "--", "--b", "1"];
  assertEquals<unknown>(parseArgs(args), { _: ["--b", "1"], a: true });
  const split = parseArgs(args, { "--": true });
  const rest: string[] = split["--"];
  assertEquals(rest, ["--b", "1"]);
  assertEquals(split._, []);
});

Deno.test("parseArgs() with stopEarly leaves what follows a command alone", () => {
  assertEquals<unknown>(
    parseArgs(["--a", "b", "--c", "1"], { stopEarly: true }),
    {
      _: [],
      a: "b",
      c: 1,
    },
  );
  const options = { boolean: ["a"], stopEarly: true };
  assertEquals<unknown>(parseArgs(["--a", "run", "--c", "1"], options), {
    _: ["run", "--c", "1"],
    a: true,
  });
});

Deno.test("parseArgs() asks unknown about what is not declared", () => {
  const asked: unknown[] = [];
  const args = parseArgs(
    ["--known=1", "-h", "--other=2", "-z", "file"],
    {
      string: ["known"],
      boolean: ["help"],
      alias: { help: "h" },
      unknown: (arg, key, value) => {
        asked.push([arg, key, value]);
        return false;
      },
    },
  );
  assertEquals<unknown>(args, { _: [], known: "1", help: true, h: true });
  assertEquals(asked, [
    ["--other=2", "other", "2"],
    // A letter without a value takes the next argument.
    ["-z", "z", "file"],
  ]);
});

Deno.test("parseArgs() asks unknown about plain arguments by their text alone", () => {
  const asked: unknown[] = [];
  const args = parseArgs(["a", "b"], {
    unknown: (...given) => {
      asked.push(given);
      return given[0] === "b";
    },
  });
  assertEquals<unknown>(args, { _: ["b"] });
  assertEquals(asked, [["a"], ["b"]]);
});

/** Keeps what it is given. */
class Keeper extends BaseHandler {
  readonly records: LogRecord[] = [];
  readonly lines: string[] = [];

  override handle(record: LogRecord): void {
    this.records.push(record);
    super.handle(record);
  }

  override log(msg: string): void {
    this.lines.push(msg);
  }
}

function loggerTo(handler: BaseHandler, level: LevelName = "DEBUG"): Logger {
  return new Logger("app", level, { handlers: [handler] });
}

Deno.test("LogLevels are numbers from NOTSET to CRITICAL", () => {
  assertEquals({ ...LogLevels }, {
    NOTSET: 0,
    DEBUG: 10,
    INFO: 20,
    WARN: 30,
    ERROR: 40,
    CRITICAL: 50,
  });
});

Deno.test("Logger passes a record to its handlers", () => {
  const handler = new Keeper("NOTSET");
  loggerTo(handler).warn("Disk is full", { path: "/tmp" }, 3);
  const [record] = handler.records;
  assertInstanceOf(record, LogRecord);
  assertEquals(record.msg, "Disk is full");
  assertEquals(record.args, [{ path: "/tmp" }, 3]);
  assertEquals(record.level, LogLevels.WARN);
  assertEquals(record.levelName, "WARN");
  assertEquals(record.loggerName, "app");
});

Deno.test("Logger has a method for each level", () => {
  const handler = new Keeper("NOTSET");
  const logger = loggerTo(handler);
  logger.debug("1");
  logger.info("2");
  logger.warn("3");
  logger.error("4");
  logger.critical("5");
  assertEquals(handler.lines, [
    "DEBUG 1",
    "INFO 2",
    "WARN 3",
    "ERROR 4",
    "CRITICAL 5",
  ]);
});

Deno.test("Logger drops what is below its level", () => {
  const handler = new Keeper("NOTSET");
  const logger = loggerTo(handler, "WARN");
  logger.info("dropped");
  logger.warn("kept");
  assertEquals(handler.records.map((record) => record.msg), ["kept"]);
});

Deno.test("LogRecord gives copies of what it holds", () => {
  const args = [1];
  const record = new LogRecord({
    msg: "m",
    args,
    level: LogLevels.INFO,
    loggerName: "app",
  });
  args.push(2);
  record.args.push(3);
  assertEquals(record.args, [1]);
});

Deno.test("BaseHandler drops what is below its level", () => {
  const handler = new Keeper("ERROR");
  const logger = loggerTo(handler);
  logger.warn("dropped");
  logger.error("kept");
  assertEquals(handler.lines, ["ERROR kept"]);
  assertEquals(handler.level, LogLevels.ERROR);
});

Deno.test("BaseHandler formats with the formatter that it is given", () => {
  const handler = new Keeper("NOTSET", {
    formatter: (record) => `${record.loggerName}: ${record.msg}`,
  });
  loggerTo(handler).info("text");
  assertEquals(handler.lines, ["app: text"]);
});

Deno.test("BaseHandler and Logger refuse levels that do not exist", () => {
  assertThrows(() => new Keeper("TRACE" as LevelName), Error, "TRACE");
  assertThrows(
    () => new Logger("app", "TRACE" as LevelName),
    Error,
    "TRACE",
  );
});
