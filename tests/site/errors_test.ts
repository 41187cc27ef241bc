// Copyright 2026 the Toukon Lambda authors. MIT license.

import assert from "node:assert/strict";
import type { Section } from "../../tools/docs/pages.ts";
import { buildSite, SiteError } from "../../tools/docs/site.ts";
import { checkSite } from "../../tools/docs/check.ts";

const SECTIONS: Section[] = [{
  title: { en: "All", ja: "すべて" },
  sources: ["README.md", "docs/a.md", "docs/b.md"],
}];

/** A repository with two guides, and what is changed in it. */
const FILES: Record<string, string> = {
  "deno.json": '{ "name": "@a/b", "exports": { ".": "./mod.ts" } }',
  "mod.ts":
    "/**\n * A module.\n *\n * @module\n */\n/** One. */\nexport const one = 1;\n",
  "README.md": "# Read me\n",
  "README.ja.md": "# 読んでください\n",
  "docs/a.md": "# A\n\n## Part\n\n[B](b.md#part), [code](../mod.ts)\n",
  "docs/b.md": "# B\n\n## Part\n\nText\n",
  "docs/ja/a.md":
    "# あ\n\n## 部分\n\n[い](b.md#部分)、[コード](../../mod.ts)\n",
  "docs/ja/b.md": "# い\n\n## 部分\n\n文章\n",
};

/** Builds a site of {@linkcode FILES} with changes; `null` leaves one out. */
async function build(
  changes: Record<string, string | null>,
  untranslated: string[] = [],
): Promise<{ problems: string; read: (path: string) => string | undefined }> {
  const root = await Deno.makeTempDir({ prefix: "toukon_docs_" });
  const output = `${root}/site`;
  const read = new Map<string, string>();
  try {
    for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
      if (text === null) continue;
      Deno.mkdirSync(`${root}/docs/ja`, { recursive: true });
      Deno.writeTextFileSync(`${root}/${path}`, text);
    }
    const repository = "https://github.com/a/b";
    const sections = SECTIONS;
    await buildSite({ root, output, repository, sections, untranslated });
    for (const path of ["a.html", "ja/a.html"]) {
      read.set(path, Deno.readTextFileSync(`${output}/${path}`));
    }
    return { problems: "", read: (path) => read.get(path) };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    return { problems: error.message, read: () => undefined };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("a link leads to the page in its language, and code to GitHub", async () => {
  const { problems, read } = await build({});
  assert.equal(problems, "");
  assert.match(read("a.html") ?? "", /<a href="b\.html#part">B<\/a>/);
  assert.match(
    read("ja/a.html") ?? "",
    /<a href="b\.html#part">い<\/a>/,
  );
  assert.match(
    read("a.html") ?? "",
    /<a href="https:\/\/github\.com\/a\/b\/blob\/main\/mod\.ts">code<\/a>/,
  );
});

for (
  const { name, changes, problems } of [
    {
      name: "a link to no page",
      changes: {
        "docs/a.md": "# A\n\n## Part\n\nText,\n[B](b.md),\n[C](c.md)\n",
      },
      problems: 'docs/a.md:7: dead link "c.md": there is no such file',
    },
    {
      name: "a link to no heading of another page",
      changes: { "docs/a.md": "# A\n\n## Part\n\n[B](b.md#whole)\n" },
      problems:
        'docs/a.md:5: dead link "b.md#whole": no heading of docs/b.md has this anchor',
    },
    {
      name: "a link to no heading of its own page",
      changes: { "docs/b.md": "# B\n\n## Part\n\n[Below](#below)\n" },
      problems:
        'docs/b.md:5: dead link "#below": no heading of docs/b.md has this anchor',
    },
    {
      name: "a link out of the repository",
      changes: { "docs/b.md": "# B\n\n## Part\n\n[Up](../../secret.md)\n" },
      problems:
        'docs/b.md:5: dead link "../../secret.md": there is no such file',
    },
    {
      name: "a page without translation",
      changes: { "docs/ja/b.md": null, "docs/ja/a.md": "# あ\n\n## 部分\n" },
      problems:
        'docs/b.md: there is no translation "docs/ja/b.md": write it, or add the page to UNTRANSLATED in tools/docs/pages.ts',
    },
    {
      name: "a translation with other headings",
      changes: { "docs/ja/b.md": "# い\n\n### 部分\n" },
      problems:
        "docs/ja/b.md: its headings are not those of docs/b.md: 2 of levels 1,3, not 2 of levels 1,2",
    },
    {
      name: "a page that is not in the navigation",
      changes: { "docs/c.md": "# C\n" },
      problems:
        "docs/c.md: the page is not in the navigation: add it to SECTIONS in tools/docs/pages.ts",
    },
    {
      name: "a translation of nothing",
      changes: { "docs/ja/c.md": "# う\n" },
      problems: "docs/ja/c.md: there is no page that it translates",
    },
  ]
) {
  Deno.test(`${name} is an error that names the file`, async () => {
    const built = await build(changes);
    assert.equal(built.problems.split("\n")[0], problems);
  });
}

Deno.test("a page that is known to have no translation stands in English", async () => {
  const changes = {
    "docs/ja/b.md": null,
    "docs/ja/a.md": "# あ\n\n## 部分\n\n[B](../b.md)\n",
  };
  const { problems, read } = await build(changes, ["docs/b.md"]);
  assert.equal(problems, "");
  assert.match(
    read("ja/a.html") ?? "",
    /<li><a href="\.\.\/b\.html" lang="en">B<\/a><\/li>/,
  );
});

Deno.test("a translation of a page that is said to have none is an error", async () => {
  const { problems } = await build({}, ["docs/b.md"]);
  assert.equal(
    problems,
    'docs/ja/b.md: it is a translation of what tools/docs/pages.ts says has none: take "docs/b.md" out there',
  );
});

Deno.test("checkSite() finds dead links, dead anchors and what is loaded from elsewhere", () => {
  const files = new Map([
    ["a.html", '<p id="a"></p>\n<a href="b/c.html#c"></a><a href="#a"></a>'],
    [
      "b/c.html",
      '<p></p>\n<a href="../d.html"></a>\n<a href="../a.html#b"></a>',
    ],
    [
      "e.html",
      '<img src="https://example.com/a.png"><a href="https://example.com">',
    ],
    ["f.html", '<a href="file:///home/a"></a>'],
  ]);
  assert.deepEqual(checkSite(files), [
    'a.html:2: dead link "b/c.html#c": no such anchor',
    'b/c.html:2: dead link "../d.html": no such file',
    'b/c.html:3: dead link "../a.html#b": no such anchor',
    'e.html:1: "https://example.com/a.png" would be loaded from elsewhere',
    'f.html:1: dead link "file:///home/a": it leads nowhere on the web',
  ]);
});
