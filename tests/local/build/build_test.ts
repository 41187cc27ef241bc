// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { crc32, inflateRawSync } from "node:zlib";
import { BuildError } from "../../../local/build/build_error.ts";
import {
  DEAD_LETTER_VARIABLES,
  needsOf,
  RUNTIME_VARIABLES,
} from "../../../local/build/needs.ts";
import {
  toFlag,
  toGrants,
  withRuntime,
} from "../../../local/build/permissions.ts";
import { MARK } from "../../../local/build/outputs.ts";
import { zip } from "../../../local/build/zip.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";
import { BuildProject } from "../../support/build_project.ts";
import { runToEnd } from "../../support/child.ts";
import { CHECKOUT } from "../../support/starter.ts";

const RUNTIME_NET = "127.0.0.0/8:9001,169.254.0.0/16:9001";

/** What Deno has written into a compiled program about how to run it. */
function metadataOf(program: Uint8Array) {
  const text = new TextDecoder("latin1").decode(program);
  const start = text.lastIndexOf('{"argv":');
  assert(start >= 0, "the program has no metadata");
  const json = text.slice(start);
  for (
    let end = json.indexOf("}");
    end >= 0;
    end = json.indexOf("}", end + 1)
  ) {
    try {
      return JSON.parse(json.slice(0, end + 1));
    } catch {
      // It goes on.
    }
  }
  throw new Error("the metadata has no end");
}

/** The lines of a report, by their names. */
function factsOf(stdout: string): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^ {2}(\S.*?) {2,}(.*)$/gm)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
}

Deno.test("build compiles the handler with its permissions and what the runtime needs", async () => {
  using project = new BuildProject({
    config: {
      lambda: { handler: "./handler.ts", logLevel: "WARN" },
      compile: { permissions: "production" },
      permissions: {
        default: { all: true },
        production: {
          env: ["TABLE"],
          net: { allow: ["example.com:443"], deny: ["10.0.0.0/8"] },
          read: ["./old data"],
        },
      },
    },
  });

  const { code, stdout, stderr } = await project.build([
    "--target",
    "aarch64",
    "--memory=512",
  ]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals(project.outputs(), ["bootstrap"]);
  const program = Deno.readFileSync(`${project.directory}/bootstrap`);
  const { permissions, v8_flags: v8Flags } = metadataOf(program);
  const granted = Object.fromEntries(
    Object.entries(permissions).filter(([, value]) => value !== null),
  );
  assertEquals(granted, {
    allow_env: [...RUNTIME_VARIABLES, "TABLE"],
    allow_net: [...RUNTIME_NET.split(","), "example.com:443"],
    deny_net: ["10.0.0.0/8"],
    allow_read: ["./old data"],
    allow_import: granted.allow_import,
    deny_import: [],
    prompt: false,
  });
  assert(v8Flags.includes("--max-heap-size=384"));
  const text = new TextDecoder("latin1").decode(program);
  assert(/config: \{\s*"?logLevel"?: "WARN"\s*\}/.test(text));
  const { mode } = Deno.statSync(`${project.directory}/bootstrap`);
  assertEquals(mode! & 0o111, 0o111);
  const facts = factsOf(stdout);
  assertEquals(facts.handler, "./handler.ts");
  assertEquals(facts.target, "aarch64-unknown-linux-gnu");
  assertEquals(facts["of the handler"], '"permissions.production"');
  assertEquals(facts["V8 flags"], "--max-heap-size=384");
  assertMatch(facts.size, /^0\.\d MB$/);
  assertStringIncludes(stdout, `--allow-net=${RUNTIME_NET},example.com:443`);
});

Deno.test("build leaves the heap to V8 where it is not told the memory", async () => {
  using project = new BuildProject();

  const { code } = await project.build();

  assertEquals(code, 0);
  const program = Deno.readFileSync(`${project.directory}/bootstrap`);
  const flags = metadataOf(program).v8_flags.join(" ");
  assertEquals(flags.includes("space-size"), false);
});

Deno.test("build keeps the names of classes unless it is to minify", async () => {
  using project = new BuildProject({
    handler: `class KeptName {}
export const handleEvent = () => new KeptName().constructor.name;`,
  });

  const isKept: boolean[] = [];
  for (const args of [[], ["--minify"]]) {
    const { code } = await project.build(args);
    assertEquals(code, 0);
    const program = Deno.readFileSync(`${project.directory}/bootstrap`);
    const text = new TextDecoder("latin1").decode(program);
    isKept.push(text.includes("KeptName"));
  }

  assertEquals(isKept, [true, false]);
});

Deno.test("build gives the same zip in another folder, at another time", async () => {
  const zips: Uint8Array[] = [];
  for (const seconds of [1_000_000_000, 2_000_000_000]) {
    using project = new BuildProject();
    for (const name of ["deno.json", "handler.ts"]) {
      Deno.utimeSync(`${project.directory}/${name}`, seconds, seconds);
    }

    const { code } = await project.build(["--zip"]);

    assertEquals(code, 0);
    assertEquals(project.outputs(), ["bootstrap", "bootstrap.zip"]);
    zips.push(Deno.readFileSync(`${project.directory}/bootstrap.zip`));
  }
  assertEquals(zips[0].length, zips[1].length);
  assert(zips[0].every((byte, index) => byte === zips[1][index]));
});

Deno.test("zip() packs a file that others can unpack, with its run bit", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(10_000)).fill(7, 100);

  const packed = await zip([{ name: "bootstrap", bytes, mode: 0o755 }]);

  const view = new DataView(packed.buffer);
  const ascii = (start: number, length: number) =>
    new TextDecoder().decode(packed.subarray(start, start + length));
  const end = packed.length - 22;
  assertEquals(view.getUint32(end, true), 0x06054b50);
  assertEquals(view.getUint16(end + 10, true), 1);
  const central = view.getUint32(end + 16, true);
  assertEquals(central + view.getUint32(end + 12, true), end);
  assertEquals(view.getUint32(central, true), 0x02014b50);
  assertEquals(view.getUint8(central + 5), 3);
  assertEquals(view.getUint32(central + 38, true) >>> 16, 0o100755);
  assertEquals(ascii(central + 46, 9), "bootstrap");
  const local = view.getUint32(central + 42, true);
  assertEquals(view.getUint32(local, true), 0x04034b50);
  assertEquals(ascii(local + 30, 9), "bootstrap");
  for (
    const field of [
      view.getUint32(local + 14, true),
      view.getUint32(central + 16, true),
    ]
  ) {
    assertEquals(field, crc32(bytes));
  }
  const data = packed.subarray(local + 39, central);
  assertEquals(view.getUint32(central + 20, true), data.length);
  assertEquals(view.getUint32(central + 24, true), bytes.length);
  assertEquals(new Uint8Array(inflateRawSync(data)), bytes);
});

for (
  const [what, handler] of Object.entries({
    "handleEvent beside others":
      `export const init = async () => {}; export function handleEvent(event: { a: number }) { return event.a; } export const other = 1;`,
    "handler, as AWS's runtimes take it":
      `export const handler = async (event: { a: number }) => await event.a;`,
    "a function as its default": `export default (event: string) => event;`,
    "a behaviour as its default":
      `import type { Behaviour } from "@toukon/lambda"; const behaviour: Behaviour<string, string> = { handleEvent: (event) => event }; export default behaviour;`,
  })
) {
  Deno.test(`build takes a module with ${what}`, async () => {
    using project = new BuildProject({ handler });

    const { code, stderr } = await project.build();

    assertEquals([code, stderr], [0, ""]);
  });
}

for (
  const [what, lambda] of Object.entries({
    "AWS's form": { handler: "src/api.v1.greet" },
    "AWS's form, in a worker": {
      handler: "src/api.v1.greet",
      isolation: "worker",
    },
  })
) {
  Deno.test(`build --bundle takes a handler in ${what}`, async () => {
    using project = new BuildProject({ config: { lambda } });
    Deno.mkdirSync(`${project.directory}/src`);
    project.write(
      "src/api.ts",
      `export const v1 = { greet: (name: string) => \`Hello, \${name}\` };`,
    );

    const { code, stderr } = await project.build(["--bundle"]);

    assertEquals([code, stderr], [0, ""]);
    await using api = new RuntimeApiServer();
    await using _function = new FunctionProcess({
      api,
      main: `${project.directory}/dist/main.js`,
      permissions: ["--allow-net", "--allow-env", "--allow-read"],
    });
    const { text } = await api.invoke({ id: "1", body: '"Deno"' });
    assertEquals(text, '"Hello, Deno"');
  });
}

Deno.test("build takes a handler in JavaScript, of a name with a space", async () => {
  using project = new BuildProject({
    config: { lambda: { handler: "my handler.js" } },
  });
  project.write(
    "my handler.js",
    `export const handleEvent = (event) => event;`,
  );

  const { code, stderr } = await project.build();

  assertEquals([code, stderr], [0, ""]);
});

const PROBLEMS: Record<
  string,
  {
    handler?: string;
    config?: Record<string, unknown>;
    says: RegExp;
  }
> = {
  "is not there": {
    config: { lambda: { handler: "./other.ts" } },
    says: /^Cannot find the handler ".\/other.ts": expected a file in "/,
  },
  "is not named": {
    config: { lambda: {} },
    says: /^Cannot build a function: .*deno.json names none. Add to it/,
  },
  "does not type-check": {
    handler: `export const handleEvent = (n: number): string => n;`,
    says: /it does not pass deno check\n\nTS2322.*at file:.*handler.ts:1:/s,
  },
  "imports what is not there": {
    handler: `import "./gone.ts"; export const handleEvent = () => 1;`,
    says: /it does not pass deno check\n\n.*gone.ts/s,
  },
  "exports nothing to serve": {
    handler: `export function init() {}`,
    says: /it is no handler. Expected a module that exports\n/,
  },
  "exports a handleEvent that is no function": {
    handler: `export const handleEvent: string = "hello";`,
    says: /it is no handler. .*handleEvent.*string/s,
  },
  "exports a default that is no handler": {
    handler: `export default { handle() {} };`,
    says: /it is no handler/,
  },
  "has a wrong configuration": {
    config: { lambda: { handler: "./handler.ts", logLevel: "LOUD" } },
    says: /^Cannot use "lambda.logLevel" of deno.json: expected .*"LOUD"\n$/,
  },
  "asks for a set that is not there": {
    config: { compile: { permissions: "prod" } },
    says: /^Cannot use "compile.permissions" of deno.json: .*"prod"\n$/,
  },
};

for (const [problem, { says, ...options }] of Object.entries(PROBLEMS)) {
  Deno.test(`build stops when the handler ${problem}, and leaves no old result`, async () => {
    using project = new BuildProject(options);
    for (const args of [[], ["--bundle"]]) {
      project.write("bootstrap", `old, ${MARK}`);
      project.write("bootstrap.zip", `old, ${MARK}`);
      Deno.mkdirSync(`${project.directory}/dist`, { recursive: true });

      const { code, stdout, stderr } = await project.build(args);

      assertMatch(stderr, says);
      assertEquals([code, stdout], [1, ""]);
      assertEquals(
        project.outputs(),
        args.length === 0 ? ["dist"] : ["bootstrap", "bootstrap.zip"],
      );
    }
  });
}

Deno.test("build does not run the handler to look at it", async () => {
  using project = new BuildProject({
    handler: `console.log("imported");
Deno.writeTextFileSync("imported", "");
export const handleEvent = () => 1;`,
  });

  const { code, stdout } = await project.build();

  assertEquals(code, 0);
  assertEquals(stdout.includes("imported"), false);
  assertEquals(project.outputs(), ["bootstrap"]);
});

Deno.test("build says what to do when the given base cannot be read", async () => {
  using project = new BuildProject();

  const { code, stderr } = await project.build([], {
    DENORT_BIN: "/nonexistent/denort",
  });

  assertEquals(code, 3);
  assertStringIncludes(stderr, "put its path into DENORT_BIN");
  assertStringIncludes(stderr, "or build with --bundle");
  assertStringIncludes(stderr, "'/nonexistent/denort'");
  assertEquals(project.outputs(), []);
});

Deno.test("build says what to do when the base cannot be downloaded", async () => {
  using project = new BuildProject();
  await using cache = await EmptyCache.create();

  const { code, stderr } = await project.build([], {
    DENORT_BIN: "",
    DENO_DIR: cache.directory,
    // Nothing listens there.
    HTTPS_PROXY: "http://127.0.0.1:1",
  });

  assertEquals(code, 3, stderr);
  assertStringIncludes(
    stderr,
    "Cannot compile: the program that Deno compiles",
  );
  assertStringIncludes(stderr, "or build with --bundle");
  assertEquals(project.outputs(), []);
});

/** A cache of Deno's with its bundler, and without a base to compile into. */
class EmptyCache implements AsyncDisposable {
  readonly directory: string = Deno.makeTempDirSync();

  static async create(): Promise<EmptyCache> {
    const { stdout } = await runToEnd(Deno.execPath(), {
      args: ["info", "--json"],
    });
    const { denoDir } = JSON.parse(stdout);
    const cache = new EmptyCache();
    Deno.mkdirSync(`${cache.directory}/dl`);
    for (const { name } of Deno.readDirSync(`${denoDir}/dl`)) {
      if (!name.startsWith("esbuild")) continue;
      Deno.symlinkSync(
        `${denoDir}/dl/${name}`,
        `${cache.directory}/dl/${name}`,
      );
    }
    return cache;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("build --help names every option", async () => {
  using project = new BuildProject();
  project.write("bootstrap", "old");

  const { code, stdout } = await project.build(["--help"]);

  assertEquals(code, 0);
  for (
    const name of [
      "target",
      "memory",
      "form",
      "zip",
      "bundle",
      "minify",
      "help",
    ]
  ) {
    assertMatch(stdout, new RegExp(`^ {2}--${name} `, "m"));
  }
  assertEquals(project.outputs(), ["bootstrap"]);
});

for (
  const [args, says] of [
    [["--taget=x"], 'Unknown option "--taget=x": did you mean --target?'],
    [["handler.ts"], 'Cannot use "handler.ts": expected options only'],
    [["--target=arm"], 'Cannot use --target "arm": expected "x86_64"'],
    [["--memory=64"], 'Cannot use --memory "64": expected megabytes from 128'],
    [["--memory=1e3"], 'Cannot use --memory "1e3": expected megabytes'],
    [["--bundle", "--zip"], "Cannot use --zip with --bundle"],
    [["--form", "image"], 'Cannot use --form "image"'],
    [["--form", "bundle", "--zip"], "Cannot use --zip with --form"],
    [["--form", "bundle", "--memory=512"], "Cannot use --memory with --bundle"],
    [["--form", "zip", "--explain"], "Cannot use --form with --explain"],
    [["--bundle", "--target=arm64"], "Cannot use --target with --bundle"],
  ] as const
) {
  Deno.test(`build refuses ${args.join(" ")}`, async () => {
    using project = new BuildProject();

    const { code, stdout, stderr } = await project.build([...args]);

    assertStringIncludes(stderr, says);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test("toGrants() makes the flags of a permission set", () => {
  const grants = toGrants({
    read: true,
    write: false,
    env: { allow: ["A", "B"], deny: ["D"], ignore: true },
    net: [],
    sys: ["hostname"],
  }, "X");

  assertEquals(grants.map(toFlag), [
    "--allow-read",
    "--allow-env=A,B",
    "--deny-env=D",
    "--ignore-env",
    "--allow-sys=hostname",
  ]);
  assertEquals(toGrants(undefined, "X"), []);
  assertEquals(toGrants({ all: true }, "X").map(toFlag), ["--allow-all"]);
});

Deno.test("toGrants() refuses what Deno would not take", () => {
  for (
    const set of [true, [], { reed: true }, { read: 1 }, { env: [1] }, {
      sys: ["a,b"],
    }]
  ) {
    assertThrows(() => toGrants(set, '"X"'), BuildError, '"X" of deno.json');
  }
});

Deno.test("withRuntime() adds to what is granted and never takes from it", () => {
  const needs = needsOf({ isolation: "none", deadLetter: undefined }, ["h:1"]);
  const flagsFor = (set: unknown) =>
    withRuntime(toGrants(set, "X"), needs).map(toFlag);
  const env = `--allow-env=${RUNTIME_VARIABLES.join(",")}`;

  assertEquals(flagsFor({}), ["--deny-import", "--allow-net=h:1", env]);
  assertEquals(flagsFor({ net: ["h:1", "x"], env: true, import: ["jsr.io"] }), [
    "--allow-import=jsr.io",
    "--allow-net=h:1,x",
    "--allow-env",
  ]);
  assertEquals(flagsFor({ all: true }), ["--allow-all"]);
});

Deno.test("needsOf() adds what workers and dead letters need", () => {
  const flagsFor = (deadLetter: Record<string, unknown> | undefined) =>
    needsOf({ isolation: "worker", deadLetter }, ["h:1"], { main: "/main.js" })
      .map(toFlag);
  const env = `--allow-env=${RUNTIME_VARIABLES.join(",")}`;
  const sendingEnv = `${env},${DEAD_LETTER_VARIABLES.join(",")}`;
  const read = "--allow-read=/main.js";

  assertEquals(flagsFor(undefined), ["--allow-net=h:1", env, read]);
  for (
    const [deadLetter, host] of [
      [
        { queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/failed" },
        "sqs.eu-west-1.amazonaws.com:443",
      ],
      [{ queueUrl: "http://127.0.0.1:9324/queue/failed" }, "127.0.0.1:9324"],
      [
        { topicArn: "arn:aws:sns:eu-west-1:123456789012:failed" },
        "sns.eu-west-1.amazonaws.com:443",
      ],
      [
        {
          topicArn: "arn:aws:sns:eu-west-1:123456789012:failed",
          endpoint: "http://localhost",
        },
        "localhost:80",
      ],
    ] as const
  ) {
    assertEquals(flagsFor(deadLetter), [
      `--allow-net=h:1,${host}`,
      sendingEnv,
      read,
    ]);
  }
});

Deno.test("the runtime reads no variable that a build does not grant", () => {
  const found = variablesIn(`${CHECKOUT}/runtime`);
  // A built function names its handler, so that these are not looked at.
  found.delete("_HANDLER");
  found.delete("LAMBDA_TASK_ROOT");
  // It is looked at only where the function grants it by itself.
  found.delete("_LAMBDA_TELEMETRY_LOG_FD");
  assertEquals(
    [...found].sort(),
    [...RUNTIME_VARIABLES, ...DEAD_LETTER_VARIABLES].sort(),
  );
});

/** What reads or sets a variable, and its first argument. */
const CALLS = /\b(?:env(?:\.\w+)?|readVariable)\(\s*([^,)]+)/g;

/** The names of variables in calls such as `env("AWS_REGION")`. */
function variablesIn(folder: string): Set<string> {
  const found = new Set<string>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      for (const variable of variablesIn(path)) found.add(variable);
      continue;
    }
    const code = Deno.readTextFileSync(path).replaceAll(/^ *\*.*$/gm, "");
    for (const [, text] of code.matchAll(CALLS)) {
      const constant = new RegExp(`const ${text} =\\s*("\\w+")`).exec(code);
      const variable = /^"(\w+)"$/.exec(constant?.[1] ?? text)?.[1];
      if (variable) found.add(variable);
    }
  }
  return found;
}
