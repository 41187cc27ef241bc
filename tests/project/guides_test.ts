// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { readConfig } from "../../runtime/config.ts";
import { parseDeadLetterConfig } from "../../runtime/dead_letter/config.ts";
import {
  japaneseSource,
  SECTIONS,
  UNTRANSLATED,
} from "../../tools/docs/pages.ts";

const ROOT = new URL("../../", import.meta.url);

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch {
    return false;
  }
}

/** The guides that are there in both languages; READMEs have their own tests. */
const GUIDES = SECTIONS.filter(({ englishOnly }) => !englishOnly)
  .flatMap(({ sources }) => sources)
  .filter((source) => exists(source) && !source.endsWith("README.md"))
  .filter((source) => !UNTRANSLATED.includes(source))
  .map((source) => ({
    source,
    english: Deno.readTextFileSync(new URL(source, ROOT)),
    japanese: Deno.readTextFileSync(new URL(japaneseSource(source), ROOT)),
  }));

const FENCE = /^( *)```.*\n(?:.*\n)*?\1```$/gm;

/** The blocks of code; one without a language is a drawing, with words in it. */
function blocksOf(page: string): string[] {
  return [...page.matchAll(FENCE)].map(([block]) => block)
    .filter((block) => /^ *```\w/.test(block));
}

function levelsOf(page: string): string[] {
  return [...page.replaceAll(FENCE, "").matchAll(/^#+ /gm)]
    .map(([marks]) => marks);
}

/** How many columns each row of a table has. */
function rowsOf(page: string): number[] {
  return [...page.replaceAll(FENCE, "").matchAll(/^\|.*\|$/gm)]
    .map(([row]) => row.replaceAll("\\|", "").split("|").length);
}

/** What is linked to, whatever the language and the heading. */
function linksOf(page: string): string[] {
  return [
    ...page.replaceAll(FENCE, "").matchAll(/[^_]\[[^\]]*\]\(([^)#]*)[^)]*\)/g),
  ]
    .map(([, link]) => link.slice(link.lastIndexOf("/") + 1))
    .map((name) => name.replace(".ja.md", ".md").toLowerCase())
    .toSorted();
}

Deno.test("every guide says the same in both languages, as far as it is code, tables, links and structure", () => {
  assertGreater(GUIDES.length, 15);
  for (const { source, english, japanese } of GUIDES) {
    for (const partOf of [blocksOf, levelsOf, rowsOf, linksOf]) {
      assertEquals(partOf(japanese), partOf(english), source);
    }
  }
});

Deno.test("what the guides show as JSON is JSON, and as deno.json is taken", async () => {
  let count = 0;
  for (const { english } of GUIDES) {
    for (const [, text] of english.matchAll(/^```json\n(.*?)^```$/gms)) {
      const { lambda } = JSON.parse(text) as Record<string, unknown>;
      if (lambda === undefined) continue;
      const { config } = await readConfig(
        undefined,
        lambda as Record<string, unknown>,
      );
      if (config.deadLetter) parseDeadLetterConfig(config.deadLetter);
      count++;
    }
  }
  assertGreater(count, 5);
});
