// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { LambdaLog } from "../../../runtime/log/log.ts";

/** The one line that a log in JSON writes, and what it holds. */
function entryOf(
  args: unknown[],
  fields?: Record<string, unknown>,
): Record<string, unknown> {
  let text = "";
  const stream = {
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  };
  new LambdaLog({ stream, requestId: () => "id-1", format: "json" })
    .write("INFO", args, fields);
  assertEquals(text.indexOf("\n"), text.length - 1, text);
  return JSON.parse(text);
}

function messageOf(...args: unknown[]): unknown {
  return entryOf(args).message;
}

Deno.test("toEntry() has the members of AWS's managed runtimes", () => {
  const { timestamp, ...entry } = entryOf(["paid %d", 42]);
  assertMatch(String(timestamp), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assertEquals(entry, { level: "INFO", requestId: "id-1", message: "paid 42" });
});

Deno.test("toEntry() takes a sole object for the message as it is", () => {
  class Order {
    id = 1;
    #secret = 2;
    total(): number {
      return this.#secret;
    }
  }
  const values: [value: unknown, message: unknown][] = [
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
    [[1, undefined, "x"], [1, null, "x"]],
    [new Order(), { id: 1 }],
    [new Map([["k", { v: 1n }]]), { k: { v: "1n" } }],
    [new Map([[1, "one"]]), [[1, "one"]]],
    [new Set([1, "x"]), [1, "x"]],
    [{ at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    [{ at: new Date(NaN) }, { at: "Invalid Date" }],
    [{ n: NaN, i: -Infinity, u: undefined }, { n: "NaN", i: "-Infinity" }],
    [{ url: new URL("https://example.com/a") }, {
      url: "https://example.com/a",
    }],
    [{ headers: new Headers({ a: "b" }) }, {
      headers: 'Headers { a: "b" }',
    }],
    [{ bytes: new Uint8Array([1, 2]) }, { bytes: "Uint8Array(2) [ 1, 2 ]" }],
    [{}, {}],
    [Object.create(null), {}],
    [null, "null"],
    [1, "1"],
    [1n, "1n"],
    [Symbol("x"), "Symbol(x)"],
    [undefined, "undefined"],
  ];
  for (const [value, message] of values) {
    assertEquals(messageOf(value), message, Deno.inspect(value));
  }
});

Deno.test("toEntry() takes a sole error for its fields, and those of its cause", () => {
  const error = Object.assign(
    new TypeError("declined", { cause: new RangeError("no funds") }),
    { orderId: 42 },
  );
  const message = messageOf(error) as Record<string, unknown>;
  assertEquals(message.errorType, "TypeError");
  assertEquals(message.errorMessage, "declined");
  assertEquals(message.orderId, 42);
  assertMatch((message.stackTrace as string[])[0], /json_entry_test\.ts/);
  const cause = message.cause as Record<string, unknown>;
  assertEquals([cause.errorType, cause.errorMessage], [
    "RangeError",
    "no funds",
  ]);
});

Deno.test("toEntry() adds the fields of the first error among several arguments", () => {
  const entry = entryOf(["not paid:", new TypeError("declined"), new Error()]);
  assertMatch(String(entry.message), /^not paid: TypeError: declined\n/);
  assertEquals([entry.errorType, entry.errorMessage], [
    "TypeError",
    "declined",
  ]);
  assertMatch((entry.stackTrace as string[])[0], /json_entry_test\.ts/);
});

Deno.test("toEntry() never throws and leaves nothing out, whatever it is given", () => {
  const cycle: Record<string, unknown> = { name: "cycle" };
  cycle.self = cycle;
  assertEquals(messageOf(cycle), { name: "cycle", self: "[Circular]" });
  const evil = {
    get secret(): never {
      throw new Error("not to be read");
    },
    fine: 1,
  };
  assertEquals(messageOf(evil), { secret: "[reading it threw]", fine: 1 });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(typeof messageOf(proxy), "string");
  const toJSON = () => {
    throw new Error("not to be called");
  };
  assertEquals(typeof messageOf({ toJSON }), "string");
  let deep: unknown = "bottom";
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assertEquals(typeof messageOf(deep), "string");
  const long = { text: "x".repeat(200_000), items: Array(1_000).fill(1) };
  assertEquals(messageOf(long), long);
});

Deno.test("toEntry() keeps line breaks, control characters and lone surrogates in one line", () => {
  const text = "a\nb\r\u0000\u2028\ud800\u007f";
  assertEquals(messageOf(text), text);
  assertEquals(messageOf({ text }), { text });
});

Deno.test("toEntry() has further fields beside its own, which they cannot replace", () => {
  const { orderId, level, tags } = entryOf(["paid"], {
    orderId: 42,
    level: "mine",
    tags: new Set(["a"]),
  });
  assertEquals([orderId, level, tags], [42, "INFO", ["a"]]);
});
