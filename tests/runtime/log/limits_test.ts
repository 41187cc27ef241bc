// Copyright 2026 the Toukon Lambda authors. MIT license.

// What a log does with values of any kind, and of any size.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { LambdaLog } from "../../../runtime/log/log.ts";
import { info } from "../../../runtime/log/mod.ts";
import { NO_ORIGIN } from "../../support/origin.ts";
import { createRandom } from "../../support/random.ts";
import { recordsOf } from "../../support/records.ts";

const MAX_BYTES = 256 * 1024;
const VALUES = Number(Deno.env.get("LOG_VALUES") ?? 100_000);

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Asserts that it is one line within the limit, and gives the record. */
function oneRecord(format: "json" | "line", write: () => void): string {
  const records = recordsOf(format, write);
  assertEquals(records.length, 1);
  assertEquals(records[0].indexOf("\n"), records[0].length - 1);
  assert(sizeOf(records[0]) <= MAX_BYTES, String(sizeOf(records[0])));
  return records[0];
}

Deno.test("a record of 256 KiB is whole, in each format", () => {
  for (const format of ["json", "line"] as const) {
    const [empty] = recordsOf(format, () => console.log(""));
    const text = "x".repeat(MAX_BYTES - sizeOf(empty));
    const record = oneRecord(format, () => console.log(text));
    assertEquals(sizeOf(record), MAX_BYTES);
    assert(record.includes(text));
    const cut = oneRecord(format, () => console.log(`${text}x`));
    assertMatch(cut, /x… \(\d+ more bytes\)/);
  }
});

Deno.test("a longer line of text is cut between characters, and says how much is missing", () => {
  for (const character of ["x", "é", "猪", "🔥"]) {
    for (let shift = 0; shift < 4; shift++) {
      const text = "-".repeat(shift) + character.repeat(MAX_BYTES);
      const record = oneRecord("line", () => console.log(text));
      const [, kept, missing] = record.match(/INFO\t(.*)… \((\d+) more/u)!;
      assert(!record.includes("\ufffd"));
      assertEquals(sizeOf(kept) + Number(missing), sizeOf(text));
    }
  }
});

Deno.test("a longer JSON record is cut to valid JSON, and says how much is missing", () => {
  for (
    const character of ["x", "é", "猪", "🔥", '"', "\\", "\n", "\x01", "\x9b"]
  ) {
    for (let shift = 0; shift < 6; shift++) {
      const text = "-".repeat(shift) + character.repeat(MAX_BYTES);
      const { message } = JSON.parse(
        oneRecord("json", () => console.log(text)),
      );
      const [, kept, missing] = message.match(/^([^]*)… \((\d+) more bytes\)$/);
      assert(text.startsWith(kept), kept.slice(-20));
      assert(kept.length > 30_000);
      assert(Number(missing) > 0);
    }
  }
});

Deno.test("the mark of a JSON record counts the bytes of the text that was left out", () => {
  const text = "x".repeat(1_000_000);
  const { message } = JSON.parse(oneRecord("json", () => console.log(text)));
  const [, kept, missing] = message.match(/^(x*)… \((\d+) more bytes\)$/);
  assertEquals(kept.length + Number(missing), text.length);
});

Deno.test("a JSON record cuts the field that is too large, and leaves the others whole", () => {
  const error = new Error("refused");
  const record = JSON.parse(oneRecord("json", () => {
    info(
      "paid",
      { orderId: "A-1", body: "x".repeat(500_000), list: [1] },
      error,
    );
  }));
  assertEquals(record.message, "paid");
  assertEquals(record.orderId, "A-1");
  assertEquals(record.list, [1]);
  assertEquals(record.errorMessage, "refused");
  assertEquals(record.stackTrace, error.stack!.split("\n"));
  assertMatch(record.body, /^x{200000,}… \(\d+ more bytes\)$/);
});

Deno.test("a JSON record of an object that is too large has the beginning of its JSON", () => {
  const items = Array.from({ length: 50_000 }, (_, id) => ({ id, a: '"' }));
  const { message } = JSON.parse(oneRecord("json", () => console.log(items)));
  assert(message.startsWith('[{"id":0,"a":"\\""},{"id":1,'));
});

Deno.test("a JSON record counts the fields that it has no room for", () => {
  const fields = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [`field ${i}`, "value"]),
  );
  const record = JSON.parse(oneRecord("json", () => info("many", fields)));
  const kept = Object.keys(record).filter((name) => name.startsWith("field "));
  assert(kept.length > 5_000);
  assertEquals(kept.length + record.fieldsLeftOut, 50_000);
  assertEquals(record.message, "many");
});

Deno.test("a graph whose objects all refer to each other is logged in no time", () => {
  const graph = Array.from({ length: 12 }, () => [] as unknown[]);
  for (const node of graph) node.push(...graph);
  const named: Record<string, unknown>[] = graph.map((_, i) => ({ i }));
  for (const node of named) {
    named.forEach((other, i) => node[`to${i}`] = other);
  }
  // Each level holds the next one twice: 2^40 values.
  let shared: unknown = "bottom";
  for (let i = 0; i < 40; i++) shared = { left: shared, right: shared };
  const start = performance.now();
  for (const value of [graph, named, shared, new Map([[graph, named]])]) {
    for (const format of ["json", "line"] as const) {
      const record = oneRecord(format, () => console.log(value));
      if (format === "json") JSON.parse(record);
    }
  }
  assert(performance.now() - start < 20_000);
});

Deno.test("text that is shared by many is no more than a record can hold", () => {
  const text = "x".repeat(1_000_000);
  for (const format of ["json", "line"] as const) {
    oneRecord(format, () => console.log(Array(1_000).fill(text)));
  }
});

Deno.test("a field of any name is written", () => {
  const fields = '{"__proto__":1,"constructor":2,"toString":3}';
  const record = oneRecord("json", () => info("paid", JSON.parse(fields)));
  assertEquals(record.endsWith(`"message":"paid",${fields.slice(1)}\n`), true);
});

Deno.test("a value that logs while it is written does so", () => {
  const value = {
    toJSON() {
      console.log("asked");
      return "itself";
    },
  };
  const messages = recordsOf("json", () => console.log([value]))
    .map((record) => JSON.parse(record).message);
  assertEquals(messages, ["asked", ["itself"]]);
});

/** Makes values of every kind, nested, shared and broken. */
class Values {
  readonly #random: () => number;
  #last: unknown = "first";

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  string(): string {
    let text = "";
    for (let i = this.below(12); i > 0; i--) {
      text += String.fromCharCode(this.below(this.below(2) ? 0xa0 : 0x10000));
    }
    return text;
  }

  any(depth = 0): unknown {
    const kind = this.below(depth < 4 ? 24 : 12);
    const value = this.#make(kind, depth);
    if (this.below(4) === 0) this.#last = value;
    return value;
  }

  #make(kind: number, depth: number): unknown {
    const some = () =>
      Array.from({ length: this.below(4) }, () => this.any(depth + 1));
    switch (kind) {
      case 0:
        return this.below(2) ? null : undefined;
      case 1:
        return this.#random() * 10 ** this.below(30) - 1;
      case 2:
        return [NaN, Infinity, -0, -Infinity][this.below(4)];
      case 3:
        return BigInt(this.below(1e9));
      case 4:
        return Symbol(this.string());
      case 5:
        return this.#last;
      case 6:
        return new Date(this.below(3) ? this.below(1e12) : NaN);
      case 7:
        return () => {};
      case 8:
        return new Uint8Array(this.below(4));
      case 9:
        return /x/;
      case 12:
      case 13:
        return some();
      case 14:
        return new Set(some());
      case 15:
        return new Map(some().map((value) => [this.string(), value]));
      case 16:
        return new Map(some().map((value) => [value, value]));
      case 17:
        return new Error(this.string(), { cause: this.any(depth + 1) });
      case 18:
        return {
          get broken() {
            throw new Error("not to be read");
          },
        };
      case 19:
        return this.#cyclic(depth);
      case 20:
        return {
          toJSON() {
            throw new Error("not to be asked");
          },
        };
      case 21:
        return this.#revoked();
      case 22:
        return Object.create(null, {
          [this.string()]: { value: this.any(depth + 1), enumerable: true },
        });
      default:
        return kind < 12 ? this.string() : Object.fromEntries(
          some().map((value) => [this.string(), value]),
        );
    }
  }

  #cyclic(depth: number): unknown {
    const value: Record<string, unknown> = { other: this.any(depth + 1) };
    value.self = value;
    return value;
  }

  #revoked(): unknown {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }
}

Deno.test("so many random values make as many lines of JSON, and never throw", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}, ${VALUES} values`);
  const values = new Values(seed);
  const decoder = new TextDecoder();
  let lines = 0;
  const stream = {
    writeSync(bytes: Uint8Array): number {
      const text = decoder.decode(bytes);
      assertEquals(text.indexOf("\n"), text.length - 1, `seed ${seed}`);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/.test(text));
      const record = JSON.parse(text);
      assert(text.isWellFormed());
      assertEquals([record.level, "message" in record], ["INFO", true]);
      lines++;
      return bytes.byteLength;
    },
  };
  const log = new LambdaLog({
    stream,
    origin: () => NO_ORIGIN,
    format: "json",
  });
  for (let i = 0; i < VALUES; i++) {
    switch (values.below(3)) {
      case 0:
        log.print("INFO", [values.any()]);
        break;
      case 1:
        log.print("INFO", [values.any(), values.any()]);
        break;
      default:
        log.write("INFO", values.any(), [values.any(), values.any()]);
    }
  }
  assertEquals(lines, VALUES, `seed ${seed}`);
});
