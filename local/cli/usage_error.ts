// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What was asked on the command line cannot be done. */
export class UsageError extends Error {
  override name = "UsageError";
}
