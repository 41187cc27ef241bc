// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { toUse, usesIn } from "../../../local/permissions/audit.ts";
import { BuildProject, type BuildResult } from "../../support/build_project.ts";
import { invokeBundle } from "../../support/built_function.ts";

async function permissions(
  project: BuildProject,
  args: string[],
): Promise<BuildResult> {
  return await project.deno([
    ...["run", "--quiet", "--no-prompt", "-P=build"],
    ...["@toukon/lambda/permissions", ...args],
  ]);
}

const HANDLER = `import { readFile, writeFile } from "node:fs/promises";

const table = Deno.env.get("TABLE");

export async function handleEvent(event: { kind: string, path: string }) {
  switch (event.kind) {
    case "files":
      await writeFile(event.path, Deno.readTextFileSync("/etc/hostname"));
      await readFile(event.path);
      await Deno.remove(event.path);
      return Deno.readTextFileSync(new URL("./a.txt", import.meta.url));
    case "write":
      return Deno.writeTextFileSync(event.path, "");
    case "network":
      return await (await fetch(event.path)).text();
    case "program":
      return (await new Deno.Command("true").output()).code;
    case "system":
      return [typeof Deno.hostname(), process.env.STAGE];
    case "fails":
      throw new Error("no luck");
  }
  return table ?? null;
}
`;

function makeProject(events: Record<string, unknown>): BuildProject {
  const project = new BuildProject({ handler: HANDLER });
  project.write("a.txt", "beside it");
  for (const [name, event] of Object.entries(events)) {
    project.write(`events/${name}.json`, JSON.stringify(event));
  }
  return project;
}

Deno.test("permissions prints the least set for all events, which a built function runs with", async () => {
  const path = `${Deno.makeTempDirSync()}/written`;
  const files = { kind: "files", path };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("served"),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const network = { kind: "network", path: `http://${host}/a` };
  using project = makeProject({
    files,
    network,
    system: { kind: "system" },
    program: { kind: "program" },
  });

  const { code, stdout, stderr } = await permissions(
    project,
    ["files", "network", "system", "program"].map((name) =>
      `events/${name}.json`
    ),
  );

  assertEquals(code, 0);
  const set = JSON.parse(`{${stdout}}`);
  assertEquals(set, {
    default: {
      env: ["STAGE", "TABLE"],
      net: [host],
      read: ["/etc/hostname", path],
      run: ["true"],
      sys: ["hostname"],
      write: [path],
    },
  });
  assertStringIncludes(stderr, `if "lambda" has\n"include": ["a.txt"]\n`);
  assertEquals(project.outputs(), ["a.txt", "events"]);

  const config = JSON.parse(
    Deno.readTextFileSync(`${project.directory}/deno.json`),
  );
  config.lambda.include = ["a.txt"];
  Object.assign(config.permissions, set);
  project.write("deno.json", JSON.stringify(config));
  const built = await project.build(["--bundle"]);
  assertEquals([built.code, built.stderr], [0, ""]);
  for (
    const [event, reply] of [
      [files, "beside it"],
      [network, "served"],
      [{ kind: "system" }, ["string", null]],
      [{ kind: "program" }, 0],
    ]
  ) {
    const { text } = await invokeBundle(project, { event });
    assertEquals(JSON.parse(text), reply);
  }
  Deno.removeSync(path.replace("/written", ""));
});

Deno.test("permissions prints no permission that the event does not take", async () => {
  using project = makeProject({ none: {} });

  const { code, stdout, stderr } = await permissions(project, [
    "events/none.json",
  ]);

  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, `"default": {\n  "env": [\n    "TABLE"\n  ]\n}\n`);
});

Deno.test("permissions says with which event the handler failed", async () => {
  using project = makeProject({ fails: { kind: "fails" } });

  const { code, stdout, stderr } = await permissions(project, [
    "events/fails.json",
  ]);

  assertMatch(
    stderr,
    /^With the event of ".*\/events\/fails\.json", the handler failed, so that something may be missing:\n.*no luck/,
  );
  assertStringIncludes(stdout, `"TABLE"`);
  assertEquals(code, 1);
});

for (
  const [args, says] of [
    [[], "No event: name files that hold events"],
    [["gone.json"], 'Cannot read the event from "gone.json": expected a file'],
    [["--hlep"], 'Unknown option "--hlep": did you mean --help?'],
  ] as const
) {
  Deno.test(`permissions refuses "${args.join(" ")}"`, async () => {
    using project = new BuildProject();

    const { code, stdout, stderr } = await permissions(project, [...args]);

    assertStringIncludes(stderr, says);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test("permissions leaves a .toukon_build of the user's", async () => {
  using project = makeProject({ none: {} });
  project.write(".toukon_build/notes.txt", "mine");

  const { code, stderr } = await permissions(project, ["events/none.json"]);

  assertStringIncludes(stderr, 'Cannot write ".toukon_build"');
  assertEquals(code, 1);
  assertEquals(
    Deno.readTextFileSync(`${project.directory}/.toukon_build/notes.txt`),
    "mine",
  );
});

Deno.test("permissions --help shows the options", async () => {
  using project = new BuildProject();

  const { code, stdout } = await permissions(project, ["--help"]);

  assertEquals(code, 0);
  assertMatch(stdout, /^ {2}-h, --help /m);
});

Deno.test("usesIn() tells reading from writing by what was called", () => {
  const lines = [
    ["read", "/a", "Object.readTextFileSync (ext:deno_fs/30_fs.js:1:1)"],
    ["write", "/a", "Object.readTextFileSync (ext:deno_fs/30_fs.js:1:1)"],
    ["read", "/b", "writeFileSync (ext:deno_fs/30_fs.js:1:1)"],
    ["write", "/b", "writeFileSync (ext:deno_fs/30_fs.js:1:1)"],
    ["read", "/c", "op_node_open (ext:core/00_infra.js:1:1)"],
    ["write", "/c", "op_node_open (ext:core/00_infra.js:1:1)"],
    ["read", "/project/node_modules/d", "Module.readFileSync (ext:x)"],
  ].map(([permission, value, ...stack]) =>
    JSON.stringify({ permission, value, stack })
  );

  assertEquals(usesIn(`${lines.join("\n")}\n`, "/project"), [
    { kind: "read", value: "/a" },
    { kind: "write", value: "/b" },
    { kind: "read", value: "/c" },
  ]);
});

Deno.test("toUse() writes values as deno.json has them", () => {
  for (
    const [kind, value, expected] of [
      ["net", "https://a.example/b", "a.example:443"],
      ["net", "a.example:80", "a.example:80"],
      ["import", "https://jsr.io/@std/x.ts", "jsr.io:443"],
      ["read", "/project/a/b.txt", "./a/b.txt"],
      ["read", "./a.txt", "./a.txt"],
      ["read", "a.txt", "./a.txt"],
      ["write", "/tmp", "/tmp"],
      ["env", "A", "A"],
      ["env", undefined, undefined],
    ] as const
  ) {
    assertEquals(toUse({ kind, value }, "/project").value, expected);
  }
});
