// Copyright 2026 the Toukon Lambda authors. MIT license.

const TRACE_ID = "_X_AMZN_TRACE_ID";

let isSettable: boolean | undefined;

/**
 * Puts the trace id where AWS's X-Ray SDK reads it: a variable of the process,
 * which is right as long as one invocation runs at a time.
 */
export function setTraceId(traceId: string | undefined): void {
  isSettable ??= Deno.permissions
    .querySync({ name: "env", variable: TRACE_ID }).state === "granted";
  if (!isSettable) return;
  if (traceId === undefined) Deno.env.delete(TRACE_ID);
  else Deno.env.set(TRACE_ID, traceId);
}
