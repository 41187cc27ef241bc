// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import {
  bumpOf,
  isAfter,
  nextVersion,
} from "../../../tools/release/next_version.ts";

for (
  const [message, bump] of [
    ["feat(http): add a thing", "minor"],
    ["feat: add a thing", "minor"],
    ["fix(http): mend a thing", "patch"],
    ["perf(loop): do less", "patch"],
    ["refactor: move a thing", "patch"],
    ["Mend a thing", "patch"],
    ["docs(http): say more", "none"],
    ["test: show more", "none"],
    ["ci: run more", "none"],
    ["fix(http)!: drop a thing", "major"],
    ["docs!: drop a thing", "major"],
    ["fix: a thing\n\nBREAKING CHANGE: it is gone", "major"],
    ["Mend a thing\n\nBREAKING-CHANGE: it is gone", "major"],
    ["fix: a thing\n\nThis is no BREAKING CHANGE", "patch"],
  ] as const
) {
  Deno.test(`bumpOf() is "${bump}" for ${JSON.stringify(message)}`, () => {
    assertEquals(bumpOf(message), bump);
  });
}

for (
  const { version, messages, expected } of [
    { version: "0.1.2", messages: ["fix: a", "docs: b"], expected: "0.1.3" },
    { version: "0.1.2", messages: ["fix: a", "feat: b"], expected: "0.2.0" },
    { version: "0.1.2", messages: ["fix!: a"], expected: "0.2.0" },
    { version: "1.1.2", messages: ["fix: a"], expected: "1.1.3" },
    { version: "1.1.2", messages: ["feat: a", "fix: b"], expected: "1.2.0" },
    { version: "1.1.2", messages: ["feat: a", "fix!: b"], expected: "2.0.0" },
    { version: "0.9.9", messages: ["feat: a"], expected: "0.10.0" },
    { version: "0.1.2", messages: ["docs: a", "test: b"], expected: undefined },
    { version: "0.1.2", messages: [], expected: undefined },
  ]
) {
  Deno.test(`nextVersion() after ${version} with ${JSON.stringify(messages)} is ${expected}`, () => {
    assertEquals(nextVersion(version, messages), expected);
  });
}

Deno.test("isAfter() compares numbers, not texts", () => {
  assertEquals(isAfter("0.10.0", "0.9.0"), true);
  assertEquals(isAfter("0.9.0", "0.10.0"), false);
  assertEquals(isAfter("1.0.0", "0.10.7"), true);
  assertEquals(isAfter("1.0.0", "1.0.0"), false);
});
