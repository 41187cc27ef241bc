// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { toErrorDocument } from "../../../runtime/failure/failure.ts";
import { withAdvice } from "../../../runtime/failure/advice.ts";

for (
  const [what, fail, added] of [
    [
      "a variable",
      () => Deno.env.get("A_TABLE"),
      'add "A_TABLE" to "env" in "permissions.default" of deno.json and build again',
    ],
    [
      "everything of a kind",
      () => Deno.env.toObject(),
      'add "env": true to "permissions.default" of deno.json and build again',
    ],
    [
      "a host",
      () => Deno.connect({ hostname: "a.example", port: 443 }),
      'add "a.example:443" to "net" in "permissions.default"',
    ],
    [
      "a file",
      () => Deno.readTextFileSync("/etc/hostname"),
      'add "/etc/hostname" to "read" in "permissions.default"',
    ],
  ] as const
) {
  Deno.test({
    name: `toErrorDocument() says where to grant ${what} that is refused`,
    permissions: "none",
    fn: async () => {
      let thrown: unknown;
      try {
        await fail();
      } catch (error) {
        thrown = error;
      }

      const { errorType, errorMessage, stackTrace } = toErrorDocument(thrown);

      assertEquals(errorType, "NotCapable");
      assertStringIncludes(errorMessage, added);
      assert(stackTrace.length > 0);
    },
  });
}

Deno.test("withAdvice() leaves a message that names no permission", () => {
  assertEquals(withAdvice("Requires patience"), "Requires patience");
});
