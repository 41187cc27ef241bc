// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { ConfigFile } from "../../../runtime/config.ts";
import { loadBehaviour } from "../../../runtime/handler/load.ts";
import { RuntimeError } from "../../../runtime/failure/errors.ts";
import { DEFAULT_CONFIG } from "../../support/config.ts";
import { Folder } from "../../support/folder.ts";
import { createContext } from "../../../local/testing/context.ts";

const CONTEXT = createContext();

const EXTENSIONS = ["ts", "js", "mts", "mjs", "tsx", "jsx", "cts", "cjs"];
const MODULE = `export const handleEvent = () => "handled";`;

// What the shell has set for other functions has no place in these tests.
Deno.env.delete("_HANDLER");
Deno.env.delete("LAMBDA_TASK_ROOT");

/** What deno.json says, when it is at the path and names the handler. */
function configFile(handler?: string, path?: string): ConfigFile {
  return { config: { ...DEFAULT_CONFIG, handler }, path };
}

/** What the handler answers that deno.json in the folder names. */
async function answerOf(folder: Folder, handler: string): Promise<unknown> {
  const file = configFile(handler, `${folder.path}/deno.json`);
  const behaviour = await loadBehaviour(undefined, file);
  return await behaviour.handleEvent({}, CONTEXT);
}

/** What the handler answers that `_HANDLER` names under the folder. */
async function answerOfEnvironment(
  folder: Folder,
  handler: string,
  file = configFile(),
): Promise<unknown> {
  Deno.env.set("_HANDLER", handler);
  Deno.env.set("LAMBDA_TASK_ROOT", folder.path);
  try {
    const behaviour = await loadBehaviour(undefined, file);
    return await behaviour.handleEvent({}, CONTEXT);
  } finally {
    Deno.env.delete("_HANDLER");
    Deno.env.delete("LAMBDA_TASK_ROOT");
  }
}

async function notFound(load: () => Promise<unknown>): Promise<string> {
  const error = await assertRejects(load, RuntimeError);
  assertEquals(error.name, "Runtime.HandlerNotFound");
  return error.message;
}

Deno.test("loadBehaviour() takes the source before anything that is configured", async () => {
  using folder = new Folder({ "handler.ts": MODULE });
  const file = configFile("./handler.ts", `${folder.path}/deno.json`);
  const handler = () => "source";
  for (const source of [handler, Promise.resolve({ handleEvent: handler })]) {
    const behaviour = await loadBehaviour(source, file);
    assertEquals(behaviour.handleEvent({}, CONTEXT), "source");
  }
});

Deno.test("loadBehaviour() rejects as the source does", async () => {
  const reason = new Error("no database");
  const error = await assertRejects(
    () => loadBehaviour(Promise.reject(reason), configFile()),
  );
  assertStrictEquals(error, reason);
});

Deno.test("loadBehaviour() says which module is missing that deno.json names", async () => {
  using folder = new Folder({
    "nested.ts": `import "./missing.ts"; export function handleEvent() {}`,
  });
  const url = `file://${folder.path}/missing.ts`;
  const expected =
    `Cannot find the handler "./missing.ts" of deno.json: expected a module at "${url}"`;
  const file = configFile("./missing.ts", `${folder.path}/deno.json`);
  assertEquals(await notFound(() => loadBehaviour(undefined, file)), expected);
  await assertRejects(
    () => answerOf(folder, "./nested.ts"),
    TypeError,
    "missing.ts",
  );
});

Deno.test("loadBehaviour() refuses a source that is no handler", async () => {
  const source = { name: "hello" } as unknown as { default: () => void };
  const error = await assertRejects(
    () => loadBehaviour(source, configFile()),
    RuntimeError,
  );
  assertEquals(error.name, "Runtime.InvalidHandler");
});

Deno.test("loadBehaviour() takes the module that deno.json names, relative to deno.json", async () => {
  using folder = new Folder({
    "handler.ts": MODULE,
    "src/functions/hello.ts":
      `export default (event: unknown): unknown[] => [event];`,
  });
  assertEquals(await answerOf(folder, "./handler.ts"), "handled");
  assertEquals(await answerOf(folder, "handler.ts"), "handled");
  assertEquals(await answerOf(folder, `${folder.path}/handler.ts`), "handled");
  assertEquals(await answerOf(folder, "src/functions/hello.ts"), [{}]);
  assertEquals(await answerOf(folder, "./src/../handler.ts"), "handled");
});

Deno.test("loadBehaviour() takes paths with characters that mean something in a URL", async () => {
  const names = [
    "a b.ts",
    "100%.ts",
    "%41.ts",
    "a#b.ts",
    "a?b.ts",
    "a&b=c;d.ts",
    "こんにちは🔥.ts",
    "folder #1/é ?%/handler.ts",
  ];
  for (const name of names) {
    using folder = new Folder({
      [`パス 50%#?/${name}`]: `export default () => ${JSON.stringify(name)};`,
    });
    const path = `${folder.path}/パス 50%#?/deno.json`;
    const behaviour = await loadBehaviour(
      undefined,
      configFile(`./${name}`, path),
    );
    assertEquals(behaviour.handleEvent({}, CONTEXT), name);
    const root = `パス 50%#?/${name}`;
    assertEquals(await answerOfEnvironment(folder, root), name);
  }
});

Deno.test("loadBehaviour() takes URLs as they are", async () => {
  using folder = new Folder({ "a b.ts": MODULE });
  const url = `file://${folder.path}/a%20b.ts`;
  assertEquals(await answerOf(folder, url), "handled");
  const inline = `data:text/javascript,${encodeURIComponent(MODULE)}`;
  assertEquals(await answerOf(folder, inline), "handled");
});

Deno.test("loadBehaviour() takes packages as they are", async () => {
  using folder = new Folder({});
  const error = await assertRejects(
    () => answerOf(folder, "jsr:@std/assert@^1.0.19/equals"),
    RuntimeError,
  );
  assertStringIncludes(error.message, 'module with "assertEquals", without');
});

Deno.test("loadBehaviour() rejects with what the module throws", async () => {
  using folder = new Folder({
    "handler.ts": `throw new RangeError("no configuration");`,
  });
  const error = await assertRejects(
    () => answerOf(folder, "./handler.ts"),
    RangeError,
  );
  assertEquals(error.message, "no configuration");
});

Deno.test("loadBehaviour() prefers deno.json to _HANDLER", async () => {
  using folder = new Folder({
    "configured.ts": `export default () => "configured";`,
    "environment.ts": `export default () => "environment";`,
  });
  const file = configFile("./configured.ts", `${folder.path}/deno.json`);
  assertEquals(
    await answerOfEnvironment(folder, "environment.ts", file),
    "configured",
  );
});

Deno.test("loadBehaviour() takes _HANDLER for a path under LAMBDA_TASK_ROOT", async () => {
  using folder = new Folder({ "handler.ts": MODULE, "src/a.b.js": MODULE });
  for (const handler of ["handler.ts", "./handler.ts", "src/a.b.js"]) {
    assertEquals(await answerOfEnvironment(folder, handler), "handled");
  }
});

Deno.test("loadBehaviour() takes _HANDLER for a module and its export", async () => {
  using folder = new Folder({
    "src/index.mjs": `
      export const handler = () => "function";
      export const app = { v1: { get: () => "nested" } };
    `,
  });
  assertEquals(
    await answerOfEnvironment(folder, "src/index.handler"),
    "function",
  );
  assertEquals(
    await answerOfEnvironment(folder, "./src/index.handler"),
    "function",
  );
  assertEquals(
    await answerOfEnvironment(folder, "src/index.app.v1.get"),
    "nested",
  );
});

Deno.test("loadBehaviour() finds the module of _HANDLER whatever its extension", async () => {
  for (const extension of EXTENSIONS) {
    const text = extension.startsWith("c")
      ? `exports.handler = () => "${extension}";`
      : `export const handler = () => "${extension}";`;
    using folder = new Folder({ [`index.${extension}`]: text });
    assertEquals(
      await answerOfEnvironment(folder, "index.handler"),
      extension,
    );
  }
});

Deno.test("loadBehaviour() takes AWS's form in deno.json too", async () => {
  using folder = new Folder({
    "src/api.ts": `export const greet = () => "greeted";`,
    "handler.handleEvent": "not a module",
    "one.two.ts": MODULE,
  });
  assertEquals(await answerOf(folder, "src/api.greet"), "greeted");
  assertEquals(await answerOf(folder, "./src/api.greet"), "greeted");
  assertEquals(
    await answerOf(folder, `${folder.path}/src/api.greet`),
    "greeted",
  );
  assertEquals(await answerOf(folder, "one.two.ts"), "handled");
});

Deno.test("loadBehaviour() lists the names that it has tried for _HANDLER", async () => {
  using folder = new Folder({ "other.ts": MODULE });
  const tried: Record<string, string[]> = {
    "handler.handleEvent": EXTENSIONS.map((it) => `handler.${it}`),
    "handler": [],
    ".": [],
  };
  for (const [handler, names] of Object.entries(tried)) {
    assertEquals(
      await notFound(() => answerOfEnvironment(folder, handler)),
      `Cannot find the handler "${handler}" of _HANDLER: expected a module in "${folder.path}" that may be read, as in "handler.ts" or "handler.handleEvent", found none of ${
        [handler, ...names].map((name) => `"${name}"`).join(", ")
      }`,
    );
  }
  assertEquals(
    await notFound(() => answerOfEnvironment(folder, "handler.ts")),
    `Cannot find the handler "handler.ts" of _HANDLER: expected a module at "file://${folder.path}/handler.ts"`,
  );
});

Deno.test("loadBehaviour() names the exports when that of _HANDLER is missing", async () => {
  using folder = new Folder({
    "index.ts": "export const main = () => {}; export const app = { v1: 1 };",
    "empty.ts": "export {};",
  });
  for (const name of ["handler", "app.v1", "app.v2.get"]) {
    assertEquals(
      await notFound(() => answerOfEnvironment(folder, `index.${name}`)),
      `Cannot find the handler "index.${name}" of _HANDLER: "index.ts" exports "app", "main", but no function or behaviour "${name}"`,
    );
  }
  assertEquals(
    await notFound(() => answerOfEnvironment(folder, "empty.handler")),
    'Cannot find the handler "empty.handler" of _HANDLER: "empty.ts" exports nothing, but no function or behaviour "handler"',
  );
});

Deno.test("loadBehaviour() shows the line to add when no handler is named", async () => {
  const line = `Add to deno.json

  "lambda": { "handler": "./handler.ts" }`;
  assertEquals(
    await notFound(() =>
      loadBehaviour(undefined, configFile(undefined, "/app/deno.json"))
    ),
    `Cannot find a handler: /app/deno.json names none. ${line}`,
  );
  assertEquals(
    await notFound(() => loadBehaviour(undefined, configFile())),
    `Cannot find a handler: there is no deno.json that may be read. ${line}`,
  );
});

Deno.test("loadBehaviour() needs both _HANDLER and LAMBDA_TASK_ROOT", async () => {
  for (const name of ["_HANDLER", "LAMBDA_TASK_ROOT"]) {
    Deno.env.set(name, "handler.ts");
    try {
      await notFound(() => loadBehaviour(undefined, configFile()));
    } finally {
      Deno.env.delete(name);
    }
  }
});
