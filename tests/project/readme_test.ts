// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { assertLessOrEqual } from "@std/assert/less-or-equal";

const ROOT = new URL("../../", import.meta.url);
const ENGLISH = Deno.readTextFileSync(new URL("README.md", ROOT));
const CONFIG = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);
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

Deno.test("the README is no longer than 900 words", () => {
  for (const page of [ENGLISH, JAPANESE]) {
    const words = page.split(/\s+/).filter((word) => word !== "");
    assertLessOrEqual(words.length, 900);
  }
});

Deno.test("the README names every entry point of the package", () => {
  const { name, exports } = CONFIG;
  assertEquals(
    keysOf(ENGLISH).toSorted(),
    Object.keys(exports)
      .map((path) => `\`${path.replace(".", name)}\``)
      .toSorted(),
  );
});

Deno.test("the README links to what is published with it", () => {
  const published: string[] = CONFIG.publish.include;
  for (const page of [ENGLISH, JAPANESE]) {
    for (const [, link] of page.matchAll(/\]\((?!https:)(.*?)(?:#.*?)?\)/g)) {
      assert(published.some((path) => link.startsWith(path)), link);
    }
  }
});
