// Copyright 2026 the Toukon Lambda authors. MIT license.

// One table says which form a function should have, and everything else agrees.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { assertMatch } from "@std/assert/match";

const ROOT = new URL("../../", import.meta.url);

const ENGLISH_TABLE = /build\.md#which-form-to-take\)/;
const JAPANESE_TABLE = /build\.md#(?:which-form-to-take|どの形を選ぶか)\)/;

/** Pages that have to do with the forms of a function, and their language. */
const PAGES = [
  { path: "README.md", link: ENGLISH_TABLE },
  { path: "README.ja.md", link: JAPANESE_TABLE },
  { path: "docs/deploy.md", link: ENGLISH_TABLE },
  { path: "docs/ja/deploy.md", link: JAPANESE_TABLE },
  { path: "docs/first_function.md", link: ENGLISH_TABLE },
  { path: "docs/ja/first_function.md", link: JAPANESE_TABLE },
  { path: "docs/custom_runtime.md", link: ENGLISH_TABLE },
  { path: "docs/create.md", link: ENGLISH_TABLE },
  { path: "docs/cold_start.md", link: ENGLISH_TABLE },
  { path: "examples/starter/README.md", link: ENGLISH_TABLE },
  { path: "examples/starter/README.ja.md", link: JAPANESE_TABLE },
  { path: "tools/create/readme/en/build_image.md", link: ENGLISH_TABLE },
  { path: "tools/create/readme/ja/build_image.md", link: JAPANESE_TABLE },
];

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The rows of the tables in a section of a page. */
function rowsOf(path: string, heading: string): string[] {
  const section = read(path).split(/^## /m)
    .find((it) => it.startsWith(`${heading}\n`)) ?? "";
  return section.split("\n").filter((line) => line.startsWith("|"));
}

/** A row that gives a start of a bundle or a program, as the one table does. */
const ROW_OF_A_FORM =
  /^\|[^|\n]*(?:bundle|program|バンドル|プログラム)[^|\n]*\|.*\|\s*\d[\d.]* ms\s*\|/im;

for (const { path, link } of PAGES) {
  Deno.test(`${path} links to the table of forms, and has none of its own`, () => {
    const page = read(path);
    assertMatch(page, link);
    assertEquals(ROW_OF_A_FORM.exec(page)?.[0], undefined);
  });
}

for (
  const { path, heading, first } of [
    {
      path: "docs/build.md",
      heading: "Which form to take",
      first: "**program in an image**",
    },
    {
      path: "docs/ja/build.md",
      heading: "どの形を選ぶか",
      first: "**イメージのプログラム**",
    },
  ]
) {
  Deno.test(`${path} has one table of forms, the default first`, () => {
    const [, separator, row, ...others] = rowsOf(path, heading);
    assertMatch(separator, /^\| -/);
    assert(row.startsWith(`| ${first} `), row);
    assertGreater(others.length, 3);
    assertEquals(others.filter((it) => /^\| -/.test(it)), []);
    assertMatch(others[0], ROW_OF_A_FORM);
    assertMatch(others[0], /`docker buildx build --target bundled`/);
    assertMatch(others[0], /`deno task build --form bundle`/);
  });
}

Deno.test("the Dockerfiles make the compiled program where no target is named, and name the table", () => {
  for (const path of ["Dockerfile", "examples/starter/Dockerfile"]) {
    const text = read(path);
    const [last] = text.split(/^FROM /m).slice(-1);
    assertMatch(last, /^COPY --from=compiler /m);
    assertMatch(text, /"Which form to take", in docs\/build\.md/);
  }
});
