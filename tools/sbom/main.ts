// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Writes what is published, and what that needs, into `sbom.cdx.json`, in the
 * form of CycloneDX 1.6.
 *
 * @module
 */
import { git } from "../git.ts";
import { publishedFiles } from "./published_files.ts";
import { createSbom } from "./sbom.ts";

const OUTPUT = "sbom.cdx.json";

async function main(): Promise<void> {
  const files = new Map(
    publishedFiles(".").map((path) => [path, Deno.readFileSync(path)]),
  );
  const sbom = await createSbom({
    configText: Deno.readTextFileSync("deno.json"),
    files,
    timestamp: git(".", "log", "-1", "--format=%cI"),
  });
  Deno.writeTextFileSync(OUTPUT, `${JSON.stringify(sbom, null, 2)}\n`);
  console.log(`${files.size} files in ${OUTPUT}`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(`Cannot write ${OUTPUT}: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
