// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { KEYS } from "../../runtime/config_keys.ts";

const ROOT = new URL("../../", import.meta.url);
const DEAD_LETTER = Deno.readTextFileSync(
  new URL("runtime/dead_letter/config.ts", ROOT),
);

/** The keys of a table and what stands in its column "Default", by its section. */
function defaultsOf(page: string, section: string): Record<string, string> {
  const text = page.split(/^#+ /m).find((it) => it.startsWith(section)) ?? "";
  const rows = text.matchAll(/^\| `([\w.]+)` +\|[^|]+\| (\S+) +\|/gm);
  return Object.fromEntries([...rows].map(([, key, value]) => [key, value]));
}

function toCell(value: unknown, none: string): string {
  return value === undefined ? none : `\`${JSON.stringify(value)}\``;
}

for (
  const { path, none, all } of [
    { path: "docs/configuration.md", none: "none", all: "All keys" },
    { path: "docs/ja/configuration.md", none: "なし", all: "すべてのキー" },
  ]
) {
  const page = Deno.readTextFileSync(new URL(path, ROOT));

  Deno.test(`${path} has every key of the configuration, with its default`, () => {
    const expected = Object.entries(KEYS).map(([key, { default: value }]) => {
      const name = key.replace("lambda.", "");
      // Without the key, Deno gives a worker what the process has.
      const shown = name === "permissions" ? "inherit" : value;
      return [name, toCell(shown, none)] as const;
    });
    assertEquals(defaultsOf(page, all), Object.fromEntries(expected));
  });

  Deno.test(`${path} has every key of lambda.deadLetter`, () => {
    const members = [...DEAD_LETTER.matchAll(/^ {2}readonly (\w+)\?:/gm)]
      .map(([, name]) => name);
    assertGreater(members.length, 2);
    assertEquals(Object.keys(defaultsOf(page, "`deadLetter`")), members);
  });
}
