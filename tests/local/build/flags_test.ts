// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { parseBuildFlags } from "../../../local/build/flags.ts";

Deno.test("parseBuildFlags() takes --bundle and --zip as short for two forms", () => {
  for (
    const [long, short] of [
      [["--form", "program"], []],
      [["--form=zip"], ["--zip"]],
      [["--form", "bundle"], ["--bundle"]],
    ]
  ) {
    assertEquals(parseBuildFlags(long), parseBuildFlags(short));
  }
});

Deno.test("parseBuildFlags() makes what the form names", () => {
  const made = (form: string) => {
    const { bundle, zip } = parseBuildFlags(["--form", form]);
    return { bundle, zip };
  };
  assertEquals(made("program"), { bundle: false, zip: false });
  assertEquals(made("zip"), { bundle: false, zip: true });
  assertEquals(made("bundle"), { bundle: true, zip: false });
});
