// Copyright 2026 the Toukon Lambda authors. MIT license.

import { nearest } from "../../runtime/failure/nearest.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Makes what `parseArgs` of @std/cli calls for an
 * argument that it does not know: it throws a {@linkcode UsageError} that names
 * the nearest option.
 *
 * @param names The options that there are.
 * @param hint What to do instead of giving an argument that is no option.
 */
export function refuseUnknown(
  names: string[],
  hint: string,
): (arg: string, key?: string) => never {
  return (arg, key) => {
    if (key === undefined) {
      throw new UsageError(
        `Cannot use "${arg}": expected options only; ${hint}`,
      );
    }
    throw new UsageError(
      `Unknown option "${arg}": did you mean --${
        nearest(key, names)
      }? See --help`,
    );
  };
}
