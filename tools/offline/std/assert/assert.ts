// Copyright 2026 the Toukon Lambda authors. MIT license.

import { AssertionError } from "./assertion_error.ts";

/** Throws unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}
