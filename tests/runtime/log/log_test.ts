// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { NO_ORIGIN } from "../../support/origin.ts";
import {
  isLogLevel,
  LambdaLog,
  type LogLevel,
  type LogOptions,
} from "../../../runtime/log/log.ts";

/** A stream that keeps what is written, at most so many bytes at a time. */
class Sink {
  readonly #parts: number[] = [];
  readonly #bytesAtATime: number;
  /** How often something was written. */
  writes = 0;

  constructor(bytesAtATime = Infinity) {
    this.#bytesAtATime = bytesAtATime;
  }

  /** What was written so far. */
  get text(): string {
    return new TextDecoder().decode(new Uint8Array(this.#parts));
  }

  writeSync(bytes: Uint8Array): number {
    this.writes++;
    const written = bytes.subarray(0, this.#bytesAtATime);
    this.#parts.push(...written);
    return written.length;
  }
}

function logTo(stream: Sink, options: Partial<LogOptions> = {}): LambdaLog {
  return new LambdaLog({
    stream,
    origin: () => ({ ...NO_ORIGIN, requestId: "id-1" }),
    ...options,
  });
}

/** The entries, without their times. */
function entriesOf({ text }: Sink): string[] {
  return text.split("\n").slice(0, -1).map((line) =>
    line.replace(/^\S+Z\t/, "")
  );
}

Deno.test("isLogLevel() knows Lambda's names for levels and no other", () => {
  for (const level of ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]) {
    assertEquals(isLogLevel(level), true);
  }
  for (const level of ["info", "CRITICAL", "NOTSET", "", "toString"]) {
    assertEquals(isLogLevel(level), false);
  }
});

Deno.test("LambdaLog writes time, request id, level and message as one line", () => {
  const sink = new Sink();
  logTo(sink).info("Hello é🔥");
  assertMatch(
    sink.text,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\tid-1\tINFO\tHello é🔥\n$/,
  );
  assertEquals(sink.writes, 1);
});

Deno.test("LambdaLog asks for the request id for each entry", () => {
  const sink = new Sink();
  let id = "";
  const log = logTo(sink, { origin: () => ({ ...NO_ORIGIN, requestId: id }) });
  log.info("before");
  id = "id-1";
  log.info("during");
  id = "";
  log.info("after");
  assertEquals(entriesOf(sink), [
    "-\tINFO\tbefore",
    "id-1\tINFO\tduring",
    "-\tINFO\tafter",
  ]);
});

Deno.test("LambdaLog leaves out what is below its level, INFO at first", () => {
  const written: Record<LogLevel | "at first", string[]> = {
    "at first": ["INFO", "WARN", "ERROR", "FATAL"],
    TRACE: ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
    DEBUG: ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
    INFO: ["INFO", "WARN", "ERROR", "FATAL"],
    WARN: ["WARN", "ERROR", "FATAL"],
    ERROR: ["ERROR", "FATAL"],
    FATAL: ["FATAL"],
  };
  for (const [level, names] of Object.entries(written)) {
    const sink = new Sink();
    const log = logTo(sink);
    if (isLogLevel(level)) log.setLevel(level);
    log.debug("m");
    log.info("m");
    log.warn("m");
    log.error("m");
    log.critical("m");
    assertEquals(entriesOf(sink), names.map((name) => `id-1\t${name}\tm`));
  }
});

Deno.test("LambdaLog writes line breaks as CR, so that an entry stays one", () => {
  const sink = new Sink();
  logTo(sink).error("first\nsecond\r\nthird\n\nlast");
  assertEquals(entriesOf(sink), [
    "id-1\tERROR\tfirst\rsecond\rthird\r\rlast",
  ]);
});

Deno.test("LambdaLog keeps line breaks when it is multiline", () => {
  const sink = new Sink();
  logTo(sink, { format: "text" }).error("first\nsecond\r\nthird");
  assertMatch(sink.text, /\tERROR\tfirst\nsecond\r\nthird\n$/);
});

Deno.test("LambdaLog goes on when the stream takes a part of an entry", () => {
  const sink = new Sink(3);
  const log = logTo(sink);
  log.info("こんにちは🔥");
  log.info("again");
  assertEquals(entriesOf(sink), [
    "id-1\tINFO\tこんにちは🔥",
    "id-1\tINFO\tagain",
  ]);
});

Deno.test("LambdaLog does not throw when the stream does", () => {
  let writes = 0;
  const stream = {
    writeSync(): number {
      writes++;
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  const log = new LambdaLog({ stream, origin: () => NO_ORIGIN });
  log.info("lost");
  log.error("lost too");
  assertEquals(writes, 2);
});
