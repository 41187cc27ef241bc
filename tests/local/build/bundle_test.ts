// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { BuildProject } from "../../support/build_project.ts";
import { invokeBundle } from "../../support/built_function.ts";

/** Files of npm packages, as npm would lay them. */
function writePackage(
  project: BuildProject,
  name: string,
  files: Record<string, string>,
  fields: Record<string, unknown> = {},
): void {
  const manifest = { name, version: "1.0.0", main: "./index.js", ...fields };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  for (const [path, text] of Object.entries(all)) {
    project.write(`node_modules/${name}/${path}`, text);
  }
}

/** A project whose npm packages the test writes itself. */
function makeNpmProject(
  handler: string,
  packages: string[],
  imports: Record<string, string> = {},
): BuildProject {
  const project = new BuildProject({
    handler,
    imports,
    config: { nodeModulesDir: "manual" },
  });
  const dependencies = Object.fromEntries(
    packages.map((name) => [name, "1.0.0"]),
  );
  project.write("package.json", JSON.stringify({ dependencies }));
  return project;
}

for (const options of [[], ["--minify"]]) {
  const command = ["build", "--bundle", ...options].join(" ");

  Deno.test(`${command} leaves what packages cannot find to run time, where it is missing as they expect`, async () => {
    using project = makeNpmProject(
      `import database from "database";
export function handleEvent(event: { driver: string }) {
  try {
    return database(event.driver);
  } catch (error) {
    return (error as { code?: string }).code;
  }
}`,
      ["database"],
    );
    writePackage(project, "database", {
      "index.js": `
module.exports = (driver) => driver === "present"
  ? require("./present.js")
  : driver === "native" ? require("database-native") : require("database-other/client");`,
      "present.js": `module.exports = "rows";`,
    });

    const { code, stdout, stderr } = await project.build([
      "--bundle",
      "--no-check",
      ...options,
    ]);

    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(
      stdout,
      "  not found, left to run time  database-native, database-other/client\n",
    );
    for (
      const [driver, expected] of [
        ["present", "rows"],
        ["native", "MODULE_NOT_FOUND"],
        ["other", "MODULE_NOT_FOUND"],
      ]
    ) {
      const { text } = await invokeBundle(project, { event: { driver } });
      assertEquals(JSON.parse(text), expected);
    }
  });

  Deno.test(`${command} names the lines of the handler in traces, whatever it requires`, async () => {
    using project = new BuildProject({
      config: { lambda: { handler: "./src/handler.ts" } },
    });
    project.write(
      "src/common.cjs",
      `exports.hash = require("node:crypto").createHash("sha1").digest("hex");`,
    );
    project.write(
      "src/handler.ts",
      `import common from "./common.cjs";
interface Event {
  a: string;
}

export function handleEvent(event: Event) {
  common.hash;
  throw new Error(event.a);
}`,
    );
    const { code, stderr } = await project.build(["--bundle", ...options]);
    assertEquals([code, stderr], [0, ""]);

    const { text } = await invokeBundle(project, { event: { a: "told" } });

    const [frame] = JSON.parse(text).stackTrace;
    assertMatch(frame, /\(file:\/\/\/proc\/self\/cwd\/src\/handler\.ts:8:9\)$/);
  });
}

Deno.test("build --bundle leaves what the handler requires in a try to run time", async () => {
  using project = new BuildProject({
    handler: `import common from "./common.cjs";
export const handleEvent = () => common.found;`,
  });
  project.write(
    "common.cjs",
    `try { exports.found = require("not-there"); } catch ({ code }) { exports.found = code; }`,
  );

  const { code, stdout, stderr } = await project.build(["--bundle"]);

  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "  not found, left to run time  not-there\n");
  assertEquals((await invokeBundle(project)).text, '"MODULE_NOT_FOUND"');
});

for (
  const [where, files] of Object.entries({
    "the handler": {
      "handler.ts":
        `import found from "not-there"; export const handleEvent = () => found;`,
    },
    "a module of the project that requires it outside a try": {
      "handler.ts":
        `import common from "./common.cjs"; export const handleEvent = () => common;`,
      "common.cjs": `try {} catch {} exports.found = require("not-there");`,
    },
  })
) {
  Deno.test(`build stops at a name that cannot be found in ${where}`, async () => {
    using project = new BuildProject();
    for (const [name, text] of Object.entries(files)) project.write(name, text);

    const { code, stderr } = await project.build(["--bundle", "--no-check"]);

    assertMatch(stderr, /^Cannot bundle "\.\/handler\.ts"\n\n.*not-there/);
    assertEquals(code, 1);
  });
}

Deno.test("build stops at a name that an npm package imports before anything runs", async () => {
  using project = makeNpmProject(
    `import found from "database"; export const handleEvent = () => found;`,
    ["database"],
  );
  writePackage(
    project,
    "database",
    { "index.js": `import other from "not-there"; export default other;` },
    { type: "module" },
  );

  const { code, stderr } = await project.build(["--bundle", "--no-check"]);

  assertStringIncludes(stderr, 'Cannot resolve "not-there", which an npm');
  assertEquals(code, 1);
});

const FIELDS = { main: "./main.js", module: "./module.js" };

for (
  const [how, handler] of Object.entries({
    "by default": `import dual from "dual";
export const handleEvent = () => dual;`,
    "as a namespace": `import * as dual from "dual";
export const handleEvent = () => dual.default;`,
    "by name": `import { from } from "dual";
export const handleEvent = () => ({ from });`,
    "under another name": `import dual from "alias";
export const handleEvent = () => dual;`,
    "when it runs": `const { default: dual } = await import("dual");
export const handleEvent = () => dual;`,
  })
) {
  for (const options of [[], ["--minify"]]) {
    Deno.test(`${["build", "--bundle", ...options].join(" ")} takes the same file of a package as a local run when it is imported ${how}`, async () => {
      using project = makeNpmProject(handler, ["dual"], {
        alias: "npm:dual@1.0.0",
      });
      writePackage(project, "dual", {
        "main.js": `exports.from = "main";`,
        "module.js": `export const from = "module"; export default { from };`,
      }, FIELDS);
      project.write("event.json", "{}");

      const { code, stderr } = await project.build([
        "--bundle",
        "--no-check",
        ...options,
      ]);

      assertEquals([code, stderr], [0, ""]);
      const { text } = await invokeBundle(project);
      const local = await project.deno([
        ...["run", "--quiet", "--allow-read", "--allow-env"],
        ...["@toukon/lambda/dev", "--event", "event.json"],
      ]);
      assertEquals(JSON.parse(text), { from: "main" });
      assertEquals(local.stdout, `${text}\n`);
    });
  }
}

Deno.test("build keeps the file of module where names are imported of a package without side effects", async () => {
  using project = makeNpmProject(
    `import { from } from "dual"; export const handleEvent = () => from;`,
    ["dual"],
  );
  writePackage(project, "dual", {
    "main.js": `exports.from = "main";`,
    "module.js": `export const from = "module";`,
  }, { ...FIELDS, sideEffects: false });

  const { code, stdout } = await project.build(["--bundle", "--no-check"]);

  assertEquals(code, 0);
  assert(!stdout.includes('by "module"'));
  assertEquals((await invokeBundle(project)).text, '"module"');
});

Deno.test("build names the packages of which other packages get the file of module", async () => {
  using project = makeNpmProject(
    `import outer from "outer"; export const handleEvent = () => outer;`,
    ["outer", "@scope/inner"],
  );
  writePackage(project, "outer", {
    "index.js": `module.exports = require("@scope/inner");`,
  });
  writePackage(project, "@scope/inner", {
    "main.js": `exports.from = "main";`,
    "module.js": `export const from = "module";`,
  }, FIELDS);

  const { code, stdout } = await project.build(["--bundle", "--no-check"]);

  assertEquals(code, 0);
  assertMatch(stdout, /^ {2}by "module", not "main" {2,}@scope\/inner$/m);
});

Deno.test("build leaves modules out that lambda.external and --external name", async () => {
  using project = makeNpmProject(
    `import common from "./common.cjs"; export const handleEvent = () => common;`,
    ["first", "second"],
  );
  project.write(
    "common.cjs",
    `for (const load of [() => require("first"), () => require("second")]) {
  try { load(); exports.loaded = true; } catch {}
}`,
  );
  for (const name of ["first", "second"]) {
    writePackage(project, name, {
      "index.js": `"unwanted ${name}";`,
    });
  }
  const config = JSON.parse(
    Deno.readTextFileSync(`${project.directory}/deno.json`),
  );
  config.lambda.external = ["first"];
  project.write("deno.json", JSON.stringify(config));

  const { code, stdout, stderr } = await project.build([
    "--bundle",
    "--no-check",
    "--external=second",
  ]);

  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "  external        first, second\n");
  const bundle = Deno.readTextFileSync(`${project.directory}/dist/main.js`);
  assert(!bundle.includes("unwanted"));
  assertEquals((await invokeBundle(project)).text, "{}");
});

/** A module that is too large to be bundled into one file with others. */
const LARGE = `export const large = "${"large ".repeat(100_000)}";\n`;

for (const options of [[], ["--minify"]]) {
  const command = ["build", "--bundle", ...options].join(" ");

  Deno.test(`${command} splits a large function, and finds its files, maps and packages`, async () => {
    using project = new BuildProject({
      handler: `import { info } from "@toukon/lambda/log";
import common from "./common.cjs";
import { large } from "./large.ts";
info("imported");
interface Event {
  fails: boolean;
}

export async function handleEvent({ fails }: Event) {
  if (fails) throw new Error("told");
  const { later } = await import("./later.ts");
  return [large.length, later, common.kind, common.driver()];
}`,
      config: { lambda: { handler: "./handler.ts", include: ["a.txt"] } },
    });
    project.write("large.ts", LARGE);
    project.write("a.txt", "a");
    project.write(
      "later.ts",
      `export const later = Deno.readTextFileSync(new URL("./a.txt", import.meta.url));`,
    );
    project.write(
      "common.cjs",
      `exports.kind = typeof require("node:crypto").createHash;
exports.driver = () => {
  try {
    return require("native-driver");
  } catch (error) {
    return error.code;
  }
};`,
    );

    for (const _ of ["first", "in the place of the first"]) {
      const { code, stdout, stderr } = await project.build([
        "--bundle",
        ...options,
      ]);
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, "left to run time  native-driver\n");
    }

    const main = Deno.readTextFileSync(`${project.directory}/dist/main.js`);
    assertEquals(main.includes("large large"), false);
    const answered = await invokeBundle(project, { event: { fails: false } });
    assertEquals(
      JSON.parse(answered.text),
      [600_000, "a", "function", "MODULE_NOT_FOUND"],
    );
    const failed = await invokeBundle(project, { event: { fails: true } });
    const [frame] = JSON.parse(failed.text).stackTrace;
    assertMatch(frame, /\(file:\/\/\/proc\/self\/cwd\/handler\.ts:10:20\)$/);
  });
}

Deno.test("build --bundle of a large function reports an import that throws", async () => {
  using project = new BuildProject({
    handler: `import { large } from "./large.ts";
if (large) throw new RangeError("thrown at the top");
export function handleEvent() {}`,
  });
  project.write("large.ts", LARGE);
  const { code, stderr } = await project.build(["--bundle"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, "thrown at the top");

  const { path, text } = await invokeBundle(project);

  assertMatch(path, /init\/error$/);
  assertEquals(JSON.parse(text).errorType, "RangeError");
});

Deno.test("build --bundle of a large function that isolates its handler needs to read main.js only", async () => {
  using project = new BuildProject({
    handler: `import { large } from "./large.ts";
export const handleEvent = () => large.length;`,
    config: {
      unstable: ["worker-options"],
      lambda: {
        handler: "./handler.ts",
        isolation: "worker",
        permissions: "none",
      },
    },
  });
  project.write("large.ts", LARGE);

  const { code, stdout, stderr } = await project.build(["--bundle"]);

  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "--allow-read=/proc/self/cwd/main.js\n");
  assertEquals((await invokeBundle(project)).text, "600000");
});

Deno.test("build --bundle of a large function keeps the order of what is imported for its effect", async () => {
  using project = new BuildProject({
    handler: `import "./first.ts";
import { seen } from "./shared.ts";
import { large } from "./large.ts";
export async function handleEvent() {
  const { later } = await import("./later.ts");
  return [seen, later, large.length];
}`,
  });
  project.write("first.ts", "Object.assign(globalThis, { isFirst: true });");
  // In a file of its own it would be evaluated first, since both need it.
  project.write(
    "shared.ts",
    `export const seen = "isFirst" in globalThis;`,
  );
  project.write("later.ts", `export { seen as later } from "./shared.ts";`);
  project.write("large.ts", LARGE);

  const { code, stderr } = await project.build(["--bundle"]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals((await invokeBundle(project)).text, "[true,true,600000]");
});

Deno.test("build --bundle of a large function leaves a file that somebody has added to dist/", async () => {
  using project = new BuildProject({
    handler: `export { large as handleEvent } from "./large.ts";`,
  });
  project.write("large.ts", LARGE.replace("=", "= () =>"));
  assertEquals((await project.build(["--bundle"])).code, 0);
  project.write("dist/chunk-ADDED.js", "export {};");

  const { code, stderr } = await project.build(["--bundle"]);

  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    `"chunk-ADDED.js" in it, which no build has made`,
  );
});

const READING = `import common from "./common.cjs";
import { other } from "../lib/other.mjs";
const text = Deno.readTextFileSync(new URL("./a.txt", import.meta.url));
export const handleEvent = () => [
  text,
  Deno.readTextFileSync(import.meta.dirname + "/a.txt"),
  Deno.readTextFileSync(import.meta.filename!.replace("handler.ts", "a.txt")),
  Deno.readTextFileSync(new URL(import.meta.resolve("./a.txt"))),
  common.text,
  other,
  [import.meta.main, typeof __dirname],
];
declare const __dirname: unknown;`;

for (const options of [[], ["--minify"]]) {
  Deno.test(`${["build", "--bundle", ...options].join(" ")} lays files beside the modules that read them`, async () => {
    using project = new BuildProject({
      config: {
        lambda: { handler: "./src/handler.ts", include: ["./src/a.txt"] },
      },
    });
    project.write("src/handler.ts", READING);
    project.write("src/a.txt", "a");
    project.write(
      "src/common.cjs",
      `const { readFileSync } = require("node:fs");
exports.text = readFileSync(__dirname + "/a.txt", "utf8") + __filename.slice(-15);`,
    );
    project.write("lib/texts/in it/b.txt", "b");
    project.write(
      "lib/other.mjs",
      `import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
const __dirname = dirname(fileURLToPath(import.meta.url));
export const other = Deno.readTextFileSync(__dirname + "/texts/in it/b.txt");`,
    );

    const { code, stderr } = await project.build([
      "--bundle",
      "--include",
      "lib/texts/",
      ...options,
    ]);

    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse((await invokeBundle(project)).text), [
      "a",
      "a",
      "a",
      "a",
      "a/src/common.cjs",
      "b",
      [false, "undefined"],
    ]);
  });
}

Deno.test("build defines __dirname for CommonJS packages", async () => {
  using project = makeNpmProject(
    `import found from "reading"; export const handleEvent = () => found;`,
    ["reading"],
  );
  writePackage(project, "reading", {
    "lib/index.js":
      `module.exports = require("fs").readFileSync(require("path").join(__dirname, "../data/a.txt"), "utf8");`,
    "data/a.txt": "of the package",
  }, { main: "./lib/index.js" });

  const { code, stderr } = await project.build([
    "--bundle",
    "--no-check",
    "--include=node_modules/reading/data",
  ]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals((await invokeBundle(project)).text, '"of the package"');
});

Deno.test("build leaves names alone that only look like a module's variables", async () => {
  using project = new BuildProject({
    handler: `import common from "./common.cjs";
import own from "./own.cjs";
const $module = "a name of the handler's";
const __filename = "its own";
export const handleEvent = () => [
  common(), own(), $module, __filename, "import.meta.url", \`__dirname\`,
];`,
  });
  project.write(
    "common.cjs",
    `module.exports = () => [
  Object.keys({ __dirname, __filename, last: 1 }),
  Object.keys({ first: 1, __dirname }),
  [1, __dirname, 2].length,
  typeof __dirname,
  { __dirname: 1 }.__dirname,
];`,
  );
  project.write(
    "own.cjs",
    `module.exports = (__dirname = "a parameter") => __dirname;`,
  );

  for (const options of [[], ["--minify"]]) {
    const { code, stderr } = await project.build(["--bundle", ...options]);

    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse((await invokeBundle(project)).text), [
      [
        ["__dirname", "__filename", "last"],
        ["first", "__dirname"],
        3,
        "string",
        1,
      ],
      "a parameter",
      "a name of the handler's",
      "its own",
      "import.meta.url",
      "__dirname",
    ]);
  }
});

Deno.test("build puts included files into the program and the zip, the same every time", async () => {
  const zips: Uint8Array[] = [];
  for (const seconds of [1_000_000_000, 2_000_000_000]) {
    using project = new BuildProject();
    project.write("texts/b.txt", "included b");
    project.write("texts/a.ts", `import "./not-there.ts"; // included a`);
    for (const name of ["b.txt", "a.ts"]) {
      Deno.utimeSync(`${project.directory}/texts/${name}`, seconds, seconds);
    }

    const { code, stderr } = await project.build([
      "--zip",
      "--include",
      "texts",
    ]);

    assertEquals([code, stderr], [0, ""]);
    const program = Deno.readTextFileSync(`${project.directory}/bootstrap`);
    assertStringIncludes(program, "included a");
    assertStringIncludes(program, "included b");
    zips.push(Deno.readFileSync(`${project.directory}/bootstrap.zip`));
  }
  assertEquals(zips[0], zips[1]);
  const names = new TextDecoder("latin1").decode(zips[0]);
  for (const name of ["bootstrap", "texts/a.ts", "texts/b.txt"]) {
    assertStringIncludes(names, name);
  }
});

for (
  const [path, says] of [
    ["../other", "in the folder of deno.json"],
    ["/etc/hostname", "in the folder of deno.json"],
    [".", "in the folder of deno.json"],
    ["not-there.txt", 'expected a file or folder in "'],
    ["main.js", "a build writes something of that name itself"],
  ]
) {
  Deno.test(`build refuses to include "${path}"`, async () => {
    using project = new BuildProject();

    const { code, stderr } = await project.build([
      "--bundle",
      "--no-check",
      `--include=${path}`,
    ]);

    assertStringIncludes(stderr, `Cannot include "${path}": `);
    assertStringIncludes(stderr, says);
    assertEquals(code, 1);
  });
}

Deno.test("dist/bootstrap works through symbolic links", async () => {
  using project = new BuildProject({
    config: { lambda: { handler: "./handler.ts", include: ["a.txt"] } },
    handler: `export const handleEvent = () =>
  Deno.readTextFileSync(new URL("./a.txt", import.meta.url));`,
  });
  project.write("a.txt", "beside it");
  assertEquals((await project.build(["--bundle"])).code, 0);
  const { directory } = project;
  Deno.mkdirSync(`${directory}/links`);
  Deno.symlinkSync("../dist/bootstrap", `${directory}/links/relative`);
  Deno.symlinkSync(`${directory}/links/relative`, `${directory}/absolute`);
  Deno.symlinkSync("dist", `${directory}/folder`);

  for (const bootstrap of ["links/relative", "absolute", "folder/bootstrap"]) {
    const { text } = await invokeBundle(project, { bootstrap });
    assertEquals(text, '"beside it"');
  }
});

Deno.test("dist/bootstrap says so when there is no deno on the PATH", async () => {
  using project = new BuildProject();
  assertEquals((await project.build(["--bundle"])).code, 0);

  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [`${project.directory}/dist/bootstrap`],
    env: { PATH: "/nonexistent" },
    clearEnv: true,
  }).output();

  assertEquals(code, 127);
  assertEquals(
    new TextDecoder().decode(stderr),
    `Cannot find deno on the PATH: expected an image or a layer that has Deno ${Deno.version.deno}\n`,
  );
  assertEquals(stdout.length, 0);
});

Deno.test("build --no-check builds what does not pass deno check", async () => {
  using project = new BuildProject({
    handler: `export const handleEvent = (n: number): string => n;`,
  });

  const { code, stderr } = await project.build(["--bundle", "--no-check"]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals((await invokeBundle(project, { event: 1 })).text, "1");
});
