// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";

const WORKFLOW = Deno.readTextFileSync(
  new URL("../../.github/workflows/release.yml", import.meta.url),
);

/** The text of a job. */
function jobOf(name: string): string {
  const jobs = WORKFLOW.split(/^jobs:$/m)[1].split(/^ {2}(?=\w)/m);
  return jobs.find((job) => job.startsWith(`${name}:`)) ?? "";
}

/** What a job may do, in the order of the file. */
function permissionsOf(job: string): string[] {
  return [...jobOf(job).matchAll(/^ {6}([\w-]+: (?:read|write))$/gm)]
    .map(([, permission]) => permission);
}

Deno.test("release.yml runs for the tags that the release task makes, and no others", () => {
  assertMatch(
    WORKFLOW,
    /^on:\n {2}push:\n {4}tags: \["v\[0-9\]\+\.\[0-9\]\+\.\[0-9\]\+"\]\n\n/m,
  );
});

Deno.test("each job of release.yml may do what it needs, and no more", () => {
  assertMatch(WORKFLOW, /^permissions: \{\}$/m);
  assertEquals(permissionsOf("ci"), ["contents: read"]);
  assertEquals(permissionsOf("publish"), ["contents: read", "id-token: write"]);
  assertEquals(permissionsOf("attach"), ["contents: write"]);
});

Deno.test("release.yml publishes after CI, with the real packages and provenance", () => {
  assertStringIncludes(jobOf("ci"), "- run: .ci/run\n");
  assertStringIncludes(jobOf("ci"), "merge-base --is-ancestor");
  const publish = jobOf("publish");
  assertStringIncludes(publish, "needs: ci\n");
  assertMatch(publish, /task setup --require-real\n[^]* publish\n/);
  assertEquals(WORKFLOW.includes("--no-provenance"), false);
});

Deno.test("release.yml attaches the bill of materials to what was published", () => {
  const attach = jobOf("attach");
  assertStringIncludes(attach, "needs: publish\n");
  assertMatch(attach, /task sbom\n[^]*gh release create .* sbom\.cdx\.json/);
});

Deno.test("release.yml pins its actions to commits, and leaves no credentials", () => {
  const uses = [...WORKFLOW.matchAll(/uses: (.+)/g)].map(([, it]) => it);
  assertEquals(uses.length, 3);
  for (const it of uses) assertMatch(it, /^[\w/-]+@[0-9a-f]{40} # v[\d.]+$/);
  assertEquals(
    WORKFLOW.match(/persist-credentials: false/g)?.length,
    uses.length,
  );
});
