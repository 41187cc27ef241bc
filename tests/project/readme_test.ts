// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { HELP } from "../../local/dev/flags.ts";

const ROOT = new URL("../../", import.meta.url);
const ENGLISH = Deno.readTextFileSync(new URL("README.md", ROOT));
const JAPANESE = Deno.readTextFileSync(new URL("README.ja.md", ROOT));

/** The blocks of code, but for the one that is prose. */
function blocksOf(page: string): string[] {
  return [...page.matchAll(/^```\w[^\n]*\n.*?^```$/gms)].map(([block]) =>
    block
  );
}

function headingLevelsOf(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#+ /gm)].map(([marks]) => marks);
}

/** The first column of every table, as far as it is code. */
function keysOf(page: string): string[] {
  return [...page.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, key]) => key);
}

/** Both languages link to the same pages, each to its own where there are two. */
function linksOf(page: string): string[] {
  return [...page.matchAll(/\]\((.*?)(#.*?)?\)/g)]
    .map(([, link]) => link.replace(".ja.md", ".md").replace("/ja/", "/"))
    .toSorted();
}

Deno.test("the README has the same code, structure and links in both languages", () => {
  for (const partOf of [blocksOf, headingLevelsOf, keysOf, linksOf]) {
    assertGreater(partOf(ENGLISH).length, 3);
    assertEquals(partOf(JAPANESE), partOf(ENGLISH));
  }
});

Deno.test("the README links to files that are there", () => {
  for (const page of [ENGLISH, JAPANESE]) {
    for (const [, link] of page.matchAll(/\]\((?!https:)(.*?)(?:#.*?)?\)/g)) {
      assert(Deno.statSync(new URL(link, ROOT)), link);
    }
  }
});

Deno.test("the README names every key of the configuration", () => {
  const config = Deno.readTextFileSync(new URL("runtime/config_keys.ts", ROOT));
  const keys = [...config.matchAll(/^ {2}"lambda\.([\w.]+)": \{$/gm)];

  assertGreater(keys.length, 3);
  for (const [, key] of keys) {
    assert(keysOf(ENGLISH).includes(`\`${key}\``), key);
  }
});

Deno.test("the README links to what is published with it", () => {
  const { publish } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const published: string[] = publish.include;
  for (const page of [ENGLISH, JAPANESE]) {
    for (const [, link] of page.matchAll(/\]\((?!https:)(.*?)(?:#.*?)?\)/g)) {
      assert(published.some((path) => link.startsWith(path)), link);
    }
  }
});

Deno.test("the README names every option of a local run, in the order of the help", () => {
  const options = [...HELP.matchAll(/^ +(?:-\w, )?(--\w+)/gm)]
    .map(([, name]) => name);
  const section = ENGLISH.split("\n## ")
    .find((it) => it.startsWith("Running locally")) ?? "";

  assertGreater(options.length, 3);
  assertEquals(
    [...section.matchAll(/^\| `(--\w+)/gm)].map(([, name]) => name),
    options,
  );
});
