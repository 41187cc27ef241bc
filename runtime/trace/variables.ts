// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Gives an environment variable, where it is set and may be read. */
export function readVariable(name: string): string | undefined {
  return mayRead(name) ? Deno.env.get(name) : undefined;
}

/** Whether an environment variable may be read. */
export function mayRead(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state ===
    "granted";
}
