// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { withRelease } from "../../../tools/release/changelog.ts";

for (const heading of ["## Unreleased", "## 0.1.0 (unreleased)"]) {
  Deno.test(`withRelease() gives "${heading}" its version and day, and nothing else`, () => {
    const old = "## 0.0.9 (2026-01-01)\n\n- Old.\n";
    const { text, notes } = withRelease(
      `# Changelog\n\n${heading}\n\n- New.\n- Newer.\n\n${old}`,
      "0.2.0",
      "2026-05-31",
    );
    assertEquals(
      text,
      `# Changelog\n\n## 0.2.0 (2026-05-31)\n\n- New.\n- Newer.\n\n${old}`,
    );
    assertEquals(notes, "- New.\n- Newer.");
  });
}

for (
  const { text, message } of [
    {
      text: "# Changelog\n\n## 0.0.9 (2026-01-01)\n",
      message: "Found 0 unreleased headings",
    },
    {
      text: "## Unreleased\n\n- A.\n\n## 0.2.0 (unreleased)\n\n- B.\n",
      message: "Found 2 unreleased headings",
    },
    {
      text: "## Unreleased\n\n## 0.0.9 (2026-01-01)\n\n- Old.\n",
      message: 'Found nothing under "## Unreleased"',
    },
  ]
) {
  Deno.test(`withRelease() throws: ${message}`, () => {
    assertThrows(
      () => withRelease(text, "0.2.0", "2026-05-31"),
      SyntaxError,
      message,
    );
  });
}
