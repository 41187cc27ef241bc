// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isFile, isFolder } from "../cli/files.ts";
import { UsageError } from "../cli/usage_error.ts";

/** A package in a folder, which stands for the one on JSR. */
export interface LocalPackage {
  /** Its folder, as an absolute path. */
  path: string;
  /** The folder of the packages that it needs, where it has them with it. */
  vendor: string | undefined;
}

const PACKAGE_NAME = "@toukon/lambda";

/**
 * Looks at the folder of a package.
 *
 * @param name The path, relative to where the person is.
 *
 * @throws {UsageError} If this package is not in it.
 */
export function readLocalPackage(name: string): LocalPackage {
  const path = isAbsolute(name) ? name : `${Deno.cwd()}/${name}`;
  const file = `${path}/deno.json`;
  if (!isFile(file)) {
    throw new UsageError(
      `Cannot use --package "${name}": expected a folder with the deno.json of ${PACKAGE_NAME}, found none`,
    );
  }
  const found = nameIn(Deno.readTextFileSync(file));
  if (found !== PACKAGE_NAME) {
    throw new UsageError(
      `Cannot use --package "${name}": expected the name "${PACKAGE_NAME}" in its deno.json, found ${
        JSON.stringify(found) ?? "none"
      }`,
    );
  }
  const folder = Deno.realPathSync(path);
  const vendor = `${folder}/vendor`;
  return {
    path: folder,
    vendor: isFolder(`${vendor}/jsr.io`) ? vendor : undefined,
  };
}

function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[a-z]:)/i.test(path);
}

function nameIn(text: string): unknown {
  try {
    return JSON.parse(text)?.name;
  } catch {
    return undefined;
  }
}
