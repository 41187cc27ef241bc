// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Bundled } from "./bundle.ts";
import { nativeWarning } from "./native.ts";
import { permissionWarning } from "./permission_warning.ts";
import { type Project, toFileUrl } from "./project.ts";
import { isOwn } from "./source.ts";
import { missingPermission, startWarning } from "./start_warning.ts";
import { findFilesBeside, findUses } from "./uses.ts";
import type { WarmUpResult } from "./warm_up.ts";
import { isFile } from "../cli/files.ts";
import { toMissingPermission } from "../../runtime/failure/advice.ts";

/** What a person should know of a function that was built. */
export function warningsOf(
  project: Project,
  { sources }: Bundled,
  start?: WarmUpResult,
): string[] {
  const refused = start?.failure && missingPermission(start.failure);
  const use = refused === undefined ? undefined : toMissingPermission(refused);
  const own = sources.filter((source) =>
    isOwn(source) && !isRuntime(source.path, project.directory)
  );
  const uses = own.flatMap(findUses);
  const isNamed = uses.some(({ kind, value }) =>
    kind === use?.kind && value === use.value
  );
  return [
    ...(start ? startWarning(start) : []),
    ...nativeWarning(sources),
    ...permissionWarning(use && !isNamed ? [...uses, use] : uses, project),
    ...leftBehind(project, own.flatMap(findFilesBeside)),
  ];
}

/** Whether a module is of this package, which a build grants what it needs. */
function isRuntime(path: string, directory: string): boolean {
  const url = toFileUrl(`${directory}/${path}`);
  return ["runtime", "local"].some((folder) =>
    url.startsWith(import.meta.resolve(`../../${folder}/`))
  );
}

/** Says which files modules look for beside them and will not find. */
function leftBehind(
  { directory, include }: Project,
  paths: string[],
): string[] {
  const missing = [...new Set(paths)].filter((path) =>
    isFile(`${directory}/${path}`) &&
    !include.some((it) => path === it || path.startsWith(`${it}/`))
  );
  if (missing.length === 0) return [];
  const list = missing.map((path) => JSON.stringify(path)).join(", ");
  return [
    `Warning: the function reads files beside its modules that do not go with it. Add them to "lambda" of deno.json:
  "include": [${list}]`,
  ];
}
