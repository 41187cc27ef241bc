// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { assertLessOrEqual } from "@std/assert/less-or-equal";
import { assertMatch } from "@std/assert/match";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** The part of `deno doc --json` of one module that is looked at here. */
interface ModuleDoc {
  readonly module_doc?: {
    readonly doc?: string;
    readonly tags?: readonly { readonly kind: string }[];
  };
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly jsDoc?: { readonly doc?: string };
    }[];
  }[];
}

/** Runs Deno in the root; it must not be coloured, to be read. */
async function runDeno(
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const texts = {
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
  assert(success, `deno ${args.join(" ")}: ${texts.stderr}`);
  return texts;
}

async function docOf(path: string): Promise<ModuleDoc> {
  const { stdout } = await runDeno("doc", "--json", path);
  const url = new URL(path, ROOT).href;
  const module = JSON.parse(stdout).nodes[url];
  assert(module !== undefined, `deno doc says nothing of ${url}`);
  return module;
}

const DOCS = new Map(
  await Promise.all(
    Object.entries(config.exports)
      .map(async ([name, path]) => [name, await docOf(path)] as const),
  ),
);

for (const [name, { module_doc: module }] of DOCS) {
  Deno.test(`the entry point "${name}" has a @module doc with an example`, () => {
    const kinds = module?.tags?.map(({ kind }) => kind) ?? [];
    assert(kinds.includes("module"), "there is no @module");
    assertMatch(module?.doc ?? "", /^\w[^`]+/, "it begins with no sentence");
    assertMatch(module?.doc ?? "", /^```\w+\n[^]+?\n```$/m);
  });
}

Deno.test("at least 80 % of the symbols of all entry points are documented", () => {
  const symbols = [...DOCS.values()].flatMap((doc) => doc.symbols);
  const undocumented = symbols.filter(({ declarations }) =>
    !declarations.some(({ jsDoc }) => jsDoc?.doc)
  );
  assertGreater(symbols.length, 99);
  assertLessOrEqual(
    undocumented.length / symbols.length,
    0.2,
    undocumented.map(({ name }) => name).join(", "),
  );
});

Deno.test("the package has no slow types", async () => {
  const { stderr } = await runDeno("publish", "--dry-run", "--allow-dirty");
  assertMatch(stderr, /Checking for slow types in the public API/);
  assertMatch(stderr, /Dry run complete/);
});

Deno.test("the package has a README with an example, and a license", () => {
  for (const path of ["README.md", "LICENSE"]) {
    assert(config.publish.include.includes(path), `${path} is not published`);
  }
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  assertMatch(readme, /^```ts\n/m);
  assertEquals(config.license, "MIT");
});

Deno.test("docs/release.md has the description for the settings on jsr.io", () => {
  const page = Deno.readTextFileSync(new URL("docs/release.md", ROOT));
  const [, description] = page.match(/^```text description\n(.+)\n```$/m) ??
    [];
  assert(description !== undefined, "there is none");
  assertMatch(description, /AWS Lambda.*Deno/);
  assertLessOrEqual(description.length, 250);
});
