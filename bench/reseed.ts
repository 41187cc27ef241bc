// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures what new seeds take of a restore, against the start of an empty
 * program, in turns.
 *
 * ```sh
 * deno run -A bench/reseed.ts
 * ```
 *
 * @module
 */

import { median } from "./median.ts";

const ROUNDS = 21;

const emptyMs: number[] = [];
const reseedMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  await deno("./empty.ts");
  emptyMs.push(performance.now() - start);
  reseedMs.push(Number(await deno("./reseeded.ts")));
}
const ratio = median(reseedMs) / median(emptyMs);
console.log(`| start of an empty program | ${median(emptyMs).toFixed(1)} ms |`);
console.log(`| new seeds | ${median(reseedMs).toFixed(1)} ms |`);
console.log(`| ratio | ${ratio.toFixed(2)} |`);

async function deno(module: string): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", import.meta.resolve(module)],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot run ${module}`);
  return new TextDecoder().decode(stdout);
}
