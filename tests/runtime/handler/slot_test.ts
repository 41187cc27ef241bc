// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { runProgram } from "../../support/run_program.ts";

const MODULE =
  new URL("../../../runtime/handler/slot.ts", import.meta.url).href;

/**
 * Runs background work in a process that catches its errors, and gives what
 * failed and what was logged, a line each. Two timers later the process must
 * still be there to say so.
 */
async function linesOf(
  work: string,
  options: { isRunning?: boolean } = {},
): Promise<string[]> {
  const { isRunning = true } = options;
  const program = `
    import { catchBackgroundErrors, Slot } from ${JSON.stringify(MODULE)};
    const say = (...parts) => console.log(JSON.stringify(parts));
    const ignore = () => {};
    const log = { debug: ignore, info: ignore, warn: ignore,
      error: (message) => say("logged", message) };
    const slot = new Slot();
    catchBackgroundErrors(() => slot, log);
    if (${isRunning}) {
      slot.fail = (error) => say("failed", error.name, error.message,
        error.cause === globalThis.thrown);
    }
    ${work}
    setTimeout(() => setTimeout(() => say("alive")));
  `;
  const { stdout, stderr } = await runProgram(program);
  assertEquals(stderr, "");
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

Deno.test("Slot takes rejections with what is no error", async () => {
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

Deno.test("Slot logs what fails between invocations with its stack and cause, and lives on", async () => {
  const lines = await linesOf(
    `
    Promise.reject(new Error("late", { cause: new TypeError("why") }));
    addEventListener("unhandledrejection", () => { throw new Error("later"); });
  `,
    { isRunning: false },
  );
  const [late, later, alive] = lines.map((line) => JSON.parse(line));
  assertMatch(
    late[1],
    /^Runtime\.UnhandledPromiseRejection between invocations: Error: late\n +at [^]*\nCaused by: TypeError: why\n +at /,
  );
  assertMatch(
    later[1],
    /^Runtime\.UncaughtException between invocations: Error: later\n +at /,
  );
  assertEquals(alive, ["alive"]);
});

Deno.test("Slot leaves rejections alone that are handled", async () => {
  const lines = await linesOf(`
    Promise.reject(new Error("handled")).catch(() => {});
  `);
  assertEquals(lines, ['["alive"]']);
});
