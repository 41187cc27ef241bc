// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Tracer } from "@aws-lambda-powertools/tracer";
import dgram from "node:dgram";
import { trace } from "../../runtime/trace/mod.ts";
import { beginInvocation, currentSlot, TRACE_HEADER } from "./invocation.ts";
import type { Row } from "./row.ts";

const CALLS_A_TURN = 100;

Deno.env.set("_X_AMZN_TRACE_ID", TRACE_HEADER);
const tracer = new Tracer();

/** Tells that AWS's SDK has sent what it was given, of which it tells nobody. */
let hasSent: () => void = () => {};
const createSocket = dgram.createSocket;
dgram.createSocket = ((...args: Parameters<typeof createSocket>) => {
  const socket = createSocket(...args);
  const close = socket.close.bind(socket);
  socket.close = () => {
    hasSent();
    return close();
  };
  return socket;
}) as typeof createSocket;

async function traceOurs(count: number): Promise<void> {
  beginInvocation();
  await trace("order", async () => {
    for (let index = 1; index < count; index++) {
      await trace("db.query", async (span) => {
        span.annotate("orderId", "A-1");
        await undefined;
      });
    }
  });
  await currentSlot().close();
}

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

/** The spans of an invocation, until they are sent. */
export const SPANS: Row[] = [1, 10].map((count) => ({
  name: count === 1 ? "one span" : `${count} spans`,
  callsATurn: CALLS_A_TURN,
  ours: () => traceOurs(count),
  theirs: () => traceTheirs(count),
}));
