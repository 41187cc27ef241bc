// Copyright 2026 the Toukon Lambda authors. MIT license.

// Builds a handler with each npm package, invokes it as a plain program and as
// a bundle, and writes docs/compatibility.md.

import { parseArgs } from "@std/cli/parse-args";
import { runToEnd } from "../support/child.ts";
import { matches, readAnswer } from "./answer.ts";
import type { Case } from "./case.ts";
import { caseNames, CaseProject } from "./project.ts";
import { RunningFunction } from "./running_function.ts";
import { Servers } from "./servers.ts";
import { type Row, tableText } from "./table.ts";

const TABLE = new URL("../../docs/compatibility.md", import.meta.url);
const HELP = `Invokes a handler with each npm package, plain and as a bundle.

Usage: deno task compatibility [--only NAME,NAME]

Options:
  --only NAMES  Run these cases alone, and leave docs/compatibility.md as it is
  --help        Show this help

The cases are the files in tests/compatibility/handlers/.`;
/** How many cases run at once. */
const AT_ONCE = 2;

Deno.exitCode = await main();

async function main(): Promise<number> {
  const { only, help } = parseArgs(Deno.args, {
    string: ["only"],
    boolean: ["help"],
  });
  if (help) {
    console.log(HELP);
    return 0;
  }
  const all = caseNames();
  const names = only?.split(",") ?? all;
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(
      `Cannot run "${unknown.join(",")}": expected names out of ${
        all.join(", ")
      }`,
    );
    return 2;
  }
  const rows = await runAll(names);
  if (only === undefined) await writeTable(rows);
  const failed = rows.filter(({ problem }) => problem);
  for (const { name, problem } of failed) {
    console.error(`\n${name}: ${problem}`);
  }
  console.log(
    `${rows.length - failed.length} as expected, ${failed.length} not`,
  );
  return failed.length > 0 ? 1 : 0;
}

async function writeTable(rows: Row[]): Promise<void> {
  Deno.writeTextFileSync(TABLE, tableText(rows));
  await runToEnd(Deno.execPath(), { args: ["fmt", "--quiet", TABLE.pathname] });
}

async function runAll(names: string[]): Promise<Row[]> {
  await using servers = new Servers();
  const rows: Row[] = [];
  const left = [...names];
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const row = await runCase(name, servers);
      console.log(`${row.problem ? "FAILED" : "ok"} ${name}`);
      rows.push(row);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rows.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function runCase(name: string, servers: Servers): Promise<Row> {
  using project = new CaseProject(name);
  const { packages } = project;
  try {
    const it = await project.readCase();
    const plain = await problemOf(() =>
      invoke(project, project.plainCommand, it, servers)
    );
    const bundle = await problemOf(async () => {
      const { code, stderr } = await project.build();
      if (code !== 0) throw new Error(stderr);
      const command = [`${project.directory}/dist/bootstrap`];
      await invoke(project, command, it, servers);
    });
    const problem = unexpected(it, plain, bundle);
    return { name, packages, case: it, plain, bundle, problem };
  } catch (error) {
    const problem = `cannot be imported: ${(error as Error).message}`;
    return { name, packages, problem };
  }
}

/** Gives why a function does not do what it should. */
async function problemOf(
  run: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What of the outcome is not as the case says. */
function unexpected(
  { cannot }: Case,
  plain: string | undefined,
  bundle: string | undefined,
): string | undefined {
  if (!cannot) {
    return plain && `plain run: ${plain}` || bundle && `bundle: ${bundle}`;
  }
  if (bundle?.includes(cannot.error)) return undefined;
  return `bundle: expected "${cannot.error}", found "${bundle ?? "no error"}"`;
}

/** Invokes the function once, and checks its answer and its log. */
async function invoke(
  { directory }: CaseProject,
  command: string[],
  { event, answer, log: expectedLog = "", env = {} }: Case,
  servers: Servers,
): Promise<void> {
  const fill = <Value>(value: Value): Value =>
    JSON.parse(servers.fill(JSON.stringify(value)));
  await using fn = new RunningFunction({
    command,
    cwd: directory,
    env: fill(env),
  });
  const post = await fn.invoke(JSON.stringify(fill(event)));
  const found = readAnswer(post);
  const log = await fn.end();
  if (!matches(found, answer)) {
    throw new Error(
      `expected ${JSON.stringify(answer)}, found ${
        JSON.stringify(found)
      }\n${log}`,
    );
  }
  if (!log.includes(expectedLog)) {
    throw new Error(`expected "${expectedLog}" in the log, found\n${log}`);
  }
}
