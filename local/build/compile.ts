// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { FUNCTION_FOLDER, WORK_FOLDER } from "./outputs.ts";
import { needsOf } from "./needs.ts";
import { RUNTIME_API_HOSTS, toFlag, withRuntime } from "./permissions.ts";
import type { Project } from "./project.ts";

/** Options for {@linkcode compile}. */
export interface CompileOptions {
  /** What to compile for, as Deno names it. */
  target: string;
  /** The memory of the function, in megabytes, where it is said. */
  memoryMb: number | undefined;
  /** The files that `main.js` imports. */
  parts: string[];
}

/** What {@linkcode compile} has baked in. */
export interface Compiled {
  permissions: string[];
  v8Flags: string[];
}

/** The exit code where the base of a compiled program is missing. */
const NO_BASE = 3;

/**
 * Compiles `main.js`, and what is beside it, into `bootstrap` in the work folder.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function compile(
  project: Project,
  { target, memoryMb, parts }: CompileOptions,
): Promise<Compiled> {
  const { directory, configName, handler, config, grants, include } = project;
  // The time of a file is compiled in, and would make every program differ.
  for (const name of ["main.js", ...parts]) {
    Deno.utimeSync(`${directory}/${FUNCTION_FOLDER}/${name}`, 0, 0);
  }
  const needs = needsOf(config, RUNTIME_API_HOSTS, { include });
  const permissions = withRuntime(grants, needs).map(toFlag);
  const v8Flags = memoryMb === undefined
    ? []
    : [`--max-heap-size=${heapMb(memoryMb)}`];
  const { success, text } = await runDeno([
    "compile",
    "--quiet",
    `--config=${configName}`,
    "--no-check",
    "--no-lock",
    "--no-prompt",
    `--target=${target}`,
    ...project.unstableFlags,
    ...permissions,
    ...v8Flags.map((flag) => `--v8-flags=${flag}`),
    // The folder at once: of a single module, Deno would take what it imports.
    ...(include.length > 0 ? [`--include=${FUNCTION_FOLDER}`] : []),
    `--output=${WORK_FOLDER}/bootstrap`,
    `${FUNCTION_FOLDER}/main.js`,
  ], { directory });
  if (success) return { permissions, v8Flags };
  if (/denort|base binary/i.test(text)) throw baseIsMissing(text);
  throw new BuildError(`Cannot compile "${handler}"\n\n${text}`);
}

/**
 * The part of the memory that V8 may use, in megabytes: a quarter is left for
 * Deno itself and for bytes, which are not on V8's heap, and at least 64 MB.
 */
export function heapMb(memoryMb: number): number {
  return Math.floor(Math.min(memoryMb * 3 / 4, memoryMb - 64));
}

function baseIsMissing(text: string): BuildError {
  return new BuildError(
    `Cannot compile: the program that Deno compiles into cannot be had. Either

- run this where dl.deno.land can be reached,
- or download denort for Deno ${Deno.version.deno} and the target there, unpack it, and put its path into DENORT_BIN,
- or build with --bundle, for an image or a layer that has Deno.

${text}`,
    { exitCode: NO_BASE },
  );
}
