// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Why something is not measured, which is no failure. */
export class LeftOut extends Error {
  override name = "LeftOut";
}
