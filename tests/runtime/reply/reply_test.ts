// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertInstanceOf } from "@std/assert/instance-of";
import { assertThrows } from "@std/assert/throws";
import { toReply } from "../../../runtime/reply/reply.ts";
import { RuntimeError } from "../../../runtime/failure/errors.ts";

/** The most that Lambda takes: 6 MiB and 100 bytes. */
const MAX_REPLY_BYTES = 6_291_556;

/** The JSON that is sent for the value. */
async function jsonOf(value: unknown): Promise<string> {
  const { body, contentType } = toReply(value);
  assertEquals(contentType, "application/json");
  return await new Response(body).text();
}

/** The bytes that are sent for the value. */
async function bytesOf(value: unknown): Promise<number[]> {
  const { body, contentType } = toReply(value);
  assertEquals(contentType, "application/octet-stream");
  return [...await new Response(body).bytes()];
}

/** Why JSON cannot carry the value. */
function problemOf(value: unknown): string {
  const error = assertThrows(() => toReply(value), RuntimeError);
  assertEquals(error.name, "Runtime.MarshalError");
  const start = "Cannot send the reply as JSON: ";
  assert(error.message.startsWith(start));
  return error.message.slice(start.length);
}

function refuse(): never {
  throw new Error("not now");
}

Deno.test("toReply() sends JSON", async () => {
  const value = { text: "é🔥", list: [1, null, true], at: new Date(0) };
  assertEquals(
    await jsonOf(value),
    '{"text":"é🔥","list":[1,null,true],"at":"1970-01-01T00:00:00.000Z"}',
  );
  assertEquals(await jsonOf("text"), '"text"');
  assertEquals(await jsonOf(""), '""');
  assertEquals(await jsonOf(0), "0");
  assertEquals(await jsonOf(false), "false");
});

Deno.test("toReply() sends null for what JSON has no value for", async () => {
  for (const value of [undefined, null, NaN, Infinity, new Date(NaN)]) {
    assertEquals(await jsonOf(value), "null");
  }
  assertEquals(await jsonOf({ toJSON: () => undefined }), "null");
});

Deno.test("toReply() leaves out and nulls members as JSON.stringify does", async () => {
  const value = {
    none: undefined,
    call: () => {},
    mark: Symbol("mark"),
    list: [undefined, () => {}, Symbol("mark"), NaN],
    map: new Map([["a", 1]]),
  };
  assertEquals(await jsonOf(value), '{"list":[null,null,null,null],"map":{}}');
});

Deno.test("toReply() sends lone surrogates escaped", async () => {
  assertEquals(await jsonOf("\ud83d"), '"\\ud83d"');
});

Deno.test("toReply() sends bytes as they are, in whatever holds them", async () => {
  const bytes = new Uint8Array([0, 255, 10, 13]);
  const { buffer } = bytes;
  const holders = [
    bytes,
    buffer,
    new DataView(buffer),
    new Uint8ClampedArray(buffer),
    new Uint16Array(buffer),
  ];
  for (const holder of holders) {
    assertEquals(await bytesOf(holder), [0, 255, 10, 13]);
  }
  assertEquals(await bytesOf(new Uint8Array()), []);
});

Deno.test("toReply() sends of a part of memory that part only", async () => {
  const { buffer } = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals(await bytesOf(new Uint8Array(buffer).subarray(2, 4)), [3, 4]);
  assertEquals(await bytesOf(new DataView(buffer, 5, 2)), [6, 7]);
  assertEquals(await bytesOf(new Uint16Array(buffer, 6, 1)), [7, 8]);
});

Deno.test("toReply() does not copy bytes that fetch takes", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const { body } = toReply(bytes);
  assertInstanceOf(body, Uint8Array);
  assertEquals(body.buffer, bytes.buffer);
  bytes[0] = 9;
  assertEquals(body[0], 9);
});

Deno.test("toReply() sends a copy of shared memory, which fetch refuses", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set([1, 2, 3, 4]);
  const { body } = toReply(shared.subarray(1, 3));
  assertInstanceOf(body, Uint8Array);
  assertInstanceOf(body.buffer, ArrayBuffer);
  shared.fill(0);
  assertEquals([...await new Response(body).bytes()], [2, 3]);
});

Deno.test("toReply() refuses a function and a symbol", () => {
  assertEquals(problemOf(() => {}), "it is a function");
  assertEquals(problemOf(class {}), "it is a function");
  assertEquals(problemOf(Symbol("mark")), "it is a symbol");
});

Deno.test("toReply() names the place of a BigInt", () => {
  const found: [value: unknown, problem: string][] = [
    [1n, "reply is a BigInt"],
    [[[0, 1n]], "reply[0][1] is a BigInt"],
    [{ order: { items: [{ id: 1n }] } }, "reply.order.items[0].id is a BigInt"],
    [{ "two words": 1n }, 'reply["two words"] is a BigInt'],
    [{ 'a"b': 1n }, 'reply["a\\"b"] is a BigInt'],
    [{ "1a": 1n }, 'reply["1a"] is a BigInt'],
    [{ "": 1n }, 'reply[""] is a BigInt'],
    [{ $_9: { 値段: 1n } }, "reply.$_9.値段 is a BigInt"],
    [{ toJSON: () => ({ id: 1n }) }, "reply.id is a BigInt"],
  ];
  for (const [value, problem] of found) {
    assertEquals(problemOf(value), problem);
  }
});

Deno.test("toReply() names the place of a cycle, and takes an object twice", async () => {
  const self: Record<string, unknown> = {};
  self.self = self;
  assertEquals(problemOf(self), "reply.self refers back to an outer object");
  const list: unknown[] = [1];
  list.push({ list });
  assertEquals(
    problemOf({ list }),
    "reply.list[1].list refers back to an outer object",
  );
  const shared = { a: 1 };
  assertEquals(
    problemOf({ first: shared, second: shared, third: self }),
    "reply.third.self refers back to an outer object",
  );
  assertEquals(await jsonOf([shared, shared]), '[{"a":1},{"a":1}]');
});

Deno.test("toReply() names the place of a toJSON() that throws", () => {
  assertEquals(
    problemOf({ toJSON: refuse }),
    "the toJSON() of reply threw Error: not now",
  );
  assertEquals(
    problemOf({ at: [{ toJSON: refuse }] }),
    "the toJSON() of reply.at[0] threw Error: not now",
  );
});

Deno.test("toReply() names the place of a getter that throws", () => {
  const order = Object.defineProperty({}, "total", {
    enumerable: true,
    get: refuse,
  });
  assertEquals(
    problemOf({ order }),
    "reading reply.order.total threw Error: not now",
  );
});

Deno.test("toReply() names the place of a proxy that throws", () => {
  const proxy = new Proxy({}, { ownKeys: refuse });
  assertEquals(
    problemOf({ order: proxy }),
    "listing the properties of reply.order threw Error: not now",
  );
});

Deno.test("toReply() tells of a thrown value that cannot be shown", () => {
  const value = {
    toJSON() {
      throw Object.create(null);
    },
  };
  assertEquals(
    problemOf(value),
    "the toJSON() of reply threw an error that cannot be shown",
  );
});

Deno.test("toReply() tells what JSON.stringify throws when the place is not found", () => {
  assertEquals(
    problemOf({ boxed: Object(1n) }),
    "TypeError: Do not know how to serialize a BigInt",
  );
  let calls = 0;
  const once = {
    toJSON() {
      if (calls++ === 0) refuse();
    },
  };
  assertEquals(problemOf(once), "Error: not now");
});

Deno.test("toReply() keeps what JSON.stringify has thrown as the cause", () => {
  const error = assertThrows(() => toReply({ toJSON: refuse }), RuntimeError);
  assertInstanceOf(error.cause, Error);
  assertEquals(error.cause.message, "not now");
});

Deno.test("toReply() sends what is nested deeply", async () => {
  const depth = 5_000;
  let value: unknown = [];
  for (let i = 1; i < depth; i++) value = [value];
  assertEquals(await jsonOf(value), "[".repeat(depth) + "]".repeat(depth));
});

Deno.test("toReply() gives up on what is nested too deeply, however it branches", () => {
  let value: unknown = {};
  for (let i = 0; i < 20_000; i++) {
    const inner = value;
    value = {
      get left() {
        return inner;
      },
      get right() {
        return inner;
      },
    };
  }
  assertEquals(problemOf(value), "it is nested too deeply to tell where");
});

Deno.test("toReply() takes text up to the limit, counted in bytes of UTF-8", async () => {
  const withoutQuotes = MAX_REPLY_BYTES - 2;
  for (
    const [char, bytes] of [["x", 1], ["é", 2], ["あ", 3], ["🔥", 4]] as const
  ) {
    const text = char.repeat(withoutQuotes / bytes) +
      "x".repeat(withoutQuotes % bytes);
    const { body } = toReply(text);
    const sent = await new Response(body).bytes();
    assertEquals(sent.length, MAX_REPLY_BYTES);
    assert(new TextDecoder().decode(sent) === `"${text}"`);
    const error = assertThrows(() => toReply(text + "x"), RuntimeError);
    assertEquals(error.name, "Function.ResponseSizeTooLarge");
    assertEquals(
      error.message,
      "Cannot send the reply: it is 6291557 bytes and Lambda takes at most 6291556: put large results into S3 and return their address",
    );
  }
});

Deno.test("toReply() takes bytes up to the limit", () => {
  const largest = new Uint8Array(MAX_REPLY_BYTES);
  assertEquals(toReply(largest).body.length, MAX_REPLY_BYTES);
  for (
    const tooLarge of [
      new ArrayBuffer(MAX_REPLY_BYTES + 1),
      new Uint8Array(MAX_REPLY_BYTES + 1),
    ]
  ) {
    const error = assertThrows(() => toReply(tooLarge), RuntimeError);
    assertEquals(error.name, "Function.ResponseSizeTooLarge");
  }
  const part = new Uint8Array(MAX_REPLY_BYTES + 1).subarray(1);
  assertEquals(toReply(part).body.length, MAX_REPLY_BYTES);
});
