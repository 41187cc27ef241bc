// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { HELP } from "../../local/dev/flags.ts";

const ROOT = new URL("../../", import.meta.url);

for (
  const { path, heading } of [
    { path: "docs/local_runs.md", heading: "Options" },
    { path: "docs/ja/local_runs.md", heading: "オプション" },
  ]
) {
  Deno.test(`${path} names every option of a local run, in the order of the help`, () => {
    const page = Deno.readTextFileSync(new URL(path, ROOT));
    const options = [...HELP.matchAll(/^ +(?:-\w, )?(--\w+)/gm)]
      .map(([, name]) => name);
    const section = page.split("\n## ")
      .find((it) => it.startsWith(`${heading}\n`)) ?? "";

    assertGreater(options.length, 3);
    assertEquals(
      [...section.matchAll(/^\| `(--\w+)/gm)].map(([, name]) => name),
      options,
    );
  });
}
