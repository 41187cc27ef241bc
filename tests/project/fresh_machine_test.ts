// Copyright 2026 the Toukon Lambda authors. MIT license.

// What a new user meets: no cache, and for the first command no npm.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Child } from "../support/child.ts";
import { Folder } from "../support/folder.ts";
import { CHECKOUT } from "../support/starter.ts";

const CONFIG = JSON.parse(Deno.readTextFileSync(`${CHECKOUT}/deno.json`));

/** The import maps of what needs npm packages beside this package. */
const IMPORT_MAPS = [
  "examples/hono/deno.json",
  "tests/fixtures/invoke_store/deno.json",
];

/** The commands that the README begins with. */
function readmeCommands(): string[] {
  const page = Deno.readTextFileSync(`${CHECKOUT}/README.md`);
  return page.match(/^npx .*$/gm) ?? [];
}

/** The paths of all files below a folder, if there is one. */
function* filesIn(folder: string): Generator<string> {
  const entries = isFolder(folder) ? Deno.readDirSync(folder) : [];
  for (const { name, isDirectory } of entries) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesIn(path);
    else yield path;
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

Deno.test("the README's first command downloads nothing from npm into an empty cache", async () => {
  const [command] = readmeCommands();
  const [, args, event] = /^npx -y deno@\S+ (.*) < (\S+)$/.exec(command)!;
  using folder = new Folder();
  const cache = folder.path;
  await using child = new Child(Deno.execPath(), {
    args: args.split(" "),
    cwd: CHECKOUT,
    stdin: "piped",
    env: {
      DENO_DIR: cache,
      HOME: cache,
      NO_COLOR: "1",
      // Nothing listens there.
      NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/",
    },
  });
  const input = ReadableStream.from([
    Deno.readFileSync(`${CHECKOUT}/${event}`),
  ]);
  await child.unlessLost(input.pipeTo(child.stdin));

  const { code, stdout, stderr } = await child.ended();

  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).statusCode, 200);
  assertEquals([...filesIn(`${cache}/npm`), ...filesIn(`${cache}/remote`)], []);
});

Deno.test("the configuration of the package has to do with no npm package", () => {
  assertEquals(CONFIG.workspace, undefined);
  assert(!JSON.stringify(CONFIG.imports).includes("npm:"));
});

for (const path of IMPORT_MAPS) {
  Deno.test(`${path} asks for the same @std packages as the package`, () => {
    const { imports } = JSON.parse(
      Deno.readTextFileSync(`${CHECKOUT}/${path}`),
    );
    const names = Object.keys(imports).filter((name) => /^@std/.test(name));
    assert(names.length > 0);
    for (const name of names) {
      const specifier = CONFIG.imports[name.slice(0, -1)];
      assertEquals(imports[name], `${specifier.replace("jsr:", "jsr:/")}/`);
    }
  });
}

Deno.test("CI runs the README's commands as the README prints them", () => {
  const commands = readmeCommands();
  assertEquals(commands.length, 2);
  for (const line of commands) {
    assertStringIncludes(Deno.readTextFileSync(`${CHECKOUT}/.ci/run`), line);
  }
});
