// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { replaceRequire } from "../../../local/build/run_time_modules.ts";
import { Folder } from "../../support/folder.ts";
import { runToEnd } from "../../support/child.ts";

const MODULE = "not-there-at-all";

/** Bundles a program in which so many functions have names, and minifies it. */
async function bundle(folder: Folder, functions: number): Promise<string> {
  const lines = Array.from(
    { length: functions },
    (_, index) =>
      `function f${index}(a) { return a + ${index} + Math.random(); }
globalThis.names.push(f${index}, f${index});`,
  );
  folder.write("functions.js", `globalThis.names = [];\n${lines.join("\n")}`);
  folder.write(
    "missing.cjs",
    `try { require("${MODULE}"); } catch ({ code }) { module.exports = code; }`,
  );
  folder.write(
    "main.js",
    `import "./functions.js";
import code from "./missing.cjs";
console.log(code);`,
  );
  await runToEnd(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--no-config",
      "--platform=deno",
      "--minify",
      `--external=${MODULE}`,
      "--output=bundle.js",
      "main.js",
    ],
    cwd: folder.path,
  });
  return Deno.readTextFileSync(`${folder.path}/bundle.js`);
}

/** Bundles until the minifier has given the helper a name with a dollar sign. */
async function bundleWithDollarSign(folder: Folder): Promise<string> {
  for (let functions = 80; functions < 160; functions++) {
    const code = await bundle(folder, functions);
    if (/var \w*\$[\w$]*=\(\w=>typeof require/.test(code)) return code;
  }
  throw new Error("Expected a helper whose name has a dollar sign, found none");
}

Deno.test("replaceRequire() finds the helper that Deno leaves for the dollar sign in its name", async () => {
  using folder = new Folder();
  const bundled = await bundleWithDollarSign(folder);

  const { code, definition, names } = replaceRequire(bundled);

  assertEquals(names, [MODULE]);
  assertEquals(code.length, bundled.length);
  folder.write("run.js", `${definition}${code}`);
  const { stdout, stderr } = await runToEnd(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-config", "run.js"],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  });
  assertEquals([stdout, stderr], ["MODULE_NOT_FOUND\n", ""]);
});
