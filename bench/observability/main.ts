// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures rows in turns, so that what else the machine does meets both alike,
 * and writes those of a table to stderr. With Deno's own datagrams it measures
 * everything by the goal, without them the spans alone.
 *
 * @module
 */

import { median } from "../median.ts";
import type { Row, Work } from "./row.ts";

const WARM_UP_TURNS = 5;
const TURNS = 41;
const GOAL = 0.5;

/** The time of one call in a turn, in microseconds. */
async function timeTurn(work: Work, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const working = work();
    if (working) await working;
  }
  return (performance.now() - start) * 1_000 / calls;
}

/** Measures a row, writes it, and gives the ratio. */
async function measure(
  { name, ours, theirs, callsATurn }: Row,
  suffix: string,
): Promise<number> {
  const oursUs: number[] = [];
  const theirsUs: number[] = [];
  for (let turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
    const ourUs = await timeTurn(ours, callsATurn);
    const theirUs = await timeTurn(theirs, callsATurn);
    if (turn < 0) continue;
    oursUs.push(ourUs);
    theirsUs.push(theirUs);
  }
  const [ourUs, theirUs] = [median(oursUs), median(theirsUs)];
  const ratio = ourUs / theirUs;
  const cells = [
    `${name}${suffix}`,
    ourUs.toFixed(2),
    theirUs.toFixed(2),
    ratio.toFixed(2),
  ];
  // Not through the console, which is measured.
  const line = new TextEncoder().encode(`| ${cells.join(" | ")} |\n`);
  Deno.stderr.writeSync(line);
  return ratio;
}

const { SPANS } = await import("./spans.ts");
const ratios: number[] = [];
if ("listenDatagram" in Deno) {
  const { LINE_AND_METRIC } = await import("./line_and_metric.ts");
  for (const row of [...LINE_AND_METRIC, ...SPANS]) {
    ratios.push(await measure(row, ""));
  }
} else {
  for (const row of SPANS) await measure(row, " (node:dgram)");
}
Deno.exit(ratios.every((ratio) => ratio <= GOAL) ? 0 : 1);
