// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { VERSION } from "../../runtime/version.ts";
import config from "../../deno.json" with { type: "json" };

Deno.test("VERSION is the version of deno.json", () => {
  assertEquals(VERSION, config.version);
});
