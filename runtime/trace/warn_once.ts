// Copyright 2026 the Toukon Lambda authors. MIT license.

let hasWarned = false;

/** Says why X-Ray gets no spans, once in a thread. */
export function warnOnce(reason: string): void {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(`Cannot send spans to X-Ray: ${reason}`);
}
