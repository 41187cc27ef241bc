// Copyright 2026 the Toukon Lambda authors. MIT license.

// The shapes of a log, each with the records that it must be written as.
// UPDATE_GOLDEN=1 writes them anew.

import { assertEquals } from "@std/assert/equals";
import { LambdaLog, type LogFormat } from "../../../runtime/log/log.ts";
import { sendConsoleTo } from "../../../runtime/log/console.ts";
import { logFailure } from "../../../runtime/failure/report.ts";
import { child, critical, info } from "../../../runtime/log/mod.ts";
import { toErrorDocument } from "../../../runtime/failure/failure.ts";
import { Slot } from "../../../runtime/handler/slot.ts";

const FOLDER = new URL("../../fixtures/logs/", import.meta.url).pathname;
const COMPONENT = child({ component: "payments" });

function errorOf(message: string, options?: ErrorOptions): Error {
  const error = new RangeError(message, options);
  error.stack = `RangeError: ${message}\n    at pay (file:///bank.ts:4:13)`;
  return error;
}

function cycle(): unknown {
  const order: Record<string, unknown> = { id: "A-1" };
  return Object.assign(order, { self: order, items: [order] });
}

const SHAPES: Record<string, (log: LambdaLog) => void> = {
  text: () => console.log("paid"),
  levels: (log) => {
    log.print("TRACE", ["trace"]);
    console.debug("debug");
    console.info("info");
    console.warn("warn");
    console.error("error");
    critical("critical");
  },
  object: () => console.log({ order: { id: "A-1", items: [1, "two", null] } }),
  several: () => console.log("order %d", 7, { a: 1 }),
  control: () =>
    console.log("a\nb\r\nc\td\0e\x1b[31mf\x9bg\u2028h\ud800i\u007f"),
  numbers: () => console.log([1n, NaN, -Infinity, -0, 1e21]),
  collections: () =>
    console.log({ map: new Map([["k", 1]]), set: new Set(["a"]) }),
  date: () => console.log({ at: new Date(0), never: new Date(NaN) }),
  cycle: () => console.log(cycle()),
  getter: () =>
    console.log({
      get secret() {
        throw new Error("not to be read");
      },
    }),
  error: () =>
    console.error(errorOf("refused", { cause: errorOf("card expired") })),
  "error among others": () => console.error("not paid", errorOf("refused")),
  "error of many": () => {
    const error = new AggregateError([errorOf("a"), errorOf("b")], "both");
    error.stack = "AggregateError: both\n    at pay (file:///bank.ts:4:13)";
    console.error(error);
  },
  fields: () => info("paid", { orderId: "A-1", amount: 12.5 }, 7),
  "fields of the record's own names": () =>
    info("paid", { level: 3, traceId: "x", message: "y", timestamp: 0 }),
  child: () => COMPONENT.child({ orderId: "A-1" }).warn("slow", { ms: 1200 }),
  failure: (log) => {
    const error = errorOf("refused", { cause: errorOf("card expired") });
    logFailure(log, "Invocation failed", toErrorDocument(error));
  },
};

const HEADERS: Record<string, [string, string][]> = {
  "of an invocation": [],
  "of a traced invocation of a tenant": [
    [
      "lambda-runtime-trace-id",
      "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c;Parent=53995c3f42cd8ad8;Sampled=1",
    ],
    ["lambda-runtime-aws-tenant-id", "tenant-1"],
  ],
};

function slotWith(headers: [string, string][]): Slot {
  return new Slot({ requestId: "id-1", headers: new Map(headers), body: "" });
}

/** What a shape is written as, with times replaced. */
function recordsOf(
  format: LogFormat,
  slot: Slot,
  write: (log: LambdaLog) => void,
): string {
  let records = "";
  const stream = {
    writeSync(bytes: Uint8Array): number {
      records += new TextDecoder().decode(bytes);
      return bytes.byteLength;
    },
  };
  const log = new LambdaLog({ stream, origin: () => slot, format });
  log.setLevel("TRACE");
  const before = { ...console };
  try {
    sendConsoleTo(log);
    write(log);
  } finally {
    Object.assign(console, before);
  }
  return records.replaceAll(/\d{4}-\d\d-\d\dT(?!00)[\d:.]+Z/g, "TIME");
}

function writeAllShapes(format: LogFormat): string {
  const parts = Object.entries(SHAPES).map(([name, write]) =>
    `== ${name}\n${recordsOf(format, slotWith([]), write)}`
  );
  for (const [name, headers] of Object.entries(HEADERS)) {
    const records = recordsOf(format, slotWith(headers), SHAPES.fields);
    parts.push(`== ${name}\n${records}`);
  }
  const records = recordsOf(format, new Slot(), SHAPES.fields);
  parts.push(`== between invocations\n${records}`);
  return parts.join("");
}

for (const format of ["json", "line", "text"] as const) {
  Deno.test(`each shape of the log in format "${format}" is as in its golden file`, async () => {
    const path = `${FOLDER}${format}.log`;
    const written = writeAllShapes(format);
    if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(path, written);
    assertEquals(written, await Deno.readTextFile(path));
    const records = written.split("\n").filter((line) =>
      line && !line.startsWith("== ")
    );
    if (format === "json") { for (const record of records) JSON.parse(record); }
  });
}
