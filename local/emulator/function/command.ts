// Copyright 2026 the Toukon Lambda authors. MIT license.

import { heapMb } from "../../build/compile.ts";
import { denoCommand } from "../../build/deno.ts";
import { entryText } from "../../build/entry.ts";
import { needsOf } from "../../build/needs.ts";
import { toFlag, withRuntime } from "../../build/permissions.ts";
import { isPath, type Project, toFileUrl } from "../../build/project.ts";
import type { FunctionCommand } from "./process.ts";

/** What a function is started with. */
export interface CommandOptions {
  /** The value of AWS_LAMBDA_RUNTIME_API. */
  address: string;
  memoryMb: number;
  env: Record<string, string>;
  /** Whether it may do everything, and not what the built function may. */
  mayDoAll: boolean;
  /** The files of the function, where a worker reads them. */
  readable: string[];
}

/**
 * The command that starts a function as it is built: by an entry that imports
 * the handler, with the permissions that the built function has.
 */
export function functionCommand(
  project: Project,
  { address, memoryMb, env, mayDoAll, readable }: CommandOptions,
): FunctionCommand {
  const { config, directory, configName, grants, include } = project;
  const needs = needsOf(config, [address], {
    include: [...include, ...readable],
  });
  const permissions = mayDoAll
    ? ["--allow-all"]
    : withRuntime(grants, needs).map(toFlag)
      // What a build bundles is imported here from where it is.
      .filter((flag) => flag !== "--deny-import");
  return {
    command: denoCommand(),
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      `--config=${directory}/${configName}`,
      `--v8-flags=--max-heap-size=${heapMb(memoryMb)}`,
      ...project.unstableFlags,
      ...permissions,
      entryUrl(project),
    ],
    directory,
    env,
  };
}

/** The entry as a URL: it needs no file, and no permission to be read. */
export function entryUrl(project: Project): string {
  const text = entryText({ ...project, handler: handlerUrl(project) });
  return `data:application/typescript,${encodeURIComponent(text)}`;
}

/** The module of the handler, by a URL where it is a file. */
export function handlerUrl({ handler, directory }: Project): string {
  if (!isPath(handler)) return handler;
  const path = handler.startsWith("/")
    ? handler
    : `${directory}/${handler.replace(/^\.\//, "")}`;
  return toFileUrl(path);
}
