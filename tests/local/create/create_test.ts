// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Child } from "../../support/child.ts";
import { JsrRegistry } from "../../support/jsr_registry.ts";
import { CHECKOUT } from "../../support/starter.ts";
import { CREATE, Workplace } from "./creation.ts";

/** Names that will not do, each with what is said of it. */
const WRONG_NAMES = {
  "My_App": 'such as "my-app"',
  "@scope/my-app": "and no path",
  "my.app": 'such as "my-app"',
  "1st": 'such as "st"',
  "my--app": 'such as "my-app"',
  "my-": 'such as "my"',
  "a": "expected 2 to 40 lower-case letters",
  [`a${"b".repeat(40)}`]: "expected 2 to 40 lower-case letters",
  "../my-app": "and no path",
  "..": "and no path",
  ".": "and no path",
  "/tmp/my-app": "and no path",
  "a\\b": "and no path",
  "con": "that Windows has not reserved",
  "COM1": "that Windows has not reserved",
  "関数": "expected 2 to 40 lower-case letters",
};

const WRONG_ARGS: [args: string[], message: string][] = [
  [[], "No name: expected that of the project"],
  [["my-app", "other"], 'Cannot use "other": expected one name'],
  [["my-app", "--kind=http"], 'Cannot use --kind "http": expected "event" or'],
  [["my-app", "--kind"], 'Cannot use --kind "": expected "event" or'],
  [["my-app", "--knid=fetch"], "did you mean --kind? See --help"],
  [["my-app", "--form=zip", "--infra=cdk"], "--form zip with --infra cdk"],
  [["my-app", "--package"], "expected the path of a folder after it"],
  [["my-app", "--package=missing"], "with the deno.json of @toukon/lambda"],
  [["my-app", `--package=${CHECKOUT}/examples/starter`], "found none"],
];

for (const [name, message] of Object.entries(WRONG_NAMES)) {
  Deno.test(`create refuses the name "${name}" and leaves nothing`, async () => {
    using place = new Workplace();

    const { code, stdout, stderr } = await place.create([name]);

    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `Cannot use the name "${name}": `);
    assertStringIncludes(stderr, message);
    assertEquals(place.entries(), []);
  });
}

for (const [args, message] of WRONG_ARGS) {
  Deno.test(`create ${args.join(" ").replace(CHECKOUT, "")} exits with 2 and leaves nothing`, async () => {
    using place = new Workplace();

    const { code, stdout, stderr } = await place.create(args);

    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, message);
    assertEquals(place.entries(), []);
  });
}

Deno.test("create --help shows every option", async () => {
  using place = new Workplace();

  const { code, stdout } = await place.create(["--help"]);

  assertEquals(code, 0);
  for (
    const name of [
      ...["kind", "isolation", "infra", "form", "readme"],
      ...["git", "package", "yes", "help"],
    ]
  ) {
    assertMatch(stdout, new RegExp(`^ +(-\\w, )?--${name}\\b`, "m"));
  }
  assertEquals(place.entries(), []);
});

Deno.test("create overwrites no folder with something in it", async () => {
  using place = new Workplace();
  Deno.mkdirSync(`${place.path}/my-app`);
  Deno.writeTextFileSync(`${place.path}/my-app/.hidden`, "mine");

  const { code, stderr } = await place.create(["my-app"]);

  assertEquals(code, 1);
  assertStringIncludes(stderr, "or an empty one, found 1 entry in it");
  assertEquals(place.entries(), ["my-app"]);
  assertEquals(place.files("my-app"), { ".hidden": "mine" });
});

Deno.test("create overwrites no file and follows no link", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(`${place.path}/a-file`, "mine");
  Deno.mkdirSync(`${place.path}/elsewhere`);
  Deno.symlinkSync(`${place.path}/elsewhere`, `${place.path}/a-link`);

  for (const [name, found] of [["a-file", "file"], ["a-link", "link"]]) {
    const { code, stderr } = await place.create([name]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `expected nothing there, found a ${found}`);
  }

  assertEquals(place.entries(), ["a-file", "a-link", "elsewhere"]);
  assertEquals(place.entries("elsewhere"), []);
});

Deno.test("create fills a folder that is empty", async () => {
  using place = new Workplace();
  Deno.mkdirSync(`${place.path}/my-app`);

  const { code } = await place.create(["my-app", "--infra=none"]);

  assertEquals(code, 0);
  assert(place.entries("my-app").includes("handler.ts"));
});

Deno.test("create says where it cannot write", async () => {
  await using child = new Child(Deno.execPath(), {
    args: [...CREATE, "my-app"],
    // Whoever one is, nothing can be made there.
    cwd: "/proc",
  });

  const { code, stderr } = await child.ended();

  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    'Cannot make "my-app": expected a folder that can be written to, found "/proc"',
  );
});

Deno.test("create says which permission it has not", async () => {
  using place = new Workplace();

  await using child = place.deno(
    [
      ...["run", "--no-prompt", "--allow-read"],
      ...[`${CHECKOUT}/local/create/mod.ts`, "my-app"],
    ],
    ".",
  );
  const { code, stderr } = await child.ended();

  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot make a project without permission: .*\n$/);
  assertEquals(place.entries(), []);
});

Deno.test("create asks nothing without a terminal and takes the defaults", async () => {
  using place = new Workplace();

  const { code, stdout, stderr } = await place.create(["my-app"]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout,
    `Made my-app. Next:

  cd my-app
  deno task dev --event events/hello.json
  deno task test
`,
  );
  assertEquals(place.entries("my-app"), [
    ".dockerignore",
    ".github",
    ".gitignore",
    "Dockerfile",
    "README.md",
    "deno.json",
    "events",
    "handler.ts",
    "handler_test.ts",
    "infra",
  ]);
});

Deno.test("create --git begins a repository on main", async () => {
  using place = new Workplace();

  const { code } = await place.create(["my-app", "--infra=none", "--git"]);

  assertEquals(code, 0);
  assertEquals(
    Deno.readTextFileSync(`${place.path}/my-app/.git/HEAD`),
    "ref: refs/heads/main\n",
  );
});

Deno.test("create --git without git makes nothing", async () => {
  using place = new Workplace();
  const [deno] = Deno.execPath().match(/^.*\//)!;

  const { code, stderr } = await place.create(
    ["my-app", "--infra=none", "--git"],
    { PATH: `${deno}nowhere` },
  );

  assertEquals([code, stderr], [
    1,
    'Cannot run "git": expected it on the PATH, found none\n',
  ]);
  assertEquals(place.entries(), []);
});

Deno.test("deno create and deno run make a project that runs, all from JSR", async () => {
  await using registry = await JsrRegistry.start();
  using place = new Workplace();
  using cache = new Workplace();
  const env = { JSR_URL: registry.url, DENO_DIR: cache.path };

  for (
    const [name, ...args] of [
      ["one", "create", "--yes", "jsr:@toukon/lambda", "--"],
      ["two", "run", "--quiet", "-A", "jsr:@toukon/lambda/create"],
    ]
  ) {
    await using child = place.deno(
      [...args, name, "--kind=fetch", "--infra=none", "--yes"],
      ".",
      env,
    );
    const { code, stdout, stderr } = await child.ended();
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `Made ${name}.`);
  }
  await using dev = place.deno(
    ["task", "dev", "--event=events/get_hello.json"],
    "one",
    env,
  );
  const { code, stdout, stderr } = await dev.ended();

  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "こんにちは、Denoさん！");
  assertEquals(place.entries(), ["one", "two"]);
});
