// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { BuildProject } from "../../support/build_project.ts";

/** Takes its time, in milliseconds, where it is evaluated. */
const busy = (ms: number) =>
  `const endMs = performance.now() + ${ms};
while (performance.now() < endMs);
`;

/** The lines of one fact in a report, without its name. */
function factIn(stdout: string, name: string): string[] {
  const lines = stdout.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`  ${name}  `));
  assert(start >= 0, `the report has no "${name}": ${stdout}`);
  const next = lines.findIndex((line, index) =>
    index > start && !line.startsWith("    ")
  );
  return lines.slice(start, next < 0 ? undefined : next)
    .map((line) => line.slice(name.length + 2).trim());
}

/** The first time in each row of the table, in ms, by the name of the module. */
function tableIn(
  stdout: string,
): Record<string, [alone: number, onTop: number]> {
  const [, ...rows] = factIn(stdout, "heaviest");
  return Object.fromEntries(rows.map((row) => {
    const [, alone, onTop, name] =
      /^([\d.]+) ms +([\d.]+) ms +(\S+)$/.exec(row) ?? [];
    return [name, [Number(alone), Number(onTop)]];
  }));
}

Deno.test("build --explain names the heaviest modules, alone and on top of the others", async () => {
  using project = new BuildProject({
    handler: `import { first } from "./first.ts";
import { second } from "./second.ts";
export function handleEvent() {
  return first + second;
}`,
  });
  project.write("shared.ts", `${busy(300)}export const shared = 1;\n`);
  for (const name of ["first", "second"]) {
    project.write(
      `${name}.ts`,
      `import { shared } from "./shared.ts";
${busy(20)}export const ${name} = shared;
`,
    );
  }

  const { code, stdout, stderr } = await project.build(["--explain"]);

  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^Explained \.\/handler\.ts\n/);
  assertMatch(factIn(stdout, "modules")[0], /^4: 4 of the project, 0 packages/);
  const [whole] = factIn(stdout, "import");
  assert(parseFloat(whole) >= 340, `all of it took ${whole}`);
  const table = tableIn(stdout);
  assertEquals(Object.keys(table).sort(), [
    "first.ts",
    "second.ts",
    "shared.ts",
  ]);
  const { "first.ts": [alone, onTop] } = table;
  assert(alone >= 320, `alone, it has to load what it shares: ${alone} ms`);
  assert(onTop >= 20 && onTop < 250, `what it shares was there: ${onTop} ms`);
});

Deno.test("build --explain names what is used in functions only, and what is not it does not", async () => {
  using project = new BuildProject({
    handler: `import { inFunction } from "./in_function.ts";
import { inMethod } from "./in_method.ts";
import { atTheTop } from "./at_the_top.ts";
import { inCalled } from "./in_called.ts";
import { again } from "./again.ts";
import "./effect.ts";
import type { Kind } from "./kind.ts";
export { again };
const table = { kind: atTheTop };
const value = (() => inCalled)();
export function handleEvent(event: Kind) {
  return [event, table, value, inFunction()];
}
export class Other {
  get() {
    return inMethod;
  }
}
export const later = () => import("./later.ts");
`,
  });
  const modules = {
    in_function: "export function inFunction() {}",
    in_method: "export const inMethod = 1;",
    at_the_top: "export const atTheTop = 1;",
    in_called: "export const inCalled = 1;",
    again: "export const again = 1;",
    effect: "export {};",
    kind: "export type Kind = string;",
    later: "export const later = 1;",
  };
  for (const [name, text] of Object.entries(modules)) {
    project.write(`${name}.ts`, `${busy(5)}${text}\n`);
  }

  const { code, stdout, stderr } = await project.build(["--explain"]);

  assertEquals(code, 0, stderr);
  assertEquals(factIn(stdout, "could be lazy").toSorted(), [
    "if none of these functions is called while the modules are imported",
    "in_function.ts: handler.ts uses inFunction only in handleEvent",
    "in_method.ts: handler.ts uses inMethod only in get",
  ]);
  assertEquals(factIn(stdout, "lazy already"), ["./later.ts"]);
  assertEquals("kind.ts" in tableIn(stdout), false);
});

Deno.test("build --explain says that importing runs what is at the top, and runs no handler", async () => {
  using project = new BuildProject({
    handler: `import { secret } from "./secret.ts";
console.log("at the top");
export function handleEvent() {
  throw new Error(secret);
}`,
  });
  project.write(
    "secret.ts",
    `export const secret = Deno.readTextFileSync("secret.txt");`,
  );
  project.write("secret.txt", "not to be seen");

  const { code, stdout, stderr } = await project.build(["--explain"]);

  assertEquals(code, 0, stderr);
  assertMatch(stderr, /^Importing "\.\/handler\.ts" .* not the handler/);
  const [problem] = factIn(stdout, "not measured");
  assertStringIncludes(problem, "secret.ts: NotCapable: Requires read access");
  assertEquals(stdout.includes("not to be seen"), false);
  assertEquals(stdout.includes("at the top\n"), false);
});

Deno.test("build --explain tells a module that ends the process from one that waits for ever", async () => {
  using project = new BuildProject({
    handler: `import "./ends.ts";
import "./waits.ts";
export function handleEvent() {}`,
  });
  project.write("ends.ts", "Deno.exit(0);");
  project.write("waits.ts", "await new Promise(() => {});");

  const { code, stdout, stderr } = await project.build(["--explain"]);

  assertEquals(code, 0, stderr);
  const [ends, waits] = factIn(stdout, "not measured");
  assertEquals(ends, "ends.ts: the process ended");
  assertMatch(waits, /^waits\.ts: Top-level await promise never resolved/);
});

Deno.test("build --explain builds nothing and leaves what an earlier build has made", async () => {
  using project = new BuildProject();
  const built = await project.build(["--bundle"]);
  assertEquals(built.code, 0, built.stderr);
  const script = `${project.directory}/dist/bootstrap`;
  const before = Deno.statSync(script).mtime;

  const { code, stdout } = await project.build(["--explain"]);

  assertEquals(code, 0);
  assertEquals(factIn(stdout, "heaviest"), ["the handler imports nothing"]);
  assertEquals(project.outputs(), ["dist"]);
  assertEquals(Deno.statSync(script).mtime, before);
});

Deno.test("build --explain refuses what is about a build, and a handler that cannot be read", async () => {
  using project = new BuildProject({ handler: `import "./missing.ts";` });
  for (const option of ["--bundle", "--zip", "--minify", "--no-check"]) {
    const { code, stderr } = await project.build(["--explain", option]);
    assertEquals([code, stderr], [
      2,
      `Cannot use ${option} with --explain: expected it where something is built\n`,
    ]);
  }
  const { code, stderr } = await project.build(["--explain"]);
  assertEquals(code, 1);
  assertMatch(stderr, /missing\.ts/);
  assertEquals(project.outputs(), []);
});
