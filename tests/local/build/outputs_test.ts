// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { BuildProject } from "../../support/build_project.ts";

const FAILING = `export const handleEvent = (n: number): string => n;`;

Deno.test("build replaces what a build has made, of both forms", async () => {
  using project = new BuildProject({
    config: { lambda: { handler: "./handler.ts", include: ["texts"] } },
  });
  project.write("texts/a.txt", "a");
  for (const args of [["--zip"], ["--bundle"]]) {
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await project.build(args);
      assertEquals([code, stderr], [0, ""]);
    }
  }
  assertEquals(project.outputs(), [
    "bootstrap",
    "bootstrap.zip",
    "dist",
    "texts",
  ]);

  project.write("handler.ts", FAILING);
  for (const args of [[], ["--bundle"]]) {
    const { code } = await project.build(args);
    assertEquals(code, 1);
  }

  assertEquals(project.outputs(), ["texts"]);
});

for (
  const [name, args] of [
    ["dist", ["--bundle"]],
    ["bootstrap", []],
    ["bootstrap.zip", ["--zip"]],
    [".toukon_build", []],
    [".toukon_build", ["--bundle"]],
  ] as const
) {
  const command = ["build", ...args].join(" ");

  Deno.test(`${command} leaves a folder "${name}" of the user's, and says so`, async () => {
    using project = new BuildProject();
    project.write(`${name}/notes.txt`, "mine");

    await assertRefused(project, [...args], name);

    assertEquals(project.outputs(), [name]);
    assertEquals(
      Deno.readTextFileSync(`${project.directory}/${name}/notes.txt`),
      "mine",
    );
  });

  Deno.test(`${command} leaves a file "${name}" of the user's, and says so`, async () => {
    using project = new BuildProject();
    project.write(name, "mine");

    await assertRefused(project, [...args], name);

    assertEquals(
      Deno.readTextFileSync(`${project.directory}/${name}`),
      "mine",
    );
  });

  Deno.test(`${command} leaves a symbolic link "${name}" and what it points to`, async () => {
    using project = new BuildProject();
    project.write("elsewhere/bootstrap", "mine");
    Deno.symlinkSync("elsewhere", `${project.directory}/${name}`);

    await assertRefused(project, [...args], name);

    assertEquals(project.outputs(), [name, "elsewhere"].sort());
    assertEquals(
      Deno.readTextFileSync(`${project.directory}/${name}/bootstrap`),
      "mine",
    );
  });
}

Deno.test("build leaves what is of another form, though it fails", async () => {
  using project = new BuildProject({ handler: FAILING });
  project.write("dist/index.html", "mine");
  project.write("bootstrap.zip", "mine");
  assertEquals((await project.build()).code, 1);
  project.write("bootstrap/theme.css", "mine");
  Deno.removeSync(`${project.directory}/dist`, { recursive: true });

  assertEquals((await project.build(["--bundle"])).code, 1);

  assertEquals(project.outputs(), ["bootstrap", "bootstrap.zip"]);
});

Deno.test("build --bundle leaves a file that was added to dist/, and names it", async () => {
  using project = new BuildProject();
  assertEquals((await project.build(["--bundle"])).code, 0);
  project.write("dist/deploy/notes.txt", "mine");

  const { code, stderr } = await project.build(["--bundle"]);

  assertStringIncludes(stderr, '"deploy/notes.txt" in it');
  assertEquals(code, 1);
  assertEquals(
    Deno.readTextFileSync(`${project.directory}/dist/deploy/notes.txt`),
    "mine",
  );
});

async function assertRefused(
  project: BuildProject,
  args: string[],
  name: string,
): Promise<void> {
  const { code, stdout, stderr } = await project.build(args);
  assertStringIncludes(stderr, `Cannot write "${name}": expected nothing`);
  assertStringIncludes(stderr, "Move it away");
  assertEquals([code, stdout], [1, ""]);
}
