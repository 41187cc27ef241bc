// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogOrigin } from "../../runtime/log/log.ts";

/** That of a record which is of no invocation. */
export const NO_ORIGIN: LogOrigin = {
  requestId: "",
  tenantId: undefined,
  traceId: undefined,
};
