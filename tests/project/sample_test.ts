// Copyright 2026 the Toukon Lambda authors. MIT license.

// A project made from the sample of the guide to handlers, before and after a build.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { BuildProject } from "../support/build_project.ts";

const PAGE = Deno.readTextFileSync(
  new URL("../../docs/handlers.md", import.meta.url),
);

function blockAfter(heading: string, language: string): string {
  const start = PAGE.indexOf(heading);
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m")
    .exec(PAGE.slice(start));
  assert(start >= 0 && block, heading);
  return block[1];
}

const HANDLER = blockAfter("## A function of your own", "ts");
const CONFIG = JSON.parse(
  blockAfter("Its configuration, `deno.json`:", "json"),
);

/** The commands that look at all files of a project. */
const COMMANDS = [
  ["lint"],
  ["fmt", "--check"],
  ["check"],
  ["test", "--permit-no-files"],
];

Deno.test("a project made from the guide's sample has a set for what it builds", () => {
  assert(CONFIG.permissions.default);
});

Deno.test("deno lint, fmt, check and test do not walk into the dist/ of the guide's sample", async () => {
  const { imports: _, ...config } = CONFIG;
  using project = new BuildProject({
    handler: HANDLER,
    config: {
      ...config,
      lambda: { ...config.lambda, include: ["texts"] },
      exclude: [...config.exclude, "texts/", "vendor/", "deno.json"],
    },
  });
  // In dist/ alone it is found if anybody looks.
  project.write("texts/bad_test.ts", "var  a: number = 'b'; throw a");
  const { code, stderr } = await project.build(["--bundle"]);
  assertEquals([code, stderr], [0, ""]);

  for (const args of COMMANDS) {
    const { code, stdout, stderr } = await project.deno(args);
    assertEquals(code, 0, `${args}: ${stdout}${stderr}`);
  }
});

Deno.test("deno lint, fmt, check and test pass over a bundle that is not excluded", async () => {
  using project = new BuildProject({
    handler: HANDLER,
    config: { exclude: ["vendor/", "deno.json"] },
  });
  for (const options of [[], ["--minify"]]) {
    const { code, stderr } = await project.build(["--bundle", ...options]);
    assertEquals([code, stderr], [0, ""]);

    for (const args of COMMANDS) {
      const { code, stdout, stderr } = await project.deno(args);
      assertEquals(code, 0, `${args}: ${stdout}${stderr}`);
    }
  }
});
