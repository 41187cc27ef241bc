// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { parseDaemonAddress } from "../../../runtime/trace/daemon.ts";

const ADDRESSES = [
  ["169.254.79.129:2000", "169.254.79.129", 2000],
  ["localhost:3000", "localhost", 3000],
  ["[::1]:2000", "::1", 2000],
  ["tcp:127.0.0.1:2000 udp:127.0.0.2:2001", "127.0.0.2", 2001],
  ["udp:xray-daemon:2001 tcp:127.0.0.1:2000", "xray-daemon", 2001],
] as const;

for (const [text, hostname, port] of ADDRESSES) {
  Deno.test(`parseDaemonAddress() reads "${text}"`, () => {
    assertEquals(parseDaemonAddress(text), { hostname, port });
  });
}

Deno.test("parseDaemonAddress() refuses what is no address", () => {
  for (
    const text of ["", "host", "host:", ":1", "host:0", "host:65536", "a:1 b:2"]
  ) {
    assertThrows(() => parseDaemonAddress(text), RangeError, `found "${text}"`);
  }
});
