// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "../../build/deno.ts";
import type { Project } from "../../build/project.ts";

/** The part of the output of `deno info --json` that is read here. */
interface Graph {
  modules?: { specifier: string }[];
}

/**
 * Lists the files that a module is made of: every module of its graph that is a
 * file, one that is missing included.
 *
 * @param url The module.
 * @returns Absolute paths; undefined if Deno cannot tell.
 */
export async function filesOf(
  url: string,
  { directory, configName }: Project,
): Promise<string[] | undefined> {
  const { text } = await runDeno([
    "info",
    "--quiet",
    "--json",
    "--no-lock",
    `--config=${directory}/${configName}`,
    url,
  ], { directory });
  const { modules = [] } = readGraph(text);
  if (modules.length === 0) return undefined;
  return modules.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith("file://"))
    .map((specifier) => decodeURIComponent(new URL(specifier).pathname));
}

function readGraph(text: string): Graph {
  try {
    // Warnings may stand before it.
    return JSON.parse(text.slice(text.indexOf("{")));
  } catch {
    return {};
  }
}
