// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertExists } from "@std/assert/exists";
import { assertLess } from "@std/assert/less";
import { assertMatch } from "@std/assert/match";
import {
  type ErrorDocument,
  formatErrorDocument,
  toErrorDocument,
  toFailure,
} from "../../../runtime/failure/failure.ts";
import { RuntimeError } from "../../../runtime/failure/errors.ts";
import { toXrayCause } from "../../../runtime/failure/xray.ts";

/** The document without its stack, which tells where this file has a line. */
function told(thrown: unknown): Omit<ErrorDocument, "stackTrace"> {
  const { stackTrace: _, ...rest } = toErrorDocument(thrown);
  return rest;
}

class PaymentError extends Error {
  override name = "PaymentError";
}

Deno.test("toErrorDocument() tells class, message and frames of an error", () => {
  const { stackTrace, ...rest } = toErrorDocument(new TypeError("no funds"));
  assertEquals(rest, { errorType: "TypeError", errorMessage: "no funds" });
  assertMatch(stackTrace[0], /^at .*failure\/failure_test\.ts:\d+:\d+\)?$/);
  assert(stackTrace.every((frame) => frame.startsWith("at ")));
});

Deno.test("toErrorDocument() takes the name of a subclass that sets it", () => {
  assertEquals(told(new PaymentError("declined")), {
    errorType: "PaymentError",
    errorMessage: "declined",
  });
});

Deno.test("toErrorDocument() takes the class's name when the error's is empty", () => {
  class Minified extends Error {
    override name = "";
  }
  assertEquals(told(new Minified("m")).errorType, "Minified");
  const anonymous = Object.create(class {}.prototype, {
    constructor: { value: { name: "" } },
  });
  assertEquals(told(anonymous).errorType, "Error");
});

Deno.test("toErrorDocument() takes the class's name of an object that is no error", () => {
  class Problem {
    readonly message = "out of stock";
  }
  assertEquals(told(new Problem()), {
    errorType: "Problem",
    errorMessage: "out of stock",
  });
  assertEquals(told({ code: 7 }), {
    errorType: "Object",
    errorMessage: "{ code: 7 }",
  });
});

Deno.test("toErrorDocument() tells type and text of what is no object", () => {
  const expected: [thrown: unknown, type: string, message: string][] = [
    ["only text", "string", "only text"],
    ["", "string", ""],
    [null, "null", "null"],
    [undefined, "undefined", "undefined"],
    [42, "number", "42"],
    [NaN, "number", "NaN"],
    [10n, "bigint", "10"],
    [false, "boolean", "false"],
    [Symbol("mark"), "symbol", "Symbol(mark)"],
  ];
  for (const [thrown, errorType, errorMessage] of expected) {
    assertEquals(toErrorDocument(thrown), {
      errorType,
      errorMessage,
      stackTrace: [],
    });
  }
});

Deno.test("toErrorDocument() tells the chain of causes", () => {
  const error = new Error("outer", {
    cause: new PaymentError("middle", { cause: "inner" }),
  });
  const { cause } = toErrorDocument(error);
  assertEquals(cause?.errorType, "PaymentError");
  assertEquals(cause?.errorMessage, "middle");
  assertMatch(cause!.stackTrace[0], /failure_test\.ts/);
  assertEquals(cause?.cause, {
    errorType: "string",
    errorMessage: "inner",
    stackTrace: [],
  });
});

Deno.test("toErrorDocument() tells a cause of null, and none when it is undefined", () => {
  assertEquals(told(new Error("m", { cause: null })).cause, {
    errorType: "null",
    errorMessage: "null",
    stackTrace: [],
  });
  assert(!("cause" in told(new Error("m", { cause: undefined }))));
});

Deno.test("toErrorDocument() ends where causes go in a circle", () => {
  const self = new Error("self");
  self.cause = self;
  assertEquals(told(self), { errorType: "Error", errorMessage: "self" });
  const outer = new Error("outer");
  const inner = new TypeError("inner", { cause: outer });
  outer.cause = inner;
  const { cause } = toErrorDocument(outer);
  assertEquals(cause?.errorMessage, "inner");
  assert(!("cause" in cause!));
});

Deno.test("toErrorDocument() tells five causes of a longer chain", () => {
  let error = new Error("0");
  for (let i = 1; i <= 1_000; i++) error = new Error(`${i}`, { cause: error });
  const messages = [];
  let at: ErrorDocument | undefined = toErrorDocument(error);
  for (; at; at = at.cause) messages.push(at.errorMessage);
  assertEquals(messages, ["1000", "999", "998", "997", "996", "995"]);
});

Deno.test("toErrorDocument() tells the errors of an AggregateError", () => {
  const error = new AggregateError(
    [new TypeError("first"), "second", null],
    "all failed",
  );
  const { errorType, errorMessage, errors } = toErrorDocument(error);
  assertEquals(errorType, "AggregateError");
  assertEquals(errorMessage, "all failed");
  assertEquals(errors?.map((it) => [it.errorType, it.errorMessage]), [
    ["TypeError", "first"],
    ["string", "second"],
    ["null", "null"],
  ]);
  assertMatch(errors![0].stackTrace[0], /failure_test\.ts/);
});

Deno.test("toErrorDocument() tells ten errors of a longer AggregateError", () => {
  const error = new AggregateError(Array.from({ length: 100 }, (_, i) => i));
  assertEquals(
    toErrorDocument(error).errors?.map((it) => it.errorMessage),
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  );
});

Deno.test("toErrorDocument() stays small when an AggregateError has itself in it", () => {
  const error = new AggregateError([], "itself");
  error.errors = Array(10).fill(error);
  error.cause = error;
  assertEquals(told(error), {
    errorType: "AggregateError",
    errorMessage: "itself",
    errors: [],
  });
});

Deno.test("toErrorDocument() stays small when every AggregateError has others in it", () => {
  const nest = (depth: number): Error =>
    depth === 0
      ? new Error("innermost")
      : new AggregateError(Array(10).fill(nest(depth - 1)), `depth ${depth}`);
  const json = JSON.stringify(toErrorDocument(nest(8)));
  assertLess(json.length, 1024 * 1024);
  assert(json.includes("depth 6"));
});

Deno.test("toErrorDocument() tells the errors of errors, and none below", () => {
  const third = new AggregateError([new Error("fourth")], "third");
  const second = new AggregateError([third], "second");
  const first = new AggregateError([second], "first");
  const document = toErrorDocument(first).errors?.[0].errors?.[0];
  assertEquals(document?.errorMessage, "third");
  assert(!("errors" in document!));
});

Deno.test("toErrorDocument() takes errors for no list when they are none", () => {
  const own = new Error("validation");
  Object.assign(own, { errors: [new Error("field")] });
  assert(!("errors" in toErrorDocument(own)));
  const broken = new AggregateError([]);
  Object.assign(broken, { errors: "none" });
  assert(!("errors" in toErrorDocument(broken)));
});

Deno.test("toErrorDocument() keeps DEL, newlines and non-ASCII in the message", () => {
  const message = "card\r\n declined \x7f \x00 é 🔥 \ud83d";
  const document = toErrorDocument(new Error(message));
  assertEquals(document.errorMessage, message);
  assertEquals(JSON.parse(JSON.stringify(document)), document);
});

Deno.test("toErrorDocument() does not take lines of the message for frames", () => {
  const message = "the wizard waits\n    at home (file:///home.ts:1:1)";
  const { stackTrace } = toErrorDocument(new Error(message));
  assertMatch(stackTrace[0], /failure_test\.ts/);
  assert(!stackTrace.some((frame) => frame.includes("home")));
});

Deno.test("toErrorDocument() tells the frames of an error whose message was changed", () => {
  const error = new Error("before");
  error.message = "after";
  const { errorMessage, stackTrace } = toErrorDocument(error);
  assertEquals(errorMessage, "after");
  assertMatch(stackTrace[0], /failure_test\.ts/);
});

Deno.test("toErrorDocument() shows a message that is no text", () => {
  const error = new Error();
  Object.assign(error, { message: 42, stack: undefined });
  assertMatch(told(error).errorMessage, /42/);
});

Deno.test("toErrorDocument() reads frozen errors", () => {
  const cause = Object.freeze(new TypeError("inner"));
  const error = Object.freeze(new PaymentError("outer", { cause }));
  const document = toErrorDocument(error);
  assertEquals(document.errorMessage, "outer");
  assertEquals(document.cause?.errorMessage, "inner");
});

Deno.test("toErrorDocument() reads errors through a proxy", () => {
  const document = toErrorDocument(new Proxy(new TypeError("hidden"), {}));
  assertEquals(document.errorType, "TypeError");
  assertEquals(document.errorMessage, "hidden");
});

Deno.test("toErrorDocument() tells what it can of a value that throws when it is looked at", () => {
  const refuse = () => {
    throw new Error("not to be looked at");
  };
  const proxy = new Proxy(new Error("m"), {
    get: refuse,
    has: refuse,
    getPrototypeOf: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
  });
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const { proxy: revokedFunction, revoke: revokeFunction } = Proxy.revocable(
    () => {},
    {},
  );
  revokeFunction();
  for (const thrown of [proxy, revoked, revokedFunction]) {
    const { document, type } = toFailure(thrown);
    assertEquals(document.errorType, "Error");
    assertEquals(typeof document.errorMessage, "string");
    assertEquals(document.stackTrace, []);
    assertEquals(type, "Function.Error");
    assertExists(toXrayCause(document));
  }
  const members = Object.fromEntries(
    ["name", "message", "stack", "cause", "errors", "constructor"]
      .map((name) => [name, { get: refuse }]),
  );
  const getters = Object.defineProperties(new AggregateError([]), members);
  assertEquals(toErrorDocument(getters).errorType, "Error");
  const inList = new AggregateError([]);
  inList.errors = new Proxy([], { get: refuse });
  assertEquals(toErrorDocument(inList).errorType, "AggregateError");
  const inspected = { [Symbol.for("Deno.customInspect")]: refuse };
  assertEquals(toErrorDocument(inspected).errorMessage, "");
});

Deno.test("toErrorDocument() clips a huge message, name and stack, and says so", () => {
  const error = new Error("x".repeat(10_000_000));
  error.name = "N".repeat(1_000);
  error.stack = `m\n${`    at ${"f".repeat(2_000)}\n`.repeat(5_000)}`;
  const document = toErrorDocument(error);
  assertEquals(
    document.errorMessage,
    `${"x".repeat(32_768)}… (9967232 more characters)`,
  );
  assertEquals(
    document.errorType,
    `${"N".repeat(256)}… (744 more characters)`,
  );
  assertEquals(document.stackTrace.length, 100);
  assertEquals(
    document.stackTrace[0],
    `at ${"f".repeat(1_021)}… (979 more characters)`,
  );
});

Deno.test("toFailure() names what the handler throws in the form that Lambda keeps", () => {
  const named = (name: string) => Object.assign(new Error(), { name });
  const expected: [thrown: unknown, type: string][] = [
    [new TypeError(), "Function.TypeError"],
    [new PaymentError(), "Function.PaymentError"],
    [named("payment-error 2"), "Function.Paymenterror"],
    [named("HTTP_404"), "Function.HTTP"],
    [named("エラー"), "Function.Error"],
    [named("Äpfel"), "Function.Pfel"],
    [named("e"), "Function.Error"],
    [named("t42"), "Function.Error"],
    [named("Runtime.Fake"), "Function.RuntimeFake"],
    [named("a\r\nx-injected: 1"), "Function.Axinjected"],
    ["text", "Function.String"],
    [null, "Function.Null"],
    [undefined, "Function.Undefined"],
    [1n, "Function.Bigint"],
  ];
  for (const [thrown, type] of expected) {
    assertEquals(toFailure(thrown).type, type);
    assertMatch(type, /^(Runtime|Function)\.[A-Z][a-zA-Z]+$/);
  }
});

Deno.test("toFailure() keeps the plain name in the document", () => {
  const error = Object.assign(new Error(), { name: "payment-error 2" });
  assertEquals(toFailure(error).document.errorType, "payment-error 2");
});

Deno.test("toFailure() names the runtime's own errors as they are", () => {
  const cause = new TypeError("inner");
  const error = new RuntimeError("Runtime.MarshalError", "m", { cause });
  const { type, document } = toFailure(error);
  assertEquals(type, "Runtime.MarshalError");
  assertEquals(document.errorType, "Runtime.MarshalError");
  assertEquals(document.cause?.errorType, "TypeError");
});

Deno.test("formatErrorDocument() shows message, frames, errors and causes", () => {
  const document: ErrorDocument = {
    errorType: "AggregateError",
    errorMessage: "all failed",
    stackTrace: ["at f (file:///a.ts:1:1)", "at file:///b.ts:2:2"],
    errors: [{ errorType: "string", errorMessage: "first", stackTrace: [] }],
    cause: {
      errorType: "TypeError",
      errorMessage: "why",
      stackTrace: ["at g (file:///c.ts:3:3)"],
      cause: { errorType: "null", errorMessage: "null", stackTrace: [] },
    },
  };
  assertEquals(
    formatErrorDocument(document),
    `AggregateError: all failed
    at f (file:///a.ts:1:1)
    at file:///b.ts:2:2
Error in it: string: first
Caused by: TypeError: why
    at g (file:///c.ts:3:3)
Caused by: null: null`,
  );
});

Deno.test("toErrorDocument() takes colours out of messages and frames", () => {
  const error = new TypeError("Module not found \x1b[36m./gone.ts\x1b[39m");
  const { errorMessage, stackTrace } = toErrorDocument(error);
  assertEquals(errorMessage, "Module not found ./gone.ts");
  assertMatch(stackTrace[0], /^at .*failure_test\.ts/);
});
