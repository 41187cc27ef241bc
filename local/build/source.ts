// Copyright 2026 the Toukon Lambda authors. MIT license.

import { WORK_FOLDER } from "./outputs.ts";
import { isPath } from "./project.ts";

/** A module of a bundle. */
export interface BundledModule {
  /** Its path in the project, or a URL. */
  path: string;
  text: string;
}

/** Whether a module is one of the project's own. */
export function isOwn({ path }: BundledModule): boolean {
  return isPath(path) && !/(?:^|\/)(?:node_modules|vendor)\//.test(path) &&
    !path.startsWith(`${WORK_FOLDER}/`);
}
