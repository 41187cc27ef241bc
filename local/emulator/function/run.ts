// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { InvocationLog } from "./log.ts";

/** What is known of an invocation that runs. */
export interface Run {
  startedAtMs: number;
  log: InvocationLog;
  /** Whether the lines at its end are about to be written. */
  isFinishing?: boolean;
  /** What it has ended with, where it has not ended well. */
  status?: "timeout" | "error";
  errorType?: string;
}
