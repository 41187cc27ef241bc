// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { permissionWarning } from "../../../local/build/permission_warning.ts";
import { toGrants } from "../../../local/build/permissions.ts";
import { findFilesBeside, findUses } from "../../../local/build/uses.ts";
import { BuildProject } from "../../support/build_project.ts";

Deno.test("build --bundle tells of an error that is thrown when the function starts", async () => {
  for (
    const handler of [
      `throw new RangeError("no luck"); export const handleEvent = () => 1;`,
      `export const init = () => { throw new RangeError("no luck"); };
export const handleEvent = () => 1;`,
    ]
  ) {
    using project = new BuildProject({ handler });

    const { code, stderr } = await project.build(["--bundle"]);

    assertEquals(
      stderr,
      "Warning: when the build started the function, without environment variables and with no permission but to read them, it failed: RangeError: no luck\n",
    );
    assertEquals(code, 0);
    assertEquals(project.outputs(), ["dist"]);
  }
});

Deno.test("build --bundle tells of a function that ends when it is imported", async () => {
  using project = new BuildProject({
    handler: `console.error("farewell"); Deno.exit(3);
export const handleEvent = () => 1;`,
  });

  const { stderr } = await project.build(["--bundle"]);

  assertMatch(stderr, /it ended before it asked for an invocation\n.*farewell/);
});

for (
  const [what, common] of Object.entries({
    "the handler requires one": `require("./build/thing.node");`,
    "its name is made up":
      `const file = \`./build/\${process.arch}.node\`; try { require(file); } catch {}`,
  })
) {
  Deno.test(`build points to what a bundle cannot hold when there is a native add-on: ${what}`, async () => {
    using project = new BuildProject({
      handler: `import "./common.cjs"; export const handleEvent = () => 1;`,
    });
    project.write("common.cjs", common);
    project.write("build/thing.node", "machine code");

    const { code, stderr } = await project.build(["--bundle"]);

    assertStringIncludes(stderr, 'see "What a bundle cannot hold"');
    assertEquals(code, 0);
  });
}

Deno.test("build warns of what the handler reaches for and deno.json does not grant", async () => {
  using project = new BuildProject({
    handler: `const table = Deno.env.get("TA" + "BLE");
export async function handleEvent() {
  await fetch("https://api.example.com/items");
  return [table, process.env.STAGE, Deno.env.get("AWS_REGION")];
}`,
    config: { permissions: { default: { env: ["AWS_*"] } } },
  });

  const { code, stderr } = await project.build(["--bundle"]);

  assertEquals(
    stderr,
    `Warning: the function reaches for what "permissions.default" of deno.json does not grant:
  env STAGE, in handler.ts
  net api.example.com:443, in handler.ts
  env TABLE
It will fail with NotCapable there. If it needs that, add to "permissions.default":
  "env": [
    "STAGE",
    "TABLE"
  ],
  "net": [
    "api.example.com:443"
  ]
`,
  );
  assertEquals(code, 0);
});

Deno.test("build warns of files beside the handler that are not included", async () => {
  const handler = `const url = new URL("./a.txt", import.meta.url);
export const handleEvent = () => Deno.readTextFileSync(url);`;
  using project = new BuildProject({ handler });
  project.write("a.txt", "a");

  const { stderr } = await project.build(["--bundle"]);

  assertStringIncludes(
    stderr,
    `"lambda" of deno.json:\n  "include": ["a.txt"]`,
  );
  assertEquals(
    (await project.build(["--bundle", "--include=a.txt"])).stderr,
    "",
  );
});

Deno.test("findUses() finds the names that are written in a module", () => {
  const text = `
// Deno.env.get("COMMENT")
const texts = 'Deno.env.get(TEXT) // no comment'; Deno.env.get("A");
/* process.env.COMMENT */ process.env.B; process.env["C"]; Deno.env.get(\`D\`);
Deno.env.get("NO" + "NE"); Deno.env.get(\`\${"NONE"}\`); Deno.env.has("E");
fetch("http://a.example/x"); fetch("/relative"); fetch(\`https://b.example:8443\`);
new WebSocket("wss://c.example"); new URL("mailto:d@e.example");
Deno.readTextFileSync("/etc/f"); await Deno.readFile("./g"); fs.readFile("h", () => {});
Deno.writeTextFile("/tmp/i", ""); Deno.mkdirSync("/tmp/j");`;

  assertEquals(
    findUses({ path: "m.ts", text }).map(({ kind, value }) =>
      `${kind} ${value}`
    ),
    [
      ...["env A", "env D", "env E", "env B", "env C"],
      ...["net a.example:80", "net b.example:8443", "net c.example:443"],
      ...["read /etc/f", "read ./g", "read h"],
      ...["write /tmp/i", "write /tmp/j"],
    ],
  );
});

Deno.test("findFilesBeside() finds files by their paths in the project", () => {
  const text = `new URL("./a b.txt", import.meta.url);
new URL("../c.txt", import.meta.url); new URL("https://example.com");`;

  assertEquals(findFilesBeside({ path: "src/lib/m.ts", text }), [
    "src/lib/a b.txt",
    "src/c.txt",
  ]);
});

Deno.test("permissionWarning() is silent where everything is granted", () => {
  const uses = [
    { kind: "env", value: "A_B" },
    { kind: "env", value: "AWS_LAMBDA_FUNCTION_NAME" },
    { kind: "net", value: "api.example.com:443" },
    { kind: "net", value: "b.example:80" },
    { kind: "read", value: "./data/a.txt" },
    { kind: "read", value: "texts/a.txt" },
    { kind: "write", value: "/tmp/x/y" },
  ] as const;
  const options = { grantsFrom: '"permissions.default"', include: ["texts"] };
  const set = {
    env: ["A_*"],
    net: ["*.example.com", "b.example:80"],
    read: ["data/"],
    write: ["/tmp"],
  };

  const warn = (set: unknown) =>
    permissionWarning([...uses], { ...options, grants: toGrants(set, "X") });

  assertEquals(warn(set), []);
  assertEquals(warn({ all: true }), []);
  assertEquals(warn({ env: true, net: true, read: true, write: true }), []);
  const [warning] = warn({ net: ["example.com", "b.example:81"] });
  for (const { value } of uses.filter(({ kind }) => kind === "net")) {
    assertStringIncludes(warning, `  net ${value}\n`);
  }
});

Deno.test("build names the cure where a package.json keeps Deno from installing", async () => {
  for (
    const [manifest, handler] of [
      [{}, `export const handleEvent = (event: string) => event;`],
      [
        { dependencies: { "not-installed": "1.0.0" } },
        `import found from "not-installed"; export const handleEvent = () => found;`,
      ],
    ] as const
  ) {
    using project = new BuildProject({ handler });
    project.write("package.json", JSON.stringify(manifest));

    const { code, stderr } = await project.build();

    // The types of Node.js may be of no need.
    if (code === 0) continue;
    assertMatch(
      stderr,
      /^Cannot build "\.\/handler\.ts": with a package\.json, Deno looks for ".+" in node_modules, where it is not\. Add "nodeModulesDir": "auto" to deno\.json\./,
    );
  }
});

Deno.test("build says that callbacks have ended when the handler takes one", async () => {
  using project = new BuildProject({
    handler:
      `export function handleEvent(_event: unknown, _context: unknown, callback: (error: null, reply: string) => void) {
  callback(null, "done");
}`,
  });

  const { code, stderr } = await project.build();

  assertMatch(
    stderr,
    /^Cannot build "\.\/handler\.ts": it takes a callback as its third parameter\. Callbacks ended with Node\.js 24\..*export async function handleEvent\(event, context\) \{/s,
  );
  assertEquals(code, 1);
});
