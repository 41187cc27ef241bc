// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type Config,
  findConfigFile,
  readConfig,
  readConfigFile,
} from "../../runtime/config.ts";
import { locateHandler } from "../../runtime/handler/locate.ts";
import { isFile } from "../cli/files.ts";
import { BuildError } from "./build_error.ts";
import { normalizeIncluded } from "./include.ts";
import { type Grant, toGrants } from "./permissions.ts";

/** What deno.json says about the function. */
export interface Project {
  /** The folder of deno.json. */
  directory: string;
  /** The file name of deno.json, which may be deno.jsonc. */
  configName: string;
  /** The module of the handler, as the `lambda` key names it. */
  handler: string;
  /** What of the module the handler is, as in `handler.handleEvent`. */
  exportName?: string;
  /** Modules that are left to run time. */
  external: string[];
  /** Files and folders that go with the function, relative to deno.json. */
  include: string[];
  /** The rest of the `lambda` key, as it is written. */
  lambda: Record<string, unknown>;
  /** All of the `lambda` key, with its defaults. */
  config: Config;
  /** What modules import for this package. */
  packageName: string;
  /** What the handler may do. */
  grants: Grant[];
  /** Where in deno.json the grants come from. */
  grantsFrom: string;
  /** The import map, where it is in deno.json and has no scopes. */
  imports: Record<string, string> | undefined;
  /** The flags of Deno's features that are not stable yet. */
  unstableFlags: string[];
}

interface LambdaSection extends Record<string, unknown> {
  external?: string[];
  include?: string[];
}

const PACKAGE_NAME = "@toukon/lambda";
const DEFAULT_SET = '"permissions.default"';

/**
 * Finds the folder of deno.json: the directory or one above it.
 *
 * @throws {BuildError} If there is none.
 */
export function findProject(directory: string): string {
  const path = findConfigFile(directory);
  if (path) return path.slice(0, path.lastIndexOf("/"));
  throw new BuildError(
    `Cannot find deno.json: expected it in "${directory}" or above`,
  );
}

/**
 * Reads the deno.json of a folder.
 *
 * @param options What the command line adds to it.
 * @throws {BuildError} If it names no handler, or one that is not there.
 */
export async function readProject(
  directory: string,
  options: Pick<Project, "external" | "include">,
): Promise<Project> {
  const { file, path = "" } = await readConfigFile(directory);
  const { config } = await readConfig(directory);
  const { handler } = config;
  if (handler === undefined) {
    throw new BuildError(`Cannot build a function: ${path} names none. Add to it

  "lambda": { "handler": "./handler.ts" }`);
  }
  const { module, exportName } = locateHandler(handler, directory, path);
  refuseMissing(module, directory, path);
  // What a built function does not use is not written into it.
  const { handler: _, external, include, ...rest } = file
    .lambda as LambdaSection;
  const { set, from } = permissionsOf(file);
  return {
    directory,
    configName: path.slice(directory.length + 1),
    handler: module,
    exportName,
    lambda: rest,
    external: [...external ?? [], ...options.external],
    include: normalizeIncluded([...include ?? [], ...options.include]),
    config,
    packageName: knowsPackage(file)
      ? PACKAGE_NAME
      : import.meta.resolve("../../mod.ts"),
    grants: toGrants(set, from),
    grantsFrom: from,
    imports: file.importMap === undefined && file.scopes === undefined
      ? (file.imports ?? {}) as Record<string, string>
      : undefined,
    unstableFlags: toUnstableFlags(file.unstable),
  };
}

/** Whether the handler is a file, and no URL or package. */
export function isPath(handler: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(handler);
}

/** The URL of an absolute path. */
export function toFileUrl(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

function refuseMissing(handler: string, folder: string, path: string): void {
  if (!isPath(handler)) return;
  if (isFile(handler.startsWith("/") ? handler : `${folder}/${handler}`)) {
    return;
  }
  throw new BuildError(
    `Cannot find the handler "${handler}": expected a file in "${folder}", since "lambda.handler" of ${path} names it`,
  );
}

/** The set that `deno compile` would take, or the one that `-P` would. */
function permissionsOf(
  file: Record<string, unknown>,
): { set: unknown; from: string } {
  const sets = (file.permissions ?? {}) as Record<string, unknown>;
  const compile = file.compile as Record<string, unknown> | undefined;
  const chosen = compile?.permissions;
  if (typeof chosen === "string") {
    if (Object.hasOwn(sets, chosen)) {
      return { set: sets[chosen], from: `"permissions.${chosen}"` };
    }
    throw new BuildError(
      `Cannot use "compile.permissions" of deno.json: expected the name of a set in "permissions", found "${chosen}"`,
    );
  }
  if (chosen !== undefined) {
    return { set: chosen, from: '"compile.permissions"' };
  }
  if (sets.default) return { set: sets.default, from: DEFAULT_SET };
  return { set: undefined, from: `none: there is no ${DEFAULT_SET}` };
}

/** The flags for the `unstable` key of deno.json. */
function toUnstableFlags(names: unknown = []): string[] {
  if (Array.isArray(names) && names.every(isFeature)) {
    return names.map((name) => `--unstable-${name}`);
  }
  throw new BuildError(
    `Cannot use "unstable" of deno.json: expected names such as ["kv"], found ${
      JSON.stringify(names)
    }`,
  );
}

function isFeature(name: unknown): boolean {
  return typeof name === "string" && /^[a-z][a-z-]*$/.test(name);
}

/** Whether `@toukon/lambda` can be imported by its name. */
function knowsPackage(file: Record<string, unknown>): boolean {
  const imports = file.imports as Record<string, unknown> | undefined;
  return file.name === PACKAGE_NAME || imports?.[PACKAGE_NAME] !== undefined;
}
