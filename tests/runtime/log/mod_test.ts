// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { Logger } from "@std/log/logger";
import { setThreadLog } from "../../../runtime/log/log.ts";
import { LambdaLog, type LogFormat } from "../../../runtime/log/log.ts";
import * as log from "../../../runtime/log/mod.ts";
import { runToEnd } from "../../support/child.ts";

/** What is logged while the runtime has a log in this thread. */
function loggedBy(act: () => void, format: LogFormat): string[] {
  let text = "";
  const stream = {
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  };
  const threadLog = new LambdaLog({ stream, requestId: () => "id-1", format });
  threadLog.setLevel("DEBUG");
  setThreadLog(threadLog);
  act();
  return text.split("\n").slice(0, -1);
}

Deno.test("info() and its like write to the runtime's log, each at its level", () => {
  const lines = loggedBy(() => {
    log.debug("m");
    log.info("m");
    log.warn("m");
    log.error("m");
    log.critical("m");
  }, "line");
  assertEquals(
    lines.map((line) => line.replace(/^\S+\t/, "")),
    ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"].map((level) =>
      `id-1\t${level}\tm`
    ),
  );
});

Deno.test("info() makes members of an entry in JSON of its further arguments", () => {
  const [line] = loggedBy(
    () => log.info("paid", { orderId: 42 }, { total: 3n }, "cash"),
    "json",
  );
  const { timestamp: _, ...entry } = JSON.parse(line);
  assertEquals(entry, {
    level: "INFO",
    requestId: "id-1",
    message: "paid",
    orderId: 42,
    total: "3n",
    args: ["cash"],
  });
});

Deno.test("info() shows its fields after the message in text", () => {
  const [line] = loggedBy(() => log.info("paid", { orderId: 42 }), "line");
  assertMatch(line, /\tINFO\tpaid { orderId: 42 }$/);
});

Deno.test("error() tells type, message and stack of an error", () => {
  const [line] = loggedBy(
    () => log.error("not paid", new TypeError("declined"), { orderId: 42 }),
    "json",
  );
  const entry = JSON.parse(line);
  assertEquals([entry.errorType, entry.errorMessage, entry.orderId], [
    "TypeError",
    "declined",
    42,
  ]);
  assertMatch(entry.stackTrace[0], /mod_test\.ts/);
});

Deno.test("info() never throws for what it is given", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const lines = loggedBy(() => log.info("cycle", { cycle, big: 1n }), "json");
  assertEquals(JSON.parse(lines[0]).big, "1n");
});

Deno.test("LambdaHandler serves a logger of one's own, from its level on", () => {
  const logger = new Logger("orders", "DEBUG", {
    handlers: [new log.LambdaHandler("WARN")],
  });
  const lines = loggedBy(() => {
    logger.info("dropped");
    logger.warn("kept");
  }, "line");
  assertEquals(lines.map((line) => line.split("\t")[3]), ["kept"]);
});

Deno.test("info() writes to stderr where no runtime serves", async () => {
  const { stdout, stderr } = await runToEnd(Deno.execPath(), {
    args: [
      "eval",
      "--quiet",
      `import { info } from "${
        import.meta.resolve("../../../runtime/log/mod.ts")
      }"; info("paid", { orderId: 42 });`,
    ],
    env: { NO_COLOR: "1" },
  });
  assertEquals(stdout, "");
  assertMatch(stderr, /^\S+Z\t-\tINFO\tpaid { orderId: 42 }\n$/);
});
