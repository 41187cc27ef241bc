// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * What one span costs, here and with Powertools' tracer; `span.ts` starts it.
 *
 * @module
 */

import { Tracer } from "@aws-lambda-powertools/tracer";
import dgram from "node:dgram";
import { findSlotsBy, Slot } from "../../runtime/handler/slot.ts";
import { trace } from "../../runtime/trace/mod.ts";
import { median } from "../median.ts";

const ROUNDS = 31;
const INVOCATIONS_A_ROUND = 100;
const WARM_UP_ROUNDS = 5;
const GOAL = 0.5;

const TRACE_ID =
  "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

const invocation = {
  requestId: "bench",
  headers: new Map([["lambda-runtime-trace-id", TRACE_ID]]),
  body: "{}",
};

let slot: Slot | undefined;
findSlotsBy(() => slot!);

/** Spans of an invocation of its own, until they are sent. */
async function traceOurs(count: number): Promise<void> {
  slot = new Slot(invocation);
  await trace("order", async () => {
    for (let index = 1; index < count; index++) {
      await trace("db.query", async (span) => {
        span.annotate("orderId", "A-1");
        await undefined;
      });
    }
  });
  await slot.close();
}

Deno.env.set("_X_AMZN_TRACE_ID", TRACE_ID);
const tracer = new Tracer({ serviceName: "orders" });

/** The same as Powertools documents it for parts of a handler. */
async function traceTheirs(count: number): Promise<void> {
  const sent = new Promise<void>((resolve) => hasSent = resolve);
  const segment = tracer.getSegment()!;
  const order = segment.addNewSubsegment("order");
  tracer.setSegment(order);
  for (let index = 1; index < count; index++) {
    const subsegment = order.addNewSubsegment("db.query");
    tracer.setSegment(subsegment);
    tracer.putAnnotation("orderId", "A-1");
    await undefined;
    subsegment.close();
    tracer.setSegment(order);
  }
  order.close();
  tracer.setSegment(segment);
  await sent;
}

/** Tells when AWS's SDK has sent what it was given, which it says nobody. */
let hasSent: () => void = () => {};
const createOriginal = dgram.createSocket;
dgram.createSocket = ((...args: Parameters<typeof createOriginal>) => {
  const socket = createOriginal(...args);
  const close = socket.close.bind(socket);
  socket.close = () => {
    hasSent();
    return close();
  };
  return socket;
}) as typeof createOriginal;

async function timeRound(
  traceAll: (count: number) => Promise<void>,
  count: number,
): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < INVOCATIONS_A_ROUND; index++) {
    await traceAll(count);
  }
  return (performance.now() - start) * 1_000 / INVOCATIONS_A_ROUND / count;
}

console.log(
  `| µs a span, until it is sent (goal: at most ${GOAL}) | trace() | Powertools | ratio |`,
);
console.log("| --- | ---: | ---: | ---: |");
for (const count of [1, 10]) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const ourUs = await timeRound(traceOurs, count);
    const theirUs = await timeRound(traceTheirs, count);
    if (round < WARM_UP_ROUNDS) continue;
    ours.push(ourUs);
    theirs.push(theirUs);
  }
  const [ourUs, theirUs] = [median(ours), median(theirs)];
  console.log(
    `| ${count} an invocation | ${ourUs.toFixed(1)} | ${theirUs.toFixed(1)} | ${
      (ourUs / theirUs).toFixed(2)
    } |`,
  );
}
Deno.exit();
