// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * What one span costs, here and with Powertools' tracer; `span.ts` starts it.
 *
 * @module
 */

import { Tracer } from "@aws-lambda-powertools/tracer";
import { createSocket } from "node:dgram";
import { findSlotsBy, Slot } from "../../runtime/handler/slot.ts";
import { trace } from "../../runtime/trace/mod.ts";
import { median } from "../median.ts";

const ROUNDS = 31;
const SPANS_A_ROUND = 100;
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

/** One span of an invocation of its own, until it is sent. */
async function traceOurs(index: number): Promise<void> {
  slot = new Slot(invocation);
  await trace("db.query", async (span) => {
    span.annotate("orderId", `A-${index}`);
    await undefined;
  });
  await slot.close();
}

Deno.env.set("_X_AMZN_TRACE_ID", TRACE_ID);
const tracer = new Tracer({ serviceName: "orders" });

/** The same as Powertools documents it for a part of a handler. */
async function traceTheirs(index: number): Promise<void> {
  const segment = tracer.getSegment()!;
  const subsegment = segment.addNewSubsegment("db.query");
  tracer.setSegment(subsegment);
  tracer.putAnnotation("orderId", `A-${index}`);
  await undefined;
  subsegment.close();
  tracer.setSegment(segment);
  // Its reply would wait for nothing, but what is sent costs the same time.
  await sent();
}

/** Settles when the socket of AWS's SDK has sent what it was given. */
let resolveSent: (() => void) | undefined;
function sent(): Promise<void> {
  return new Promise((resolve) => resolveSent = resolve);
}

/** Takes what is sent, so that nobody refuses it. */
function listen(): Promise<{ close(): void }> {
  const socket = createSocket("udp4");
  return new Promise((resolve) =>
    socket.bind(2000, "127.0.0.1", () => resolve(socket))
  );
}

async function timeRound(
  traceOne: (index: number) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < SPANS_A_ROUND; index++) await traceOne(index);
  return (performance.now() - start) * 1_000 / SPANS_A_ROUND;
}
