// Copyright 2026 the Toukon Lambda authors. MIT license.

import { failWith } from "./_fail.ts";

/** Always throws. */
export function fail(msg?: string): never {
  failWith("Failed assertion", msg);
}
