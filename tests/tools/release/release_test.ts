// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Project, release } from "./project.ts";

Deno.test("the first release is the version of deno.json, committed, tagged and left to be pushed", async () => {
  using project = new Project();
  const { code, stdout } = await release(project);
  assertEquals(code, 0, stdout);
  assertMatch(stdout, /^v0\.1\.0, the first release\n/);
  assertMatch(stdout, /\ngit push --atomic origin main v0\.1\.0\n$/);

  assertEquals(project.git("status", "--porcelain"), "");
  assertEquals(
    project.git("log", "-1", "--format=%s"),
    "chore(release): 0.1.0",
  );
  assertEquals(project.git("cat-file", "-t", "v0.1.0"), "tag");
  assertStringIncludes(
    project.git("cat-file", "-p", "v0.1.0"),
    "\n\nVersion 0.1.0\n\n- All of it.",
  );
  assertEquals(
    project.git("rev-parse", "v0.1.0^{commit}"),
    project.git("rev-parse", "HEAD"),
  );
  assertMatch(
    project.read("CHANGELOG.md"),
    /^## 0\.1\.0 \(\d{4}-\d\d-\d\d\)$/m,
  );
});

Deno.test("a later release has the version that the commits ask for, in every file that names it", async () => {
  using project = new Project();
  await release(project);
  project.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- More.\n");
  project.commit("feat: more");
  const { code, stdout } = await release(project);
  assertEquals(code, 0, stdout);
  assertStringIncludes(
    stdout,
    "v0.2.0, which has since v0.1.0:\n  feat: more\n",
  );

  assertEquals(JSON.parse(project.read("deno.json")).version, "0.2.0");
  assertStringIncludes(project.read("runtime/version.ts"), 'VERSION = "0.2.0"');
  assertStringIncludes(project.read("README.md"), "jsr:@toukon/lambda@^0.2`");
  assertEquals(project.git("status", "--porcelain"), "");
  assertEquals(project.git("tag"), "v0.1.0\nv0.2.0");
});

Deno.test("--version overrides the commits", async () => {
  using project = new Project();
  const { code, stdout } = await release(project, "--version", "1.0.0");
  assertEquals(code, 0, stdout);
  assertEquals(JSON.parse(project.read("deno.json")).version, "1.0.0");
  assertEquals(project.git("tag"), "v1.0.0");
});

Deno.test("--dry-run prints what would be and changes nothing", async () => {
  using project = new Project();
  const head = project.git("rev-parse", "HEAD");
  const { code, stdout } = await release(project, "--dry-run");
  assertEquals(code, 0, stdout);
  assertStringIncludes(
    stdout,
    "Would write deno.json, runtime/version.ts, CHANGELOG.md",
  );
  assertStringIncludes(stdout, "git push --atomic origin main v0.1.0");
  assertEquals(project.git("rev-parse", "HEAD"), head);
  assertEquals(project.git("status", "--porcelain"), "");
  assertEquals(project.git("tag"), "");
});

for (
  const { reason, prepare, args = [], message } of [
    {
      reason: "another branch",
      prepare: (project) =>
        void project.git("switch", "--quiet", "--create", "topic"),
      message: 'Found the branch "topic", expected "main"',
    },
    {
      reason: "a commit without a branch",
      prepare: (project) => void project.git("switch", "--quiet", "--detach"),
      message: 'Found the branch "", expected "main"',
    },
    {
      reason: "a changed file",
      prepare: (project) => project.write("README.md", "Changed\n"),
      message: "Found changes that are not committed",
    },
    {
      reason: "a new file",
      prepare: (project) => project.write("new.ts", ""),
      message: "?? new.ts",
    },
    {
      reason: "commits that users do not notice",
      prepare: (project) => {
        project.git("tag", "v0.1.0");
        project.write("README.md", "Changed\n");
        project.commit("docs: change");
      },
      message: "Found no commit since v0.1.0 that users notice",
    },
    {
      reason: "a version that is no later one",
      prepare: (project) => void project.git("tag", "v0.10.0"),
      args: ["--version", "0.9.0"],
      message: "expected a version after v0.10.0",
    },
    {
      reason: "a tag that is on another branch",
      prepare: (project) => {
        project.git("switch", "--quiet", "--create", "topic");
        project.commit("feat: on the side");
        project.git("tag", "v0.1.0");
        project.git("switch", "--quiet", "main");
      },
      message: "the tag v0.1.0 is on another branch",
    },
    {
      reason: "a version of another form",
      prepare: () => {},
      args: ["--version", "v1"],
      message: 'Cannot release "v1": expected a version such as "1.2.3"',
    },
    {
      reason: "a changelog without news",
      prepare: (project) => {
        project.write("CHANGELOG.md", "# Changelog\n");
        project.commit("docs: nothing");
      },
      message: "Found 0 unreleased headings in CHANGELOG.md",
    },
    {
      reason: "a file that names another Deno",
      prepare: (project) => {
        project.write("README.md", "npx -y deno@2.0.1\n");
        project.commit("docs: another Deno");
      },
      message: "Found 2.0.1 in README.md:1, expected 2.0.0",
    },
    {
      reason: "a part of the history",
      prepare: (project) => {
        const head = project.git("rev-parse", "HEAD");
        project.write(".git/shallow", `${head}\n`);
      },
      message: "Found a part of the history",
    },
    {
      reason: "a package that JSR would not take",
      prepare: (project) => {
        project.write("mod.ts", "export const one = Math.random();\n");
        project.commit("fix: a slow type");
      },
      message: '"deno publish --dry-run" failed',
    },
  ] as {
    reason: string;
    prepare: (project: Project) => void;
    args?: string[];
    message: string;
  }[]
) {
  Deno.test(`a release is refused for ${reason}, and changes nothing`, async () => {
    using project = new Project();
    prepare(project);
    const state = () =>
      project.git("status", "--porcelain", "--branch") +
      project.git("show-ref");
    const before = state();
    const { code, stderr } = await release(project, ...args);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot release: ");
    assertStringIncludes(stderr, message);
    assertEquals(state(), before);
  });
}

Deno.test("all is as it was when git refuses the commit", async () => {
  using project = new Project();
  project.write(
    ".git/hooks/pre-commit",
    "#!/bin/sh\necho no such luck >&2\nexit 1\n",
  );
  Deno.chmodSync(`${project.path}/.git/hooks/pre-commit`, 0o755);
  const { code, stderr } = await release(project);
  assertEquals(code, 1);
  assertStringIncludes(stderr, '"git commit" failed: no such luck');
  assertEquals(project.git("status", "--porcelain"), "");
  assertEquals(project.git("tag"), "");
  assertStringIncludes(project.read("CHANGELOG.md"), "(unreleased)");
});

Deno.test("an unknown option is an error with the help", async () => {
  using project = new Project();
  const { code, stderr } = await release(project, "--force");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--force");
  assertStringIncludes(stderr, "--dry-run");
});
