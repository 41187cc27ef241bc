// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * The parts of an invocation as spans of its trace: in AWS X-Ray, and in Deno's
 * OpenTelemetry where that is on.
 *
 * ```ts
 * import { createFetch, trace } from "@toukon/lambda/trace";
 *
 * const fetch = createFetch({ passTraceTo: ["stock.example.com"] });
 *
 * export async function handleEvent({ orderId }: { orderId: string }) {
 *   return await trace("check the order", async (span) => {
 *     span.annotate("orderId", orderId);
 *     const response = await fetch(`https://stock.example.com/${orderId}`);
 *     return await response.json();
 *   });
 * }
 * ```
 *
 * X-Ray gets the spans of sampled invocations, through the daemon that
 * `AWS_XRAY_DAEMON_ADDRESS` names, before the reply is sent. Where nothing is
 * recorded, such as in a unit test of the handler, the functions are called and
 * nothing else happens.
 *
 * @module
 */

export { createFetch, type CreateFetchOptions } from "./fetch.ts";
export type { AnnotationValue } from "./rules.ts";
export type { MetadataOptions, Span, SpanNamespace } from "./span.ts";
export {
  currentTrace,
  trace,
  type TraceContext,
  type TraceOptions,
} from "./trace.ts";
