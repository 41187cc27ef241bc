// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import {
  type Behaviour,
  toBehaviour,
  toFetchHandler,
} from "../../../runtime/handler/behaviour.ts";
import {
  type FunctionFacts,
  InvocationContext,
} from "../../../runtime/handler/context.ts";
import type { HttpInfo } from "../../../runtime/http/adapter.ts";
import { RuntimeError } from "../../../runtime/failure/errors.ts";

const FACTS: FunctionFacts = {
  functionName: "hello",
  functionVersion: "$LATEST",
  memoryLimitInMB: "128",
  logGroupName: "",
  logStreamName: "",
};

const INVOCATION = { requestId: "id-1", headers: new Headers(), body: "" };
const CONTEXT = new InvocationContext(INVOCATION, FACTS);

/** The lines that every refusal shows. */
const EXPECTED = `Expected a module such as

import type { Context } from "@toukon/lambda";

export function handleEvent(event: unknown, context: Context) {
  return { message: "Hello", event, requestId: context.requestId };
}

or

export default {
  fetch(request: Request) {
    return new Response("Hello, " + request.url);
  },
};`;

/** What the behaviour that is made of the source answers to an event. */
function answer(source: unknown, event: unknown = "event"): unknown {
  return toBehaviour(source).handleEvent(event, CONTEXT);
}

/** A module with this text, imported for real. */
function importModule(text: string): Promise<unknown> {
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

function refusal(source: unknown): string {
  const error = assertThrows(() => toBehaviour(source), RuntimeError);
  assertEquals(error.name, "Runtime.InvalidHandler");
  return error.message;
}

Deno.test("toBehaviour() takes a function", () => {
  assertEquals(
    answer((event: unknown, context: unknown) => [event, context]),
    ["event", CONTEXT],
  );
});

Deno.test("toBehaviour() takes an object with handleEvent, and leaves it as it is", () => {
  const behaviour = {
    init: () => "init",
    handleEvent: (event: unknown) => event,
    shutdown: () => "shutdown",
  };
  assertStrictEquals(toBehaviour(behaviour), behaviour);
});

Deno.test("toBehaviour() takes a module that exports handleEvent, init and shutdown", async () => {
  const behaviour = toBehaviour(
    await importModule(`
      let greeting;
      export function init() { greeting = "Hello"; }
      export function handleEvent(name) { return greeting + ", " + name; }
      export function shutdown() { return "bye"; }
    `),
  );
  behaviour.init?.();
  assertEquals(behaviour.handleEvent("Deno", CONTEXT), "Hello, Deno");
  assertEquals(behaviour.shutdown?.(), "bye");
});

Deno.test("toBehaviour() takes a module whose default is a function", async () => {
  const module = await importModule("export default (event) => [event];");
  assertEquals(answer(module), ["event"]);
});

Deno.test("toBehaviour() takes a module whose default is a behaviour", async () => {
  const module = await importModule(`
    export default { handleEvent(event) { return [event]; } };
  `);
  assertEquals(answer(module), ["event"]);
});

Deno.test("toBehaviour() prefers an exported handleEvent to the default", async () => {
  const module = await importModule(`
    export const handleEvent = () => "named";
    export default () => "default";
  `);
  assertEquals(answer(module), "named");
});

Deno.test("toBehaviour() takes a module that exports handler, as AWS's runtimes do", async () => {
  const behaviour = toBehaviour(
    await importModule(`
      let greeting;
      export function init() { greeting = "Hello"; }
      export const handler = async (name) => greeting + ", " + name;
      export default () => "default";
    `),
  );
  behaviour.init?.();
  assertEquals(await behaviour.handleEvent("Deno", CONTEXT), "Hello, Deno");
  assertEquals(behaviour.shutdown, undefined);
});

Deno.test("toBehaviour() prefers handleEvent to handler", async () => {
  const module = await importModule(`
    export const handler = () => "handler";
    export const handleEvent = () => "handleEvent";
  `);
  assertEquals(answer(module), "handleEvent");
});

Deno.test("toBehaviour() takes the exports.handler of a CommonJS module", () => {
  const exports = { greeting: "Hello", handler };
  function handler(this: { greeting: string }, name: string) {
    return `${this.greeting}, ${name}`;
  }
  assertEquals(answer({ default: exports }), "Hello, event");
});

Deno.test("toBehaviour() refuses a function that waits for a callback, and shows the async form", () => {
  const callback = (_event: unknown, _context: unknown, done: () => void) =>
    done();
  for (const source of [callback, { handler: callback }]) {
    assertStringIncludes(
      refusal(source),
      "found a function with the parameters (event, context, callback) that is not async. Callbacks ended with Node.js 24.",
    );
    assertStringIncludes(
      refusal(source),
      "export async function handler(event: unknown) {",
    );
  }
});

Deno.test("toBehaviour() takes async functions and generators however many parameters they have", () => {
  const handlers = [
    async (_event: unknown, _context: unknown, _callback: unknown) => {},
    async function* (_event: unknown, _context: unknown, _more: unknown) {},
  ];
  for (const handleEvent of handlers) {
    assertStrictEquals(toBehaviour(handleEvent).handleEvent, handleEvent);
  }
});

Deno.test("toBehaviour() keeps the `this` of a class instance", async () => {
  class Greeter {
    #greeting = "";
    init() {
      this.#greeting = "Hello";
    }
    handleEvent(name: string) {
      return `${this.#greeting}, ${name}`;
    }
    shutdown() {
      return this.#greeting;
    }
  }
  for (const source of [new Greeter(), { default: new Greeter() }]) {
    const behaviour = toBehaviour(source);
    behaviour.init?.();
    assertEquals(behaviour.handleEvent("Deno", CONTEXT), "Hello, Deno");
    assertEquals(behaviour.shutdown?.(), "Hello");
  }
  const module = await importModule(`
    class Counter {
      count = 0;
      handleEvent() { return ++this.count; }
    }
    export default new Counter();
  `);
  const behaviour = toBehaviour(module);
  behaviour.handleEvent({}, CONTEXT);
  assertEquals(behaviour.handleEvent({}, CONTEXT), 2);
});

Deno.test("Behaviour types what init() returns as the state", async () => {
  const behaviour: Behaviour<string, string, { greeting: string }> = {
    init: () => Promise.resolve({ greeting: "Hello" }),
    handleEvent: (name, { state }) => `${state.greeting}, ${name}`,
  };
  const { init, handleEvent } = toBehaviour(behaviour);
  const context = new InvocationContext(INVOCATION, FACTS, {
    state: await init?.(),
  });
  assertEquals(handleEvent("Deno", context), "Hello, Deno");
});

Deno.test("toBehaviour() takes init and shutdown that are undefined for absent", () => {
  const source = {
    init: undefined,
    handleEvent: () => "reply",
    shutdown: undefined,
  };
  assertEquals(answer(source), "reply");
});

Deno.test("toBehaviour() refuses what is no module, saying what it is", () => {
  const found: [source: unknown, kind: string][] = [
    [undefined, "undefined"],
    [null, "null"],
    ["./handler.ts", "a string"],
    [42, "a number"],
    [Symbol("handler"), "a symbol"],
    [[() => "reply"], "an array"],
    [{}, "an object or module that exports nothing"],
  ];
  for (const [source, kind] of found) {
    assertEquals(
      refusal(source),
      `Cannot use the handler: found ${kind}, without a handleEvent or fetch function. ${EXPECTED}`,
    );
  }
});

Deno.test("toBehaviour() refuses a module without handleEvent, naming what it exports", async () => {
  const module = await importModule(`
    export const handel = () => "reply";
    export const config = {};
  `);
  assertEquals(
    refusal(module),
    `Cannot use the handler: found an object or module with "config", "handel", without a handleEvent or fetch function. ${EXPECTED}`,
  );
});

Deno.test("toBehaviour() refuses an empty module", async () => {
  assertEquals(
    refusal(await importModule("")),
    `Cannot use the handler: found an object or module that exports nothing, without a handleEvent or fetch function. ${EXPECTED}`,
  );
});

Deno.test("toBehaviour() refuses a handleEvent that is no function", () => {
  const found: [unknown, string][] = [
    ["reply", "a string"],
    [undefined, "undefined"],
    [["reply"], "an array"],
  ];
  for (const [handleEvent, kind] of found) {
    assertEquals(
      refusal({ handleEvent }),
      `Cannot use the handler: found an object or module with "handleEvent", whose handleEvent is ${kind}. ${EXPECTED}`,
    );
  }
});

Deno.test("toBehaviour() refuses a default that is neither function nor behaviour", () => {
  for (const value of ["reply", {}, null, [() => "reply"]]) {
    assertEquals(
      refusal({ default: value }),
      `Cannot use the handler: found an object or module with "default", without a handleEvent or fetch function. ${EXPECTED}`,
    );
  }
});

Deno.test("toBehaviour() refuses a part of the life cycle that is no function", () => {
  const handleEvent = () => "reply";
  assertEquals(
    refusal({ handleEvent, init: true }),
    `Cannot use the handler: found an object or module with "handleEvent", "init", whose init is a boolean. ${EXPECTED}`,
  );
  assertEquals(
    refusal({ default: { handleEvent, shutdown: null } }),
    `Cannot use the handler: found an object or module with "default", whose shutdown is null. ${EXPECTED}`,
  );
  assertEquals(
    refusal({ handleEvent, beforeSnapshot: "later" }),
    `Cannot use the handler: found an object or module with "handleEvent", "beforeSnapshot", whose beforeSnapshot is a string. ${EXPECTED}`,
  );
  assertEquals(
    refusal({ handleEvent, afterRestore: [] }),
    `Cannot use the handler: found an object or module with "handleEvent", "afterRestore", whose afterRestore is an array. ${EXPECTED}`,
  );
});

Deno.test("toBehaviour() refuses a class", () => {
  class Greeter {
    handleEvent() {}
  }
  for (const source of [Greeter, { default: Greeter }]) {
    const error = assertThrows(() => toBehaviour(source), RuntimeError);
    assertStringIncludes(
      error.message,
      "Cannot use the handler: found a class, which cannot be called: export an instance of it. Expected",
    );
  }
});

/** What answers requests in this module's text. */
async function importFetchHandler(text: string) {
  return toFetchHandler(await importModule(text));
}

function ask(handler: ReturnType<typeof toFetchHandler>): unknown {
  return handler?.fetch(new Request("http://localhost"), {} as HttpInfo);
}

Deno.test("toFetchHandler() finds fetch in a module and in its default", async () => {
  for (
    const text of [
      `export const fetch = () => "reply";`,
      `export default { fetch: () => "reply" };`,
    ]
  ) {
    assertEquals(ask(await importFetchHandler(text)), "reply");
  }
  assertEquals(ask(toFetchHandler({ fetch: () => "reply" })), "reply");
});

Deno.test("toFetchHandler() calls what `deno serve` would of a module with both", async () => {
  const handler = await importFetchHandler(`
    export const fetch = () => "a client of the module";
    export default { fetch: () => "reply" };
  `);
  assertEquals(ask(handler), "reply");
});

Deno.test("toFetchHandler() keeps the `this` of what has fetch", () => {
  class App {
    readonly #reply = "reply";
    fetch(): string {
      return this.#reply;
    }
  }
  class Inherited extends App {}
  class Getter {
    readonly #reply = "reply";
    get fetch(): () => string {
      return () => this.#reply;
    }
  }
  for (const app of [new App(), new Inherited(), new Getter()]) {
    assertEquals(ask(toFetchHandler(app)), "reply");
    assertEquals(ask(toFetchHandler({ default: app })), "reply");
  }
});

Deno.test("toFetchHandler() finds what comes beside fetch, wherever it is", async () => {
  const handler = await importFetchHandler(`
    export const init = () => "init";
    export const handleEvent = (event) => event;
    export const beforeSnapshot = () => "beforeSnapshot";
    export default {
      fetch: () => "reply",
      handleEvent: () => "hidden",
      afterRestore: () => "afterRestore",
      shutdown: () => "shutdown",
    };
  `);
  assertEquals(handler?.init?.(), "init");
  assertEquals(handler?.beforeSnapshot?.(), "beforeSnapshot");
  assertEquals(handler?.afterRestore?.(), "afterRestore");
  assertEquals(handler?.handleEvent?.("event", CONTEXT), "event");
  assertEquals(handler?.shutdown?.(), "shutdown");
});

Deno.test("toFetchHandler() takes a default function for what answers other events", async () => {
  const handler = await importFetchHandler(`
    export const fetch = () => "reply";
    export default (event) => event;
  `);
  assertEquals(ask(handler), "reply");
  assertEquals(handler?.handleEvent?.("event", CONTEXT), "event");
});

Deno.test("toFetchHandler() gives nothing where there is no fetch", () => {
  for (
    const source of [
      () => "reply",
      { handleEvent: () => "reply" },
      { default: () => "reply" },
      { fetch: undefined },
      null,
      "fetch",
    ]
  ) {
    assertEquals(toFetchHandler(source), undefined);
  }
});

Deno.test("toFetchHandler() reads no name of a router that answers to every name", () => {
  const app = new Proxy({ fetch: () => "reply" }, {
    get: (target, name) => name === "fetch" ? target.fetch : () => "route",
  });
  const handler = toFetchHandler(app);
  assertEquals(ask(handler), "reply");
  assertEquals(handler?.init, undefined);
  assertEquals(handler?.handleEvent, undefined);
});

Deno.test("toFetchHandler() refuses a member that is no function", () => {
  for (
    const [name, value, kind] of [["fetch", "/", "string"], [
      "init",
      1,
      "number",
    ]]
  ) {
    const source = { fetch: () => "reply", [name]: value };
    const error = assertThrows(() => toFetchHandler(source), RuntimeError);
    assertEquals(error.name, "Runtime.InvalidHandler");
    assertStringIncludes(error.message, `whose ${name} is a ${kind}`);
  }
});

Deno.test("toFetchHandler() takes an exported handler for the events that are no HTTP requests, but no method of an app", async () => {
  const app = "{ fetch: () => 'reply', handler: () => 'method' }";
  const module = await importFetchHandler(`export default ${app};`);
  assertEquals(module?.handleEvent, undefined);
  const both = await importFetchHandler(`
    export const handler = () => "exported";
    export default ${app};
  `);
  assertEquals(both?.handleEvent?.("event", CONTEXT), "exported");
});
