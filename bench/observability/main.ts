// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Each row is the same work, here and with Powertools. What it costs is measured
 * in turns of a few thousand calls, so that what else the machine does meets
 * both alike; the table goes to stderr.
 */

import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DeadlineTimer } from "../../runtime/handler/deadline_timer.ts";
import { findSlotsBy, Slot } from "../../runtime/handler/slot.ts";
import { sendConsoleTo } from "../../runtime/log/console.ts";
import { info } from "../../runtime/log/functions.ts";
import { LambdaLog } from "../../runtime/log/log.ts";
import { add } from "../../runtime/metrics/mod.ts";
import { median } from "../median.ts";

const WARM_UP_TURNS = 5;
const TURNS = 41;
const CALLS_A_TURN = 2_000;
const GOAL = 0.5;

/** The same work twice. */
interface Row {
  name: string;
  ours: () => void;
  theirs: () => void;
}

const invocation = {
  requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
  headers: new Map([
    ["lambda-runtime-trace-id", "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c"],
  ]),
  body: "",
};
const deadline = new DeadlineTimer();
let slot = new Slot(invocation, deadline);
findSlotsBy(() => slot);
// Before the console is replaced: each writes to stdout by itself.
const logger = new Logger();
logger.appendKeys({ function_request_id: invocation.requestId });
const metrics = new Metrics();
sendConsoleTo(
  new LambdaLog({ stream: Deno.stdout, origin: () => slot, format: "json" }),
);

const ROWS: Row[] = [
  {
    name: "one line of JSON",
    ours: () => info("paid", { orderId: "A-1", amount: 12.5 }),
    theirs: () => logger.info("paid", { orderId: "A-1", amount: 12.5 }),
  },
  {
    name: "one metric",
    ours() {
      slot = new Slot(invocation, deadline);
      add("Orders", 1, "Count");
      slot.close();
    },
    theirs() {
      metrics.addMetric("Orders", "Count", 1);
      metrics.publishStoredMetrics();
    },
  },
];

/** The time of one call in a turn, in microseconds. */
function timeTurn(work: () => void): number {
  const start = performance.now();
  for (let call = 0; call < CALLS_A_TURN; call++) work();
  return (performance.now() - start) * 1_000 / CALLS_A_TURN;
}

console.error = (line: string) =>
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
console.error("| µs, medians | Toukon | Powertools | Ratio (goal: ≤ 0.5) |");
console.error("| --- | ---: | ---: | ---: |");
let isMet = true;
for (const { name, ours, theirs } of ROWS) {
  const oursUs: number[] = [];
  const theirsUs: number[] = [];
  for (let turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
    const [our, their] = [timeTurn(ours), timeTurn(theirs)];
    if (turn < 0) continue;
    oursUs.push(our);
    theirsUs.push(their);
  }
  const [our, their] = [median(oursUs), median(theirsUs)];
  const ratio = our / their;
  isMet &&= ratio <= GOAL;
  console.error(
    `| ${name} | ${our.toFixed(2)} | ${their.toFixed(2)} | ${
      ratio.toFixed(2)
    } |`,
  );
}
Deno.exit(isMet ? 0 : 1);
