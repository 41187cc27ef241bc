// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Reads an environment variable, if it may be read; an empty one is as good as none. */
export function readVariable(name: string): string | undefined {
  return mayRead(name) ? Deno.env.get(name) || undefined : undefined;
}

/** Whether an environment variable may be read. */
export function mayRead(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state ===
    "granted";
}
