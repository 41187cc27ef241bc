// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Builds the function that `deno.json` names: a program `bootstrap`, a zip of
 * it, or a bundle for an image that has Deno.
 *
 * ```sh
 * deno run -P=build jsr:@toukon/lambda/build --target aarch64
 * ```
 *
 * With `--explain` it builds nothing, and says what the import of the function
 * costs at a cold start.
 *
 * It may read the project, write `bootstrap`, `bootstrap.zip`, `dist/` and
 * `.toukon_build/`, run `deno`, and, with `--bundle`, listen on 127.0.0.1.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { bundle, type Bundled } from "./bundle.ts";
import { scriptPermissions, scriptText } from "./bootstrap_script.ts";
import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { checkText, entryText } from "./entry.ts";
import { explain } from "./explain.ts";
import { type BuildFlags, HELP, parseBuildFlags } from "./flags.ts";
import { copyIncluded, modeOf } from "./include.ts";
import {
  ENTRY,
  FUNCTION_FOLDER,
  listIncluded,
  makeWorkFolder,
  MARK,
  removeEarlierOutputs,
  WORK_FOLDER,
} from "./outputs.ts";
import { findProject, type Project, readProject } from "./project.ts";
import { report, sizeOf } from "./report.ts";
import { warningsOf } from "./warnings.ts";
import { warmUp } from "./warm_up.ts";
import { zip } from "./zip.ts";
import { RuntimeError } from "../../runtime/failure/errors.ts";
import { UsageError } from "../cli/usage_error.ts";

Deno.exitCode = await main();

async function main(): Promise<number> {
  try {
    const flags = parseBuildFlags(Deno.args);
    console.log(await run(flags));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(error, 2);
    if (error instanceof BuildError) return fail(error, error.exitCode);
    if (error instanceof RuntimeError) return fail(error, 1);
    throw error;
  }
}

function run(flags: BuildFlags): string | Promise<string> {
  if (flags.help) return HELP;
  return flags.explain ? explain(flags) : build(flags);
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

/** Builds the function and returns the report. */
async function build(flags: BuildFlags): Promise<string> {
  const directory = findProject(Deno.cwd());
  // First of all: if this build fails, none of an earlier one must be taken for
  // its result.
  removeEarlierOutputs(directory, flags);
  const project = await readProject(directory, flags);
  const work = makeWorkFolder(directory);
  try {
    Deno.mkdirSync(`${directory}/${FUNCTION_FOLDER}`);
    Deno.writeTextFileSync(`${work}/${ENTRY}`, entryText(project));
    Deno.writeTextFileSync(`${work}/check.ts`, checkText(project));
    if (!flags.noCheck) await check(project);
    return flags.bundle
      ? await buildBundle(project, flags)
      : await buildProgram(project, flags);
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

async function buildProgram(
  project: Project,
  { target, memoryMb, minify, zip: isZipped }: BuildFlags,
): Promise<string> {
  const { directory, include } = project;
  const folder = `${directory}/${FUNCTION_FOLDER}`;
  const included = copyIncluded(include, directory, folder);
  // A compiled program finds a map only within main.js, where it costs more at
  // every start than it gives.
  const bundled = await bundle(project, { sourceMap: false, minify });
  warn(warningsOf(project, bundled));
  const { permissions, v8Flags } = await compile(project, {
    target,
    memoryMb,
    parts: bundled.parts,
  });
  const made = `${directory}/${WORK_FOLDER}/bootstrap`;
  const program = `${directory}/bootstrap`;
  Deno.chmodSync(made, 0o755);
  Deno.renameSync(made, program);
  if (isZipped) await writeZip(program, folder, included);
  return report("Built bootstrap", {
    ...factsOf(project, bundled),
    "target": target,
    "permissions": permissions,
    "of the handler": project.grantsFrom,
    "V8 flags": v8Flags.length > 0 ? v8Flags : "none; see --memory",
    "size": sizeOf(program),
    ...(isZipped && { "bootstrap.zip": sizeOf(`${program}.zip`) }),
  });
}

async function writeZip(
  program: string,
  folder: string,
  included: string[],
): Promise<void> {
  const files = [
    { name: "bootstrap", bytes: Deno.readFileSync(program), mode: 0o755 },
    // Also in the program, but there not by a path in the working directory.
    ...included.map((name) => ({
      name,
      bytes: Deno.readFileSync(`${folder}/${name}`),
      mode: modeOf(`${folder}/${name}`),
    })),
  ];
  Deno.writeFileSync(`${program}.zip`, await zip(files, MARK));
}

async function buildBundle(
  project: Project,
  { minify }: BuildFlags,
): Promise<string> {
  const { directory, include } = project;
  const made = `${directory}/${FUNCTION_FOLDER}`;
  const included = copyIncluded(include, directory, made);
  const bundled = await bundle(project, { sourceMap: true, minify });
  Deno.writeTextFileSync(`${made}/bootstrap`, scriptText(project));
  Deno.chmodSync(`${made}/bootstrap`, 0o755);
  Deno.mkdirSync(`${made}/deno_dir`);
  const isLinux = Deno.build.os === "linux";
  const start = isLinux ? await warmUp(made, project) : undefined;
  if (start?.failure?.errorType === "Runtime.InvalidHandler") {
    throw new BuildError(
      `Cannot build "${project.handler}": ${start.failure.errorMessage}`,
    );
  }
  warn(warningsOf(project, bundled, start));
  // A link to the Deno of this machine.
  removeIfThere(`${made}/deno_dir/node_compat_bin`);
  listIncluded(made, [...included, ...bundled.parts]);
  Deno.renameSync(made, `${directory}/dist`);
  return report("Built dist", {
    ...factsOf(project, bundled),
    "permissions": scriptPermissions(project),
    "of the handler": project.grantsFrom,
    "heap": "fitted to AWS_LAMBDA_FUNCTION_MEMORY_SIZE at the start",
    "code cache": isLinux
      ? `warmed for Deno ${Deno.version.deno} on ${Deno.build.arch}`
      : "empty: it can be warmed on Linux only",
    "size": sizeOf(`${directory}/dist`),
  });
}

function warn(warnings: string[]): void {
  for (const warning of warnings) console.warn(warning);
}

/** What is reported of either form. */
function factsOf(
  { handler, include, external }: Project,
  { left, unmapped }: Bundled,
): Record<string, string | string[]> {
  return {
    "handler": handler,
    ...(include.length > 0 && { "included": include.join(", ") }),
    ...(external.length > 0 && { "external": external.join(", ") }),
    ...(left.length > 0 &&
      { "not found, left to run time": left.join(", ") }),
    ...(unmapped.length > 0 &&
      { 'by "module", not "main"': unmapped.join(", ") }),
  };
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
