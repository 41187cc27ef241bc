// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { checkVersions, readVersions } from "../../tools/versions/versions.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Files that must name a version; one that no longer does is not checked. */
const NAMING = [
  ".ci/run",
  ".github/workflows/docs.yml",
  ".github/workflows/release.yml",
  "CONTRIBUTING.md",
  "Dockerfile",
  "README.ja.md",
  "README.md",
  "docs/custom_runtime.md",
  "docs/first_function.md",
  "docs/ja/first_function.md",
  "examples/starter/.github/workflows/deploy.yml",
  "examples/starter/Dockerfile",
  "examples/starter/README.ja.md",
  "examples/starter/README.md",
  "examples/starter/deno.json",
  "local/create/templates.ts",
];

const FINDINGS = checkVersions(ROOT, readVersions(ROOT));

Deno.test("all files name the Deno, the images and the range of the project", () => {
  assertEquals(FINDINGS.differences, []);
});

Deno.test("every file that should name a version is seen to", () => {
  assertEquals(NAMING.filter((path) => !FINDINGS.counts.has(path)), []);
});
