// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { MOD, program, ROOT } from "./run_dev.ts";

/** What handlers and libraries print with, each printing its own name. */
const WAYS: Record<string, string> = {
  "console.log": 'console.log("word");',
  "console.table": 'console.table(["word"]);',
  "console.dir": 'console.dir({ word: "word" });',
  "console.group": 'console.group("word");',
  "console.count": 'console.count("word");',
  "node:console": 'nodeConsole.log("word");',
  "node:console's Console":
    'new nodeConsole.Console(process.stdout).log("word");',
  "console._stdout": 'console._stdout.write("word\\n");',
  "Deno.stdout.write": "await Deno.stdout.write(word);",
  "Deno.stdout.writeSync": "Deno.stdout.writeSync(word);",
  "Deno.stdout.writable":
    "const writer = Deno.stdout.writable.getWriter(); await writer.write(word); writer.releaseLock();",
  "process.stdout.write":
    'await new Promise((written) => process.stdout.write("word\\n", written));',
  "a pipe to process.stdout":
    'Readable.from(["word\\n"]).pipe(process.stdout, { end: false }); await new Promise((tick) => setImmediate(tick));',
  "fs.writeSync(1)": 'fs.writeSync(1, "word\\n");',
  "fs.write(1)":
    'await new Promise((written) => fs.write(1, "word\\n", written));',
  "promisify(fs.write)(1)": 'await promisify(fs.write)(1, "word\\n");',
  "fs.writevSync(1)": "fs.writevSync(1, [word]);",
};

/** Prints in every way, each time another word. */
function printsAll(when: string): string {
  return Object.values(WAYS).map((prints, index) => {
    const word = `${when}-${index}-`;
    return `{
    const word = new TextEncoder().encode("${word}\\n");
    ${
      prints.replaceAll("word\\n", `${word}\\n`).replaceAll(
        '"word"',
        `"${word}"`,
      )
    }
  }`;
  }).join("\n  ");
}

const HANDLER = `import fs from "node:fs";
import nodeConsole from "node:console";
import process from "node:process";
import { Readable } from "node:stream";
import { promisify } from "node:util";
${printsAll("import")}
export async function handleEvent() {
  ${printsAll("event")}
  return "reply";
}
`;

for (const isolation of ["none", "worker"]) {
  Deno.test(`stdout has the reply alone, with isolation "${isolation}"`, async () => {
    const { code, text, stderr } = await program({
      "main.ts": `import { serve } from "${MOD}"; await serve();`,
      "handler.js": HANDLER,
      "deno.json": JSON.stringify({
        lambda: { handler: "./handler.js", isolation },
      }),
    }, { read: [ROOT] });
    assertEquals([code, text], [0, '"reply"\n'], stderr);
    for (const when of ["import", "event"]) {
      for (const [index, way] of Object.keys(WAYS).entries()) {
        assertStringIncludes(stderr, `${when}-${index}-`, way);
      }
    }
  });
}

Deno.test("what is printed while a reply streams is not between its chunks", async () => {
  const { code, text, stderr } = await program({
    "main.ts": `import { serve } from "${MOD}"; await serve();`,
    "handler.ts": `export async function* handleEvent() {
  for (const number of [1, 2]) {
    console.log("printed", number);
    Deno.stdout.writeSync(new TextEncoder().encode("written\\n"));
    yield { number };
  }
}
`,
    "deno.json": '{ "lambda": { "handler": "./handler.ts" } }',
  });
  assertEquals([code, text], [0, '{"number":1}\n{"number":2}\n']);
  assertEquals(stderr.match(/printed|written/g), [
    "printed",
    "written",
    "printed",
    "written",
  ]);
});
