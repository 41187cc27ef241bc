// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { runProgram } from "../../support/run_program.ts";
import { InFlight } from "../../../runtime/handler/slot.ts";
import { LambdaLog } from "../../../runtime/log/log.ts";

const MODULE =
  new URL("../../../runtime/handler/slot.ts", import.meta.url).href;

/**
 * Runs background work in a process that catches its errors, and gives what
 * failed and what was logged, a line each. Two timers later the process must
 * still be there to say so.
 */
async function linesOf(
  work: string,
  options: { inFlight?: boolean } = {},
): Promise<string[]> {
  const { inFlight: isInFlight = true } = options;
  const program = `
    import { catchBackgroundErrors, InFlight } from ${JSON.stringify(MODULE)};
    const say = (...parts) => console.log(JSON.stringify(parts));
    const ignore = () => {};
    const log = { debug: ignore, info: ignore, warn: ignore,
      error: (message) => say("logged", message) };
    const inFlight = new InFlight();
    catchBackgroundErrors(() => inFlight, log);
    if (${isInFlight}) {
      inFlight.fail = (error) => say("failed", error.name, error.message,
        error.cause === globalThis.thrown);
    }
    ${work}
    setTimeout(() => setTimeout(() => say("alive")));
  `;
  const { code, stdout, stderr } = await runProgram(program);
  assertEquals(stderr, "");
  assertEquals(code, 0);
  return stdout.trimEnd().split("\n");
}

Deno.test("catchBackgroundErrors() fails what runs with an unhandled rejection", async () => {
  const lines = await linesOf(`
    globalThis.thrown = new TypeError("no funds");
    Promise.reject(globalThis.thrown);
  `);
  assertEquals(lines, [
    '["failed","Runtime.UnhandledPromiseRejection","TypeError: no funds",true]',
    '["alive"]',
  ]);
});

Deno.test("catchBackgroundErrors() fails what runs with an uncaught exception", async () => {
  const lines = await linesOf(`
    globalThis.thrown = new TypeError("no funds");
    setTimeout(() => { throw globalThis.thrown; });
  `);
  assertEquals(lines, [
    '["failed","Runtime.UncaughtException","TypeError: no funds",true]',
    '["alive"]',
  ]);
});

Deno.test("catchBackgroundErrors() tells the message of an exception that comes without its error", async () => {
  // As Deno tells of what a worker of the handler has thrown.
  const lines = await linesOf(`
    const message = "Uncaught Error: lost";
    dispatchEvent(new ErrorEvent("error", { message, error: null }));
  `);
  assertEquals(lines, [
    '["failed","Runtime.UncaughtException","Uncaught Error: lost",false]',
    '["alive"]',
  ]);
});

Deno.test("InFlight takes rejections with what is no error", async () => {
  const lines = await linesOf(`
    for (const reason of ["text", null, undefined, Symbol("mark")]) {
      Promise.reject(reason);
    }
    Promise.reject(Object.create(null));
  `);
  const messages = lines.slice(0, -1).map((line) => JSON.parse(line)[2]);
  assertEquals(messages, [
    "text",
    "null",
    "undefined",
    "Symbol(mark)",
    "a value that cannot be shown",
  ]);
});

Deno.test("InFlight logs what fails between invocations, and lives on", async () => {
  const lines = await linesOf(
    `
    Promise.reject(new Error("late"));
    setTimeout(() => { throw new Error("later"); });
  `,
    { inFlight: false },
  );
  assertEquals(lines, [
    '["logged","Runtime.UnhandledPromiseRejection between invocations: Error: late"]',
    '["logged","Runtime.UncaughtException between invocations: Error: later"]',
    '["alive"]',
  ]);
});

Deno.test("InFlight leaves rejections alone that are handled", async () => {
  const lines = await linesOf(`
    Promise.reject(new Error("handled")).catch(() => {});
  `);
  assertEquals(lines, ['["alive"]']);
});

Deno.test("InFlight logs what fails between invocations with stack and cause", () => {
  const records: string[] = [];
  const stream = {
    writeSync(bytes: Uint8Array): number {
      records.push(new TextDecoder().decode(bytes));
      return bytes.byteLength;
    },
  };
  const log = new LambdaLog({ stream, requestId: () => "", format: "json" });
  const thrown = new RangeError("late", { cause: new TypeError("inner") });
  new InFlight().blame("Runtime.UncaughtException", thrown, log);
  const record = JSON.parse(records[0]);
  assertEquals(records.length, 1);
  assertEquals(record.level, "ERROR");
  assertEquals(record.errorType, "RangeError");
  assertEquals(record.stackTrace, thrown.stack?.split("\n"));
  assertEquals(record.cause.errorMessage, "inner");
});
