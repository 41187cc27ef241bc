// Copyright 2026 the Toukon Lambda authors. MIT license.

import { currentSlot } from "../handler/slot.ts";
import { type AsyncHooks, importNode } from "../import_node.ts";
import {
  type InvocationTrace,
  type Telemetry,
  traceOf,
} from "./invocation_trace.ts";
import { findOtel } from "./otel_api.ts";
import { toSpanName } from "./rules.ts";
import {
  type RecordedSpan,
  type Span,
  type SpanNamespace,
  UNRECORDED,
} from "./span.ts";
import {
  fieldOf,
  isSampled,
  type TraceHeader,
  writeTraceHeader,
} from "./trace_header.ts";

const { AsyncLocalStorage } = await importNode<AsyncHooks>("async_hooks");

const otel = findOtel();
const telemetry: Telemetry | undefined = otel &&
  (await import("./telemetry.ts")).createTelemetry(otel);

/** The span, and the invocation, that the running code belongs to. */
interface Place {
  span: RecordedSpan;
  invocation: InvocationTrace;
}

const places = new AsyncLocalStorage<Place>();

/** Options for {@linkcode trace}. */
export interface TraceOptions {
  /**
   * What the work is done by: `"aws"` for a service of AWS, `"remote"` for
   * another system.
   *
   * @default {the function itself}
   */
  namespace?: SpanNamespace;
}

/**
 * Records work of an invocation as a span of its trace: a sub-segment in X-Ray,
 * and a span in Deno's OpenTelemetry where that is on.
 *
 * It lasts until the function has returned, or the promise that it returns has
 * settled. Spans nest: one that is started within another, across awaits too,
 * is a part of it. What the function throws is recorded with its causes, and
 * thrown on. Spans are sent when the handler has settled; one that is still
 * open then ends there, with the annotation `unfinished`.
 *
 * Where the trace is not sampled, or no invocation runs, the function is called
 * and nothing is recorded.
 *
 * @typeParam Result What the function gives.
 * @param name What the work is called. X-Ray takes 200 letters, digits, spaces
 * and `_.:/%&#=+\-@`; others become `_`.
 * @param run The work.
 * @param options Who does it.
 * @returns What the function gives.
 * @throws {TypeError} If the name is empty or no text.
 *
 * @example Usage
 * ```ts
 * import { trace } from "@toukon/lambda/trace";
 *
 * async function findOrder(id: string) {
 *   return await trace("db.query", async (span) => {
 *     span.annotate("orderId", id);
 *     return await Promise.resolve({ id, total: 100 });
 *   });
 * }
 *
 * await findOrder("A-1");
 * ```
 */
export function trace<Result>(
  name: string,
  run: (span: Span) => Promise<Result>,
  options?: TraceOptions,
): Promise<Result>;
/**
 * Records work that is done at once, as the other form does.
 *
 * @typeParam Result What the function gives.
 * @param name What the work is called.
 * @param run The work.
 * @param options Who does it.
 * @returns What the function gives.
 * @throws {TypeError} If the name is empty or no text.
 *
 * @example Usage
 * ```ts
 * import { trace } from "@toukon/lambda/trace";
 *
 * const total = trace("sum", () => [1, 2, 3].reduce((a, b) => a + b));
 * ```
 */
export function trace<Result>(
  name: string,
  run: (span: Span) => Result,
  options?: TraceOptions,
): Result;
export function trace(
  name: string,
  run: (span: Span) => unknown,
  { namespace }: TraceOptions = {},
): unknown {
  const spanName = toSpanName(name);
  const outer = places.getStore();
  const invocation = outer?.invocation ?? currentInvocation();
  const span = invocation?.start({
    name: spanName,
    namespace,
    parent: outer?.span,
  });
  if (!span) return run(UNRECORDED);
  const place = { span, invocation: invocation! };
  return span.otel
    ? telemetry!.runIn(span.otel, () => places.run(place, record, span, run))
    : places.run(place, record, span, run);
}

function record(span: RecordedSpan, run: (span: Span) => unknown): unknown {
  let result: unknown;
  try {
    result = run(span);
  } catch (error) {
    throw fail(span, error);
  }
  if (!isPromiseLike(result)) {
    span.end();
    return result;
  }
  return result.then((value) => {
    span.end();
    return value;
  }, (error) => {
    throw fail(span, error);
  });
}

function fail(span: RecordedSpan, error: unknown): unknown {
  span.recordError(error);
  span.end();
  return error;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then ===
    "function";
}

function currentInvocation(): InvocationTrace | undefined {
  const slot = currentSlot();
  return slot?.invocation && traceOf(slot, telemetry);
}

/**
 * The trace that the running code belongs to.
 *
 * @example Usage
 * ```ts
 * import { currentTrace, type TraceContext } from "@toukon/lambda/trace";
 *
 * const context: TraceContext | undefined = currentTrace();
 * console.log(context?.traceId ?? "not traced");
 * ```
 */
export interface TraceContext {
  /** The id of the trace, such as `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly traceId: string;
  /**
   * The id of the span that the code runs in, or else of Lambda's segment, where
   * Lambda has named one.
   */
  readonly parentId: string | undefined;
  /** Whether the trace is recorded. */
  readonly isSampled: boolean;
  /** The functions that led to this invocation, as Lambda counts them. */
  readonly lineage: string | undefined;
  /** The value of the header `X-Amzn-Trace-Id` for what is called from here. */
  readonly header: string;
}

/**
 * Gives the trace that the running code belongs to, for a log line, or for the
 * header of a request that another client than {@linkcode createFetch} sends.
 *
 * @returns The trace, or undefined where no invocation runs, or Lambda has named
 * no trace.
 *
 * @example Passing the trace on
 * ```ts
 * import { currentTrace } from "@toukon/lambda/trace";
 *
 * const header = currentTrace()?.header;
 * const headers = header === undefined ? {} : { "X-Amzn-Trace-Id": header };
 * ```
 */
export function currentTrace(): TraceContext | undefined {
  const place = places.getStore();
  const header = (place?.invocation ?? currentInvocation())?.header;
  return header && toContext(header, place?.span);
}

function toContext(
  header: TraceHeader,
  span: RecordedSpan | undefined,
): TraceContext {
  const parentId = span?.id ?? header.parent;
  return {
    traceId: header.root,
    parentId,
    isSampled: isSampled(header),
    lineage: fieldOf(header, "Lineage"),
    header: writeTraceHeader(header, parentId),
  };
}
