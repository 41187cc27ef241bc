// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { git } from "../../../tools/git.ts";
import {
  checkVersions,
  rangeOf,
  readVersions,
  writeVersions,
} from "../../../tools/versions/versions.ts";
import { Folder } from "../../support/folder.ts";

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;
const VERSIONS = {
  deno: "3.1.4",
  images: { "gcr.io/base/cc:nonroot": NEW },
  range: "^0.2",
};

/** A repository with these files. */
function createRepository(files: Record<string, string>): Folder {
  const folder = new Folder(files);
  git(folder.path, "init", "--quiet");
  return folder;
}

for (
  const { place, found, expected } of [
    {
      place: "a command",
      found: "npx -y deno@2.0.1 task",
      expected: "npx -y deno@3.1.4 task",
    },
    {
      place: "an image",
      found: "FROM denoland/deno:2.0.1 AS a",
      expected: "FROM denoland/deno:3.1.4 AS a",
    },
    {
      place: "the image of the binary",
      found: "denoland/deno:bin-2.0.1 /deno",
      expected: "denoland/deno:bin-3.1.4 /deno",
    },
    {
      place: "a workflow",
      found: 'DENO_VERSION: "2.0.1"',
      expected: 'DENO_VERSION: "3.1.4"',
    },
    {
      place: "a link",
      found:
        "[Deno](https://docs.deno.com/runtime/getting_started/installation/)\n2.0.1",
      expected:
        "[Deno](https://docs.deno.com/runtime/getting_started/installation/)\n3.1.4",
    },
    {
      place: "a sentence",
      found: "with Deno\n2.0.1 or newer",
      expected: "with Deno\n3.1.4 or newer",
    },
    {
      place: "a Japanese sentence",
      found: "Deno\n2.0.1 以降",
      expected: "Deno\n3.1.4 以降",
    },
    {
      place: "the lowest minor version",
      found: "You need Deno 2.0 (or Node)",
      expected: "You need Deno 3.1 (or Node)",
    },
    {
      place: "a digest",
      found: `FROM gcr.io/base/cc:nonroot@${OLD}`,
      expected: `FROM gcr.io/base/cc:nonroot@${NEW}`,
    },
    {
      place: "a dependency",
      found: '"jsr:@toukon/lambda@^0.1"',
      expected: '"jsr:@toukon/lambda@^0.2"',
    },
  ]
) {
  Deno.test(`checkVersions() finds, and writeVersions() mends, the version of ${place}`, () => {
    using folder = createRepository({
      "a.md": `First\n${found}\nand\n${found}\n`,
    });
    const { counts, differences } = checkVersions(folder.path, VERSIONS);
    assertEquals(counts.get("a.md"), 2);
    assertEquals(differences.map(({ path }) => path), ["a.md", "a.md"]);

    assertEquals(writeVersions(folder.path, VERSIONS), ["a.md"]);
    assertEquals(
      Deno.readTextFileSync(`${folder.path}/a.md`),
      `First\n${expected}\nand\n${expected}\n`,
    );
    assertEquals(checkVersions(folder.path, VERSIONS).differences, []);
    assertEquals(writeVersions(folder.path, VERSIONS), []);
  });
}

Deno.test("checkVersions() names file and line, what was found and expected", () => {
  using folder = createRepository({ "a/b.md": "One\n\n`deno@2.0.1`\n" });
  assertEquals(checkVersions(folder.path, VERSIONS).differences, [
    { path: "a/b.md", line: 3, found: "2.0.1", expected: "3.1.4" },
  ]);
});

Deno.test("checkVersions() refuses an image that versions.json does not have", () => {
  using folder = createRepository({ Dockerfile: `FROM gcr.io/new:1@${OLD}` });
  assertEquals(checkVersions(folder.path, VERSIONS).differences, [
    { path: "Dockerfile", line: 1, found: OLD, expected: undefined },
  ]);
  assertEquals(writeVersions(folder.path, VERSIONS), []);
});

Deno.test("checkVersions() leaves measurements, the past and ignored files alone", () => {
  using folder = createRepository({
    "a.md": "Measured with Deno 2.0.1, files in the page cache",
    "CHANGELOG.md": "deno@2.0.1",
    "bench/results/peers.md": "deno@2.0.1",
    "vendor/a.md": "deno@2.0.1",
    ".gitignore": "/vendor/",
  });
  const { counts, differences } = checkVersions(folder.path, VERSIONS);
  assertEquals([...counts], []);
  assertEquals(differences, []);
});

Deno.test("checkVersions() passes by a file that was removed and not yet committed", () => {
  using folder = createRepository({ "a.md": "deno@2.0.1" });
  git(folder.path, "add", "a.md");
  Deno.removeSync(`${folder.path}/a.md`);
  assertEquals(checkVersions(folder.path, VERSIONS).differences, []);
});

for (
  const { versions, message } of [
    { versions: { deno: "2.9", images: {} }, message: 'Cannot use "2.9"' },
    {
      versions: { deno: "2.9.6", images: { a: "sha256:1" } },
      message: 'Cannot use "sha256:1"',
    },
  ]
) {
  Deno.test(`readVersions() throws: ${message}`, () => {
    using folder = new Folder({
      "deno.json": '{ "version": "0.2.0" }',
      "tools/versions/versions.json": JSON.stringify(versions),
    });
    assertThrows(() => readVersions(folder.path), SyntaxError, message);
  });
}

Deno.test("rangeOf() has the first two numbers", () => {
  assertEquals(rangeOf("0.2.1"), "^0.2");
  assertEquals(rangeOf("1.0.0"), "^1.0");
});
