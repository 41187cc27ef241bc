// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * The directory where the person is, without a slash at its end. `deno task` runs in the directory of
 * deno.json, and leaves the other one in `INIT_CWD`.
 */
export function workingDirectory(): string {
  const name = "env";
  const { state } = Deno.permissions.querySync({ name, variable: "INIT_CWD" });
  const directory = state === "granted" && Deno.env.get("INIT_CWD");
  return (directory || Deno.cwd()).replace(/\/$/, "");
}
