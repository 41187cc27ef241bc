// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runTool, type RunToolOptions } from "./run_tool.ts";

/** Options for {@linkcode fill}. */
export interface FillOptions extends RunToolOptions {
  /** Begin a git repository. */
  hasGit: boolean;
  /** A folder that is copied along as `vendor/`. */
  vendor: string | undefined;
}

/**
 * Writes the files of a project into a folder that is empty.
 *
 * @param files The texts of the files, by their paths in the project.
 *
 * @throws {CreateError} If a program that it takes fails.
 */
export async function fill(
  files: Record<string, string>,
  { directory, hasGit, vendor, signal }: FillOptions,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = `${directory}/${path}`;
    Deno.mkdirSync(target.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(target, text);
  }
  // The name is not as long as the one in the templates.
  const flags = ["--quiet", "--no-config", "--permit-no-files"];
  const options = { directory, signal };
  await runTool(Deno.execPath(), ["fmt", ...flags, "."], options);
  if (vendor !== undefined) copyFolder(vendor, `${directory}/vendor`);
  if (!hasGit) return;
  const branch = ["-c", "init.defaultBranch=main"];
  await runTool("git", [...branch, "init", "--quiet"], options);
}

/** Copies a folder and all that is in it. */
function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const paths = [`${from}/${name}`, `${to}/${name}`] as const;
    if (isDirectory) copyFolder(...paths);
    else Deno.copyFileSync(...paths);
  }
}
