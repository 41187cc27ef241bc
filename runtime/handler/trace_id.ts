// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invoke } from "./invoke.ts";

const TRACE_ID = "_X_AMZN_TRACE_ID";

/**
 * Puts the trace id of each invocation where AWS's X-Ray SDK reads it: into a
 * variable of the process, which holds for one invocation at a time.
 */
export function withTraceId(invoke: Invoke): Invoke {
  const { state } = Deno.permissions
    .querySync({ name: "env", variable: TRACE_ID });
  if (state !== "granted") return invoke;
  return (invocation, slot) => {
    const traceId = invocation.headers.get("lambda-runtime-trace-id");
    if (traceId) Deno.env.set(TRACE_ID, traceId);
    else Deno.env.delete(TRACE_ID);
    return invoke(invocation, slot);
  };
}
