// Copyright 2026 the Toukon Lambda authors. MIT license.

import { clip } from "./failure/failure.ts";

/** How many characters of a text are shown. */
const MAX_LENGTH = 100;

/** Shows in an error what was found where something else was expected. */
export function showFound(found: unknown): string {
  if (typeof found === "string") return JSON.stringify(clip(found, MAX_LENGTH));
  return ["number", "boolean", "undefined"].includes(typeof found) ||
      found === null
    ? String(found)
    : `a value of type ${typeof found}`;
}
