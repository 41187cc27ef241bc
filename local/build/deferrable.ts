// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "./deno.ts";
import type { DeferrableImport } from "./lazy_plugin.ts";
import { WORK_FOLDER } from "./outputs.ts";

/** A deferrable import, and where it is. */
export interface FoundImport extends DeferrableImport {
  /** The URL of the module that has it. */
  from: string;
}

/** The part of the output of `deno lint --json` that is read here. */
interface LintResult {
  diagnostics: { filename: string; message: string }[];
}

/**
 * Finds the imports of which nothing is used before a function is called. Where
 * `deno lint` cannot be asked, none is found.
 *
 * @param directory The folder of the project, with a work folder.
 * @param modules The URLs of the project's own modules.
 */
export async function findDeferrable(
  directory: string,
  modules: string[],
): Promise<FoundImport[]> {
  const config = `${WORK_FOLDER}/lint.json`;
  const plugin = import.meta.resolve("./lazy_plugin.ts");
  Deno.writeTextFileSync(
    `${directory}/${config}`,
    JSON.stringify({
      lint: {
        plugins: [plugin],
        rules: { tags: [], include: ["toukon/deferrable"] },
      },
    }),
  );
  const paths = modules.map((url) => decodeURIComponent(new URL(url).pathname));
  const { text } = await runDeno(
    ["lint", "--quiet", "--json", `--config=${config}`, ...paths],
    { directory },
  );
  return readResult(text).flatMap(({ filename, message }) =>
    message.startsWith("{") ? [{ from: filename, ...JSON.parse(message) }] : []
  );
}

function readResult(text: string): LintResult["diagnostics"] {
  try {
    return (JSON.parse(text) as LintResult).diagnostics;
  } catch {
    return [];
  }
}
