// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { addressOf, isHeaderValue } from "../../../runtime/api/fetch.ts";

Deno.test("addressOf() gives the host name without brackets, and the port", () => {
  const urls = ["http://127.0.0.1:9001/", "http://[::1]:80/a", "http://host/"];
  assertEquals(urls.map((url) => addressOf(new URL(url))), [
    { hostname: "127.0.0.1", port: 9001 },
    { hostname: "::1", port: 80 },
    { hostname: "host", port: 80 },
  ]);
});

Deno.test("isHeaderValue() takes Latin-1 without control characters", () => {
  const values = ["", "a\tb é\xff", "\x7f", "a\nb", "a\0", "あ", "\x80"];
  assertEquals(values.map(isHeaderValue), [
    true,
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});
