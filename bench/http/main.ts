// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * What it costs to make a `Request` of an event, read its JSON body, and make
 * a result of a `Response`, here and with Hono's Lambda adapter.
 *
 * Both call the same `fetch` function with the same events, a few thousand
 * times each in turn, so that what else the machine does meets both alike.
 * Parsing the event is the runtime's work and is left out.
 */

import { handle } from "hono/aws-lambda";
import { toHandler } from "../../runtime/http/mod.ts";
import type { Context } from "../../runtime/handler/context.ts";
import { EVENTS } from "./events.ts";

const WARM_UP_CALLS = 5_000;
const TURNS = 20;
const CALLS_A_TURN = 1_000;
const GOAL_P50_US = 25;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

async function fetch(request: Request): Promise<Response> {
  const { orders } = await request.json();
  return Response.json({ count: orders.length, orders });
}

/** Has the signal made, and its timer started, only where it is read. */
class BenchContext {
  readonly traceId = "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c;Sampled=1";
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      this.#timer = setTimeout(() => this.#controller?.abort(), 3_000);
    }
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The time of one call, in microseconds. */
async function timeCall(handler: Handler, json: string): Promise<number> {
  const event = JSON.parse(json);
  const start = performance.now();
  const context = new BenchContext();
  await handler(event, context as unknown as Context);
  context.end();
  return (performance.now() - start) * 1_000;
}

async function timeTurn(
  handler: Handler,
  json: string,
  timesUs: number[],
): Promise<void> {
  for (let call = 0; call < CALLS_A_TURN; call++) {
    timesUs.push(await timeCall(handler, json));
  }
}

function quantile(timesUs: number[], share: number): number {
  const sorted = timesUs.toSorted((a, b) => a - b);
  return Number(sorted[Math.floor(sorted.length * share)].toFixed(1));
}

const ours: Handler = toHandler(fetch);
// Hono asks for an application and calls its fetch only.
const honos = handle({ fetch } as never) as unknown as Handler;
const rows: Record<string, Record<string, number>> = {};

for (const [format, json] of Object.entries(EVENTS)) {
  const ourTimesUs: number[] = [];
  const honoTimesUs: number[] = [];
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    await timeCall(ours, json);
    await timeCall(honos, json);
  }
  for (let turn = 0; turn < TURNS; turn++) {
    await timeTurn(ours, json, ourTimesUs);
    await timeTurn(honos, json, honoTimesUs);
  }
  rows[format] = {
    "p50 (µs)": quantile(ourTimesUs, 0.5),
    "p99 (µs)": quantile(ourTimesUs, 0.99),
    "Hono p50 (µs)": quantile(honoTimesUs, 0.5),
    "Hono p99 (µs)": quantile(honoTimesUs, 0.99),
  };
}

console.table(rows);
const p50Us = rows["HTTP API (v2)"]["p50 (µs)"];
console.log(`Goal: ${GOAL_P50_US} µs on a 2 KiB v2 event; found: ${p50Us} µs`);
