// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { Logger } from "@std/log/logger";
import * as log from "../../../runtime/log/mod.ts";
import {
  ConcurrentFunction,
  type LogEntry,
} from "../../support/concurrent_function.ts";
import { runProgram } from "../../support/run_program.ts";
import { recordsOf } from "../../support/records.ts";

/** What is written in JSON, without the times. */
function jsonOf(write: () => void) {
  return recordsOf("json", write).map((record) => {
    const { timestamp, ...members } = JSON.parse(record);
    assertEquals(new Date(timestamp).toISOString(), timestamp);
    return members;
  });
}

Deno.test("each function writes at its level, with request id and fields", () => {
  const records = jsonOf(() => {
    log.debug("1");
    log.info("2", { orderId: "A-1" });
    log.warn("3", { a: 1 }, { b: [2] });
    log.error("4", { path: undefined });
    log.critical("5");
  });
  const requestId = "id-1";
  assertEquals(records, [
    { level: "DEBUG", requestId, message: "1" },
    { level: "INFO", requestId, message: "2", orderId: "A-1" },
    { level: "WARN", requestId, message: "3", a: 1, b: [2] },
    { level: "ERROR", requestId, message: "4" },
    { level: "FATAL", requestId, message: "5" },
  ]);
});

Deno.test("info() writes fields after the message where the format is text", () => {
  const [record] = recordsOf(
    "line",
    () => log.info("100% paid", { orderId: 42 }),
  );
  assertEquals(
    record.replace(/^\S+Z/, "TIME"),
    "TIME\tid-1\tINFO\t100% paid { orderId: 42 }\n",
  );
});

Deno.test("info() keeps the record's own members, and renames the fields", () => {
  const [record] = jsonOf(() =>
    log.info("m", { level: 3, message: "x", requestId: "y", timestamp: "z" })
  );
  assertEquals(record, {
    level: "INFO",
    requestId: "id-1",
    message: "m",
    _level: 3,
    _message: "x",
    _requestId: "y",
    _timestamp: "z",
  });
});

Deno.test("info() lists arguments that have no members in args", () => {
  const [record] = jsonOf(() => log.info("m", 1, "two", [3], null, { a: 1 }));
  assertEquals(record.args, [1, "two", [3], null]);
  assertEquals(record.a, 1);
});

Deno.test("error() gives the fields of an error", () => {
  const thrown = new TypeError("broken");
  const [record] = jsonOf(() => log.error("not paid", thrown, { orderId: 1 }));
  const { errorType, errorMessage, stackTrace, orderId } = record;
  assertEquals(
    { errorType, errorMessage, stackTrace, orderId },
    {
      errorType: "TypeError",
      errorMessage: "broken",
      stackTrace: thrown.stack?.split("\n"),
      orderId: 1,
    },
  );
});

Deno.test("info() never throws, whatever the fields are", () => {
  const cycle: Record<string, unknown> = { name: "c" };
  cycle.self = cycle;
  const records = jsonOf(() => {
    log.info("cycle", { cycle });
    log.info("bigint", { n: 12n });
    log.info("getter", {
      get a() {
        throw new Error("not to be read");
      },
    });
    log.info(cycle as unknown as string);
  });
  assertEquals(records[0].cycle, { name: "c", self: "[Circular]" });
  assertEquals(records[1].n, "12");
  assertEquals(records[2].args, [{ a: "[a getter that throws]" }]);
  assertEquals(records[3].message, { name: "c", self: "[Circular]" });
});

Deno.test("LambdaLogHandler sends records of @std/log with their arguments", () => {
  const records = jsonOf(() => {
    const handlers = [new log.LambdaLogHandler("INFO")];
    const logger = new Logger("orders", "DEBUG", { handlers });
    logger.debug("dropped");
    logger.info("paid", { orderId: "A-1" });
    logger.critical("gone");
  });
  const requestId = "id-1";
  assertEquals(records, [
    { level: "INFO", requestId, message: "paid", orderId: "A-1" },
    { level: "FATAL", requestId, message: "gone" },
  ]);
});

Deno.test("LambdaLogHandler writes the message as its formatter says", () => {
  const [record] = jsonOf(() => {
    const handler = new log.LambdaLogHandler("NOTSET", {
      formatter: ({ loggerName, msg }) => `${loggerName}: ${msg}`,
    });
    new Logger("orders", "INFO", { handlers: [handler] }).info("paid");
    handler.log("alone");
  });
  assertEquals(record.message, "orders: paid");
});

Deno.test("the functions write to the console where no runtime serves", async () => {
  const functions = import.meta.resolve("../../../runtime/log/functions.ts");
  const { stdout, stderr } = await runProgram(
    `import { error, info } from "${functions}";
    info("100%s", { orderId: 42 });
    error("bad");`,
    ["--allow-import", "--allow-read"],
  );
  assertEquals([stdout, stderr], ["100%s { orderId: 42 }\n", "bad\n"]);
});

for (const isolation of ["none", "worker"] as const) {
  Deno.test(`info() writes the id of its invocation among others, isolation "${isolation}"`, async () => {
    await using fn = new ConcurrentFunction({ isolation });
    await fn.invokeAll(20, 4, "logFields", () => {});
    const entries = (await fn.end()).entries as (LogEntry & { of?: string })[];
    const logged = entries.filter(({ of }) => of !== undefined);
    assertEquals(logged.length, 40);
    for (const { requestId, of } of logged) assertEquals(requestId, of);
  });
}
