// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Builds the function that `deno.json` names: a program `bootstrap`, a zip of
 * it, or a bundle for an image that has Deno.
 *
 * ```sh
 * deno run -P=build jsr:@toukon/lambda/build --target aarch64
 * ```
 *
 * It may read the project, write `bootstrap`, `bootstrap.zip`, `dist/` and
 * `.toukon_build/`, run `deno`, and, with `--bundle`, listen on 127.0.0.1.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { bundle } from "./bundle.ts";
import { scriptPermissions, scriptText } from "./bootstrap_script.ts";
import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { checkText, entryText, WORK_FOLDER } from "./entry.ts";
import { type BuildFlags, HELP, parseBuildFlags } from "./flags.ts";
import { findProject, type Project, readProject } from "./project.ts";
import { report, sizeOf } from "./report.ts";
import { warmUp } from "./warm_up.ts";
import { zip } from "./zip.ts";
import { RuntimeError } from "../../runtime/failure/errors.ts";
import { UsageError } from "../cli/usage_error.ts";

const OUTPUTS = ["bootstrap", "bootstrap.zip", "dist"];

Deno.exitCode = await main();

async function main(): Promise<number> {
  try {
    const flags = parseBuildFlags(Deno.args);
    console.log(flags.help ? HELP : await build(flags));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return fail(error, 2);
    if (error instanceof BuildError) return fail(error, error.exitCode);
    if (error instanceof RuntimeError) return fail(error, 1);
    throw error;
  }
}

function fail({ message }: Error, code: number): number {
  console.error(message);
  return code;
}

/** Builds, and says what. */
async function build(flags: BuildFlags): Promise<string> {
  const directory = findProject(Deno.cwd());
  // First of all: if this build fails, none of an earlier one must be taken for
  // its result.
  for (const name of OUTPUTS) remove(`${directory}/${name}`);
  const project = await readProject(directory);
  const work = `${directory}/${WORK_FOLDER}`;
  remove(work);
  Deno.mkdirSync(work);
  try {
    Deno.writeTextFileSync(`${work}/entry.ts`, entryText(project));
    Deno.writeTextFileSync(`${work}/check.ts`, checkText(project));
    await check(project);
    return flags.bundle
      ? await buildBundle(project, work, flags)
      : await buildProgram(project, work, flags);
  } finally {
    remove(work);
  }
}

async function buildProgram(
  project: Project,
  work: string,
  { target, memoryMb, minify, zip: isZipped }: BuildFlags,
): Promise<string> {
  const { directory, handler, grantsFrom } = project;
  // A compiled program finds a map only within main.js, where it costs more at
  // every start than it gives.
  await bundle(project, { sourceMap: false, minify });
  const { permissions, v8Flags } = await compile(project, { target, memoryMb });
  const program = `${directory}/bootstrap`;
  Deno.chmodSync(`${work}/bootstrap`, 0o755);
  Deno.renameSync(`${work}/bootstrap`, program);
  if (isZipped) await writeZip(program);
  return report("Built bootstrap", {
    "handler": handler,
    "target": target,
    "permissions": permissions,
    "of the handler": grantsFrom,
    "V8 flags": v8Flags.length > 0 ? v8Flags : "none; see --memory",
    "size": sizeOf(program),
    ...(isZipped && { "bootstrap.zip": sizeOf(`${program}.zip`) }),
  });
}

async function writeZip(program: string): Promise<void> {
  const bytes = Deno.readFileSync(program);
  const packed = await zip({ name: "bootstrap", bytes, mode: 0o755 });
  Deno.writeFileSync(`${program}.zip`, packed);
}

async function buildBundle(
  project: Project,
  work: string,
  { minify }: BuildFlags,
): Promise<string> {
  const { directory, handler, grantsFrom } = project;
  await bundle(project, { sourceMap: true, minify });
  const made = `${work}/dist`;
  Deno.mkdirSync(made);
  for (const name of ["main.js", "main.js.map"]) {
    Deno.renameSync(`${work}/${name}`, `${made}/${name}`);
  }
  Deno.writeTextFileSync(`${made}/bootstrap`, scriptText(project));
  Deno.chmodSync(`${made}/bootstrap`, 0o755);
  const isLinux = Deno.build.os === "linux";
  if (isLinux) await warmUp(made, project);
  // A link to the Deno of this machine.
  remove(`${made}/deno_dir/node_compat_bin`);
  Deno.renameSync(made, `${directory}/dist`);
  return report("Built dist", {
    "handler": handler,
    "permissions": scriptPermissions(project),
    "of the handler": grantsFrom,
    "heap": "fitted to AWS_LAMBDA_FUNCTION_MEMORY_SIZE at the start",
    "code cache": isLinux
      ? `warmed for Deno ${Deno.version.deno} on ${Deno.build.arch}`
      : "empty: it can be warmed on Linux only",
    "size": sizeOf(`${directory}/dist`),
  });
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
