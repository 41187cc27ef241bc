// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { sendConsoleTo } from "../../runtime/log/console.ts";
import { info } from "../../runtime/log/functions.ts";
import { LambdaLog } from "../../runtime/log/log.ts";
import { add } from "../../runtime/metrics/mod.ts";
import { beginInvocation, currentSlot, REQUEST_ID } from "./invocation.ts";
import type { Row } from "./row.ts";

const CALLS_A_TURN = 2_000;

// Before the console is replaced: each writes to stdout by itself.
const logger = new Logger();
logger.appendKeys({ function_request_id: REQUEST_ID });
const metrics = new Metrics();
sendConsoleTo(
  new LambdaLog({ stream: Deno.stdout, origin: currentSlot, format: "json" }),
);

/** One record of the log, and one metric of an invocation. */
export const LINE_AND_METRIC: Row[] = [
  {
    name: "one line of JSON",
    callsATurn: CALLS_A_TURN,
    ours: () => info("paid", { orderId: "A-1", amount: 12.5 }),
    theirs: () => logger.info("paid", { orderId: "A-1", amount: 12.5 }),
  },
  {
    name: "one metric",
    callsATurn: CALLS_A_TURN,
    ours() {
      beginInvocation();
      add("Orders", 1, "Count");
      currentSlot().close();
    },
    theirs() {
      metrics.addMetric("Orders", "Count", 1);
      metrics.publishStoredMetrics();
    },
  },
];
