// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures how long each form of a function takes from its start to its first
 * request for an invocation: as modules under plain `deno run`, as the bundle
 * that a build makes, and compiled; with V8's code cache and without; for a
 * handler that imports nothing, one that imports the AWS SDK's client of S3, and
 * one that imports that and another.
 *
 * ```sh
 * deno run -A bench/forms.ts --core=0
 * ```
 *
 * Beside them it measures an empty `deno run` of one line, from its start to its
 * end, and Node.js with the code of the handler that imports the client of S3,
 * and prints how what Lambda starts compares with those two. `--core` keeps all
 * that is measured on one core, with `taskset`, and `--transport` is
 * `lambda.transport` of the bundles.
 *
 * It compiles where the base can be had, and says so where it cannot.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { BuildProject } from "../tests/support/build_project.ts";
import { type Form, timeToFirstNext } from "./first_next.ts";
import { median } from "./median.ts";
import { NODE, nodeForms } from "./node_forms.ts";

const ROUNDS = 21;
const WARM_UP_ROUNDS = 3;
const MAIN = "/proc/self/cwd/main.js";
const DIRECTORY = import.meta.dirname;

/** What {@linkcode GOALS} compare. */
const SHIPPED = "bundle, code cache";
const ONE_LINE = "empty `deno run` of one line, to its end";

/** At most how many times as long as another form the shipped one may take. */
const GOALS = [
  { handler: "small", other: ONE_LINE, atMost: 1.25 },
  { handler: "s3", other: NODE, atMost: 0.5 },
];

const { core, transport } = parseArgs(Deno.args, {
  string: ["core", "transport"],
});

const imports = JSON.parse(
  Deno.readTextFileSync(`${DIRECTORY}/forms/deno.json`),
).imports;

console.log("| Handler | Form | Median | Quartiles |");
console.log("| --- | --- | ---: | ---: |");
const medians: Record<string, Map<string, number>> = {};
for (const handler of ["small", "s3", "large"]) {
  medians[handler] = await measure(handler);
}
console.log();
for (const goal of GOALS) printGoal(goal);

/** Measures all forms of a handler, and gives the median of each. */
async function measure(handler: string): Promise<Map<string, number>> {
  using project = makeProject(handler);
  const bundle = await build(project, "--bundle");
  const minified = await build(project, "--bundle", "--minify");
  const program = await compile(project);
  const forms = [
    oneLine(project),
    ...moduleForms(project.directory),
    ...bundleForms("bundle", bundle),
    ...bundleForms("bundle, minified", minified),
    ...program,
    ...(handler === "s3" ? await nodeForms(project) : []),
  ];
  const timesMs = new Map(forms.map(({ name }) => [name, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    // In turns, so that what else the machine does meets all forms alike.
    for (const form of forms) {
      const ms = await timeToFirstNext(form, core);
      if (round >= 0) timesMs.get(form.name)!.push(ms);
    }
  }
  for (const [name, times] of timesMs) print(handler, name, times);
  return new Map([...timesMs].map(([name, times]) => [name, median(times)]));
}

function makeProject(handler: string): BuildProject {
  const project = new BuildProject({
    handler: Deno.readTextFileSync(`${DIRECTORY}/forms/${handler}.ts`),
    imports,
    config: {
      lambda: { handler: "./handler.ts", transport },
      permissions: { default: { env: true, read: true, sys: true } },
    },
  });
  project.write(
    "entry.ts",
    `import { serve } from "@toukon/lambda";
await serve(import("./handler.ts"), { config: {} });
`,
  );
  return project;
}

/** Builds, and moves the result to where the next build leaves it alone. */
async function build(
  project: BuildProject,
  ...args: string[]
): Promise<string> {
  const { code, stderr } = await project.build(args);
  if (code !== 0) throw new Error(`Cannot build: ${stderr}`);
  const directory = `${project.directory}/${args.join("")}`;
  Deno.renameSync(`${project.directory}/dist`, directory);
  return directory;
}

async function compile(project: BuildProject): Promise<Form[]> {
  const { code } = await project.build([], {
    DENORT_BIN: Deno.env.get("DENORT_BIN") ?? "",
  });
  if (code !== 0) {
    console.error("The compiled form is left out: its base cannot be had here");
    return [];
  }
  const command = `${project.directory}/bootstrap`;
  return [{
    name: "compiled",
    command,
    args: [],
    directory: project.directory,
  }];
}

function oneLine(project: BuildProject): Form {
  project.write("one_line.ts", 'console.log("Hello");\n');
  return {
    name: ONE_LINE,
    command: Deno.execPath(),
    args: ["run", "one_line.ts"],
    directory: project.directory,
    isEmpty: true,
  };
}

/** Plain `deno run` of the modules. */
function moduleForms(directory: string): Form[] {
  const command = Deno.execPath();
  const run = ["run", "--quiet", "--no-check", "-A"];
  return [
    {
      name: "modules, no code cache",
      command,
      args: [...run, "--no-code-cache", "entry.ts"],
      directory,
    },
    {
      name: "modules, code cache",
      command,
      args: [...run, "entry.ts"],
      directory,
    },
  ];
}

/** What Lambda starts, and the same without the cache that it brings along. */
function bundleForms(name: string, directory: string): Form[] {
  return [
    {
      name: `${name}, no cache`,
      command: Deno.execPath(),
      args: ["run", "--quiet", "--no-config", "-A", MAIN],
      directory,
      // Where no folder can be made.
      env: { DENO_DIR: "/dev/null/deno" },
    },
    {
      name: `${name}, code cache`,
      command: `${directory}/bootstrap`,
      args: [],
      directory,
    },
  ];
}

function print(handler: string, name: string, timesMs: number[]): void {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const [low, high] = [0.25, 0.75].map((part) =>
    sorted[Math.floor(part * sorted.length)].toFixed(0)
  );
  console.log(
    `| ${handler} | ${name} | ${
      median(timesMs).toFixed(1)
    } ms | ${low}–${high} |`,
  );
}

function printGoal(
  { handler, other, atMost }: {
    handler: string;
    other: string;
    atMost: number;
  },
): void {
  const [shippedMs, otherMs] = [SHIPPED, other]
    .map((name) => medians[handler].get(name));
  if (shippedMs === undefined || otherMs === undefined) return;
  console.log(
    `${handler}: the ${SHIPPED}, takes ${
      (shippedMs / otherMs).toFixed(2)
    } of ${other} (goal: at most ${atMost})`,
  );
}
