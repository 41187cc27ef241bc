// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { CHECKOUT } from "../support/starter.ts";

const PAGE = Deno.readTextFileSync(`${CHECKOUT}/docs/deploy.md`);
const BLOCKS = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)]
  .map(([, commands]) => commands);

/** What needs an account or a daemon. */
const isRemote = (block: string) => /(^|[(|] ?)(aws|docker) /m.test(block);

Deno.test("the commands of the deployment are a shell's, and all but the build need an account", () => {
  for (const block of BLOCKS) {
    const { success, stderr } = new Deno.Command("sh", {
      args: ["-nc", block],
    }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
  }
  assertEquals(
    BLOCKS.filter((block) => !isRemote(block)),
    ["deno task build --zip --target aarch64 --memory 512\n"],
  );
});
