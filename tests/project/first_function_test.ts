// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { BuildProject } from "../support/build_project.ts";
import { CHECKOUT, starterEnvironment } from "../support/starter.ts";

const PAGE = Deno.readTextFileSync(`${CHECKOUT}/docs/first_function.md`);

/** What the page has somebody do, or says that they see. */
interface Step {
  kind: "write" | "run" | "see";
  /** The name of a file, where it is written. */
  file?: string;
  text: string;
}

/** A block of code is a file where the line before it names one. */
function stepsOf(page: string): Step[] {
  const blocks = page.matchAll(
    /^(?:`([\w.]+)`[^`\n]*:\n\n)?```(\w+)[^\n]*\n(.*?)^```$/gms,
  );
  return [...blocks].map(([, file, language, text]) => {
    if (file) return { kind: "write", file, text };
    return { kind: language === "sh" ? "run" : "see", text };
  });
}

/** The project of the page, with the package from this checkout. */
function write(project: BuildProject, file: string, text: string): void {
  if (file !== "deno.json") return project.write(file, text);
  project.write(
    file,
    JSON.stringify({
      ...JSON.parse(text),
      links: [CHECKOUT],
      vendor: true,
      lock: false,
    }),
  );
}

Deno.test("the first function does what its page says, from an empty folder to a bundle", async () => {
  using project = new BuildProject();
  for (const name of ["deno.json", "handler.ts"]) {
    Deno.removeSync(`${project.directory}/${name}`);
  }
  const counts = { write: 0, run: 0, see: 0 };
  let printed = "";

  for (const { kind, file = "", text } of stepsOf(PAGE)) {
    counts[kind]++;
    if (kind === "write") write(project, file, text);
    if (kind === "see") assertEquals(printed, text);
    if (kind === "run") {
      const { success, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-euc", text],
        cwd: project.directory,
        env: starterEnvironment(),
        stdin: "null",
      }).output();
      printed = new TextDecoder().decode(stdout);
      assert(success, `${text}failed:\n${new TextDecoder().decode(stderr)}`);
    }
  }

  assertEquals(counts, { write: 5, run: 7, see: 5 });
});
