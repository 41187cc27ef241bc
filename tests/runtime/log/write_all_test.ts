// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { writeAll } from "../../../runtime/log/write_all.ts";

Deno.test("writeAll() waits for a stream that takes nothing for now", () => {
  const taken: number[] = [];
  let calls = 0;
  const stream = {
    writeSync(bytes: Uint8Array): number {
      if (calls++ % 2 === 0) throw new Deno.errors.WouldBlock("full");
      taken.push(bytes[0]);
      return 1;
    },
  };
  writeAll(stream, new Uint8Array([1, 2, 3]));
  assertEquals(taken, [1, 2, 3]);
});

Deno.test("writeAll() throws what is no matter of time", () => {
  const stream = {
    writeSync(): number {
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  assertThrows(
    () => writeAll(stream, new Uint8Array(1)),
    Deno.errors.BrokenPipe,
  );
});
