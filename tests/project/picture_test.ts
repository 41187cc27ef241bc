// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { COMMANDS, run } from "../../tools/picture/run.ts";
import { drawTerminal, type Run } from "../../tools/picture/terminal.ts";
import { withoutIdsAndTimes } from "../support/page.ts";

const ROOT = new URL("../../", import.meta.url);
const LABEL = "A function answers";

/** The text of a picture, with its lines put together again. */
function textOf(picture: string): string {
  const lines = [...picture.matchAll(/<text [^>]*>(.*)<\/text>/g)];
  return withoutIdsAndTimes(lines.map(([, line]) => line).join(""));
}

Deno.test("the README's picture shows what its commands print", async () => {
  const runs: Run[] = [];
  for (const command of COMMANDS) runs.push(await run(command, ROOT));
  const stored = Deno.readTextFileSync(
    new URL("docs/images/terminal.svg", ROOT),
  );

  assert(textOf(stored).includes("こんにちは、Denoさん！"));
  assertEquals(textOf(stored), textOf(drawTerminal(runs, LABEL)));
});

Deno.test("the README's picture begins with the README's first command", () => {
  const page = Deno.readTextFileSync(new URL("README.md", ROOT));
  const [, first] = /^npx -y deno@\S+ (.*)$/m.exec(page) ?? [];
  assertEquals(COMMANDS[0], `deno ${first}`);
});

Deno.test("drawTerminal() breaks lines by columns, of which some characters take two", () => {
  const picture = drawTerminal([{
    command: "x",
    stderr: "",
    stdout: `${"あ".repeat(50)}${"b".repeat(101)}`,
  }], LABEL);
  const replies = [...picture.matchAll(/class="reply"[^>]*>(.*)<\/text>/g)];
  assertEquals(replies.map(([, text]) => text), [
    "あ".repeat(50),
    "b".repeat(100),
    "b",
  ]);
});

Deno.test("drawTerminal() draws markup as text", () => {
  const picture = drawTerminal([{
    command: "cat",
    stderr: "",
    stdout: '<script>"&"</script>',
  }], LABEL);
  assert(picture.includes("&lt;script&gt;&quot;&amp;&quot;&lt;/script&gt;"));
});
