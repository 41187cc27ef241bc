// Copyright 2026 the Toukon Lambda authors. MIT license.

// What this project relies on in the @std packages. The same tests must pass
// with the real packages and with the stand-ins of tools/offline/std.

import * as assertions from "@std/assert";
import { assert } from "@std/assert/assert";
import { AssertionError } from "@std/assert/assertion-error";
import { assertEquals } from "@std/assert/equals";
import { assertExists } from "@std/assert/exists";
import { assertGreater } from "@std/assert/greater";
import { assertInstanceOf } from "@std/assert/instance-of";
import { assertLess } from "@std/assert/less";
import { assertLessOrEqual } from "@std/assert/less-or-equal";
import { assertMatch } from "@std/assert/match";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { parseArgs } from "@std/cli/parse-args";
import { BaseHandler } from "@std/log/base-handler";
import {
  getLevelByName,
  getLevelName,
  type LevelName,
  LogLevelNames,
  LogLevels,
} from "@std/log/levels";
import { Logger, type LoggerOptions, LogRecord } from "@std/log/logger";

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
};

for (const [what, [a, b]] of Object.entries(EQUAL)) {
  Deno.test(`assertEquals() holds for ${what}`, () => {
    assertEquals(a, b);
    assertEquals([a], [b]);
    failureOf(() => assertNotEquals(a, b));
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
  "functions": [() => {}, () => {}],
};

for (const [what, [a, b]] of Object.entries(DIFFERENT)) {
  Deno.test(`assertEquals() tells apart ${what}`, () => {
    failureOf(() => assertEquals(a, b));
    failureOf(() => assertEquals(b, a));
    failureOf(() => assertEquals({ deep: [a] }, { deep: [b] }));
    assertNotEquals(a, b);
  });
}

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
  assertStrictEquals(assertThrows(thrown, Error), error);
  const typed: TypeError = assertThrows(thrown, TypeError, "wrong");
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
  failureOf(() => assertThrows(() => 1));
  failureOf(() => assertThrows(() => 1, Error));
  failureOf(() => assertThrows(thrown, RangeError));
  failureOf(() => assertThrows(thrown, TypeError, "right"));
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
  const typed: TypeError = await assertRejects(rejected, TypeError, "wrong");
  assertStrictEquals(typed, error);
});

Deno.test("assertRejects() fails for no rejection, another class, another message", async () => {
  const rejected = () => Promise.reject(new TypeError("a wrong type"));
  await rejectionOf(() => assertRejects(() => Promise.resolve()));
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

Deno.test("assertGreater() and its like compare", () => {
  assertGreater(2, 1);
  failureOf(() => assertGreater(1, 1));
  assertLess(1, 2);
  failureOf(() => assertLess(1, 1));
  assertLessOrEqual(1, 1);
  failureOf(() => assertLessOrEqual(2, 1));
});

Deno.test("@std/assert offers the same as its parts", () => {
  assertStrictEquals(assertions.assert, assert);
  assertStrictEquals(assertions.assertEquals, assertEquals);
  assertStrictEquals(assertions.assertExists, assertExists);
  assertStrictEquals(assertions.assertGreater, assertGreater);
  assertStrictEquals(assertions.assertInstanceOf, assertInstanceOf);
  assertStrictEquals(assertions.AssertionError, AssertionError);
  assertStrictEquals(assertions.assertLess, assertLess);
  assertStrictEquals(assertions.assertLessOrEqual, assertLessOrEqual);
  assertStrictEquals(assertions.assertMatch, assertMatch);
  assertStrictEquals(assertions.assertNotEquals, assertNotEquals);
  assertStrictEquals(assertions.assertRejects, assertRejects);
  assertStrictEquals(assertions.assertStrictEquals, assertStrictEquals);
  assertStrictEquals(assertions.assertStringIncludes, assertStringIncludes);
  assertStrictEquals(assertions.assertThrows, assertThrows);
});

Deno.test("parseArgs() types declared options", () => {
  const args = parseArgs(
    ["--event", "a.json", "--port=8080", "--help", "rest"],
    { string: ["event", "port", "host"], boolean: ["help", "verbose"] },
  );
  const event: string | undefined = args.event;
  const help: boolean = args.help;
  const rest: Array<string | number> = args._;
  assertEquals(
    { event, help, rest, port: args.port, verbose: args.verbose },
    {
      event: "a.json",
      help: true,
      rest: ["rest"],
      port: "8080",
      verbose: false,
    },
  );
  assertEquals(args.host, undefined);
});

Deno.test("parseArgs() reads the value of a boolean", () => {
  const options = { boolean: ["a", "b", "c", "d"] };
  assertEquals<unknown>(
    parseArgs(["--a=false", "--b", "false", "--c", "true", "--d=yes"], options),
    { _: [], a: false, b: false, c: true, d: true },
  );
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
  const options = { string: ["a", "d", "e"] };
  assertEquals<unknown>(
    parseArgs(["--a=b=c", "--d=-1", "--e=x y\nz"], options),
    { _: [], a: "b=c", d: "-1", e: "x y\nz" },
  );
});

Deno.test("parseArgs() leaves what comes after -- alone", () => {
  const options = { boolean: ["a"] };
  assertEquals<unknown>(parseArgs(["--a", "--", "--b", "c"], options), {
    _: ["--b", "c"],
    a: true,
  });
});

Deno.test("parseArgs() asks unknown about what is not declared", () => {
  const asked: unknown[] = [];
  const args = parseArgs(["--known=1", "--help", "--other=2", "-z"], {
    string: ["known"],
    boolean: ["help"],
    unknown: (arg, key) => {
      asked.push([arg, key]);
      return false;
    },
  });
  assertEquals<unknown>(args, { _: [], known: "1", help: true });
  assertEquals(asked, [["--other=2", "other"], ["-z", "z"]]);
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
  isDestroyed = false;

  override handle(record: LogRecord): void {
    this.records.push(record);
    super.handle(record);
  }

  override log(msg: string): void {
    this.lines.push(msg);
  }

  override destroy(): void {
    this.isDestroyed = true;
  }
}

function loggerTo(handler: BaseHandler, level: LevelName = "DEBUG"): Logger {
  const options: LoggerOptions = { handlers: [handler] };
  return new Logger("app", level, options);
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
  assertEquals(LogLevelNames, Object.keys(LogLevels));
});

Deno.test("getLevelByName() and getLevelName() translate levels", () => {
  assertStrictEquals(getLevelByName("WARN"), 30);
  assertStrictEquals(getLevelName(50), "CRITICAL");
  assertThrows(() => getLevelByName("TRACE" as LevelName), Error, "TRACE");
  assertThrows(() => getLevelName(5 as 10), Error, "5");
});

Deno.test("Logger passes a record to its handlers", () => {
  const handler = new Keeper("NOTSET");
  const before = Date.now();
  loggerTo(handler).warn("Disk is full", { path: "/tmp" }, 3);
  const [record] = handler.records;
  assertInstanceOf(record, LogRecord);
  assertEquals(record.msg, "Disk is full");
  assertEquals(record.args, [{ path: "/tmp" }, 3]);
  assertEquals(record.level, LogLevels.WARN);
  assertEquals(record.levelName, "WARN");
  assertEquals(record.loggerName, "app");
  assertLessOrEqual(before, record.datetime.getTime());
  assertLessOrEqual(record.datetime.getTime(), Date.now());
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
  logger.level = LogLevels.INFO;
  logger.info("kept too");
  logger.levelName = "CRITICAL";
  logger.error("dropped");
  assertEquals(handler.records.map((record) => record.msg), [
    "kept",
    "kept too",
  ]);
  assertEquals([logger.level, logger.levelName, logger.loggerName], [
    50,
    "CRITICAL",
    "app",
  ]);
  assertThrows(() => logger.level = 5 as 10, TypeError, "5");
});

Deno.test("Logger returns the message and runs a function only to log it", () => {
  const handler = new Keeper("NOTSET");
  const logger = loggerTo(handler, "INFO");
  assertStrictEquals(logger.info("text"), "text");
  assertStrictEquals(logger.debug("text"), "text");
  assertStrictEquals(logger.info(() => 5), 5);
  const asked: string[] = [];
  assertStrictEquals(logger.debug(() => asked.push("asked")), undefined);
  assertEquals(asked, []);
  assertEquals(handler.lines, ["INFO text", "INFO 5"]);
});

Deno.test("Logger writes messages of every type as text", () => {
  const handler = new Keeper("NOTSET");
  const logger = loggerTo(handler);
  const error = new Error("broken");
  logger.info(null);
  logger.info(undefined);
  logger.info(12n);
  logger.info(true);
  logger.info({ a: "x", b: { c: 1 } });
  logger.info([1, "2"]);
  logger.info(error);
  assertEquals(handler.records.map((record) => record.msg), [
    "null",
    "undefined",
    "12",
    "true",
    `{"a":"x","b":{"c":1}}`,
    `{"0":1,"1":"2"}`,
    error.stack,
  ]);
});

Deno.test("Logger without handlers logs nowhere", () => {
  const logger = new Logger("app", "DEBUG");
  assertEquals(logger.handlers, []);
  assertStrictEquals(logger.error("lost"), "lost");
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
  record.datetime.setTime(0);
  assertEquals(record.args, [1]);
  assertGreater(record.datetime.getTime(), 0);
});

Deno.test("BaseHandler drops what is below its level", () => {
  const handler = new Keeper("ERROR");
  const logger = loggerTo(handler);
  logger.warn("dropped");
  logger.error("kept");
  handler.level = LogLevels.WARN;
  logger.warn("kept");
  handler.levelName = "CRITICAL";
  logger.error("dropped");
  assertEquals(handler.lines, ["ERROR kept", "WARN kept"]);
  assertEquals([handler.level, handler.levelName], [50, "CRITICAL"]);
});

Deno.test("BaseHandler formats with the formatter that it is given", () => {
  const handler = new Keeper("NOTSET", {
    formatter: (record) => `${record.loggerName}: ${record.msg}`,
  });
  loggerTo(handler).info("text");
  handler.formatter = ({ msg }) => msg.toUpperCase();
  loggerTo(handler).info("text");
  assertEquals(handler.lines, ["app: text", "TEXT"]);
});

Deno.test("BaseHandler formats as a subclass says", () => {
  class Shouting extends Keeper {
    override format(record: LogRecord): string {
      return `${super.format(record)}!`;
    }
  }
  const handler = new Shouting("NOTSET");
  loggerTo(handler).info("text");
  assertEquals(handler.lines, ["INFO text!"]);
});

Deno.test("BaseHandler is destroyed when it is disposed of", () => {
  const handler = new Keeper("NOTSET");
  handler.setup();
  {
    using _scope = handler;
  }
  assert(handler.isDestroyed);
});

Deno.test("BaseHandler refuses levels that do not exist", () => {
  assertThrows(() => new Keeper("TRACE" as LevelName), Error, "TRACE");
});
