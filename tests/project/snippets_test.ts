// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { readConfig } from "../../runtime/config.ts";
import { toBehaviour } from "../../runtime/handler/to_behaviour.ts";
import { loadBehaviour } from "../../runtime/handler/load.ts";
import { BuildProject } from "../support/build_project.ts";

const ROOT = new URL("../../", import.meta.url);

/** The pages whose handlers people paste, and how often each shows deno.json. */
const PAGES = [
  { name: "README.md", configurations: 1 },
  { name: "README.ja.md", configurations: 1 },
  { name: "docs/handlers.md", configurations: 3 },
  { name: "docs/ja/handlers.md", configurations: 3 },
];

/** The modules that a message shows: from import or export to the last brace. */
function modulesIn(message: string): string[] {
  return message.match(/^(?:import .*\n\n)?export [^]*?^\};?$/gm) ?? [];
}

function refusalOf(source: unknown): string {
  return assertThrows(() => toBehaviour(source), Error).message;
}

/**
 * Checks the types of each snippet as the handler module of a project that was
 * set up as the guide to handlers says, and that it is a handler.
 */
async function checkSnippets(snippets: string[]): Promise<void> {
  using project = new BuildProject();
  for (const [index, snippet] of snippets.entries()) {
    project.write(`snippet_${index}.ts`, snippet);
    project.write(
      `check_${index}.ts`,
      `import type { HandlerModule } from "@toukon/lambda";
import * as snippet from "./snippet_${index}.ts";
snippet satisfies HandlerModule;
`,
    );
  }
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...snippets.map((_, at) => `check_${at}.ts`)],
    cwd: project.directory,
    env: { NO_COLOR: "1" },
  }).output();
  const problems = new TextDecoder().decode(stderr);
  assertEquals([success, problems], [true, ""], snippets.join("\n\n"));
}

Deno.test("what the runtime shows for a wrong handler type-checks when pasted", async () => {
  const callback = (_event: unknown, _context: unknown, _done: unknown) => {};
  const wrong = modulesIn(refusalOf({ greeting: "Hello" }));
  const ended = modulesIn(refusalOf({ handleEvent: callback }));
  assertEquals([wrong.length, ended.length], [2, 1]);
  await checkSnippets([...wrong, ...ended]);
});

Deno.test("what the build shows for a wrong handler type-checks when pasted", async () => {
  using project = new BuildProject({
    handler: 'export const greeting = "Hello";',
  });
  const { code, stderr } = await project.build(["--bundle"]);
  const snippets = modulesIn(stderr);
  assertEquals([code === 0, snippets.length], [false, 1], stderr);
  await checkSnippets(snippets);
});

Deno.test("what the READMEs and the guide to handlers show as handlers type-checks when pasted", async () => {
  const pages = PAGES.map(({ name }) =>
    Deno.readTextFileSync(new URL(name, ROOT))
  );
  const blocks = pages.flatMap((page) =>
    [...page.matchAll(/^```ts\b.*\n([^]*?)^```$/gm)].map(([, block]) => block)
  );
  const cells = pages.flatMap((page) =>
    [...page.matchAll(/^\|.*`(export [^`]+)`/gm)].map(([, cell]) => cell)
  );
  assertEquals([blocks.length >= 12, cells.length], [true, 8]);
  await checkSnippets([...blocks, ...cells]);
});

Deno.test("what the runtime shows for no handler can be pasted into deno.json", async () => {
  const path = "/project/deno.json";
  const { config } = await readConfig(undefined, {});
  const { message } = await assertRejects(
    () => loadBehaviour(undefined, { config, path }),
    Error,
  );
  const [snippet] = message.match(/^ {2}"lambda": .*$/m) ?? [];
  const { lambda } = JSON.parse(`{${snippet}}`);
  const pasted = await readConfig(undefined, lambda);
  assertEquals(pasted.config.handler, "./handler.ts");
});

Deno.test("what the READMEs and the guide to handlers show as deno.json is taken", async () => {
  for (const { name, configurations } of PAGES) {
    const page = Deno.readTextFileSync(new URL(name, ROOT));
    const blocks = [...page.matchAll(/^```json\n([^]*?)^```$/gm)];
    assertEquals(blocks.length, configurations);
    for (const [, block] of blocks) {
      const { lambda } = JSON.parse(block);
      const { config } = await readConfig(undefined, lambda);
      assertEquals(config.handler, "./handler.ts");
    }
  }
});
