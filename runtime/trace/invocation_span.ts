// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { AroundHandler } from "../handler/invoke.ts";
import { readVariable } from "../variables.ts";
import { untilExported } from "./export_wait.ts";
import { faasAttributesOf } from "./faas_attributes.ts";
import {
  type OtelApi,
  type OtelContext,
  type OtelSpan,
  SERVER,
  SPAN_KEY,
  STATUS_ERROR,
} from "./otel_api.ts";
import { recordException } from "./record_exception.ts";
import { isSampled, parseTraceHeader } from "./trace_header.ts";

type Tracer = ReturnType<OtelApi["trace"]["getTracer"]>;

/** Gives what makes a span of OpenTelemetry of each invocation of a thread. */
export function aroundHandlers(api: OtelApi, tracer: Tracer): AroundHandler {
  const functionName = readVariable("AWS_LAMBDA_FUNCTION_NAME") ?? "invocation";
  let isFirst = true;
  return (slot, event, callHandler) => {
    const invocation = slot.invocation!;
    const receivedMs = Date.now();
    const outer = withParent(api.context.active(), invocation);
    const span = tracer.startSpan(functionName, {
      kind: SERVER,
      // Those within it have whole milliseconds to begin with as well.
      startTime: receivedMs,
      attributes: faasAttributesOf(invocation, event, isFirst),
    }, outer);
    isFirst = false;
    const ending = new Ending(span, invocation, receivedMs);
    slot.beforeReply(() => ending.end());
    return api.context.with(
      outer.setValue(SPAN_KEY, span),
      () => ending.watch(callHandler),
    );
  };
}

/**
 * Makes Lambda's segment the parent, where its id is known. What is the current
 * span else is that of Deno's own for the request that the invocation came by.
 */
function withParent(
  context: OtelContext,
  { headers }: Invocation,
): OtelContext {
  const header = parseTraceHeader(headers.get("lambda-runtime-trace-id"));
  if (header?.parent === undefined) return context.deleteValue(SPAN_KEY);
  const spanContext = {
    traceId: header.root.slice(2).replace("-", "").toLowerCase(),
    spanId: header.parent.toLowerCase(),
    traceFlags: isSampled(header) ? 1 : 0,
    isRemote: true,
  };
  return context.setValue(SPAN_KEY, { spanContext: () => spanContext });
}

/** Ends the span of one invocation. */
class Ending {
  readonly #span: OtelSpan;
  readonly #invocation: Invocation;
  readonly #receivedMs: number;
  #hasSettled = false;

  constructor(span: OtelSpan, invocation: Invocation, receivedMs: number) {
    this.#span = span;
    this.#invocation = invocation;
    this.#receivedMs = receivedMs;
  }

  /** Calls the handler, and records what it throws. */
  watch<T>(callHandler: () => T): T {
    try {
      const result = callHandler() as { then?: unknown } & T;
      if (typeof result?.then !== "function") this.#hasSettled = true;
      else result.then(() => this.#hasSettled = true, this.#fail);
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Ends the span, and gives Deno the time to export it. */
  async end(): Promise<void> {
    // Those within it end first.
    await undefined;
    if (!this.#hasSettled) {
      const message = "Handler has not settled";
      this.#span.setStatus({ code: STATUS_ERROR, message });
    }
    this.#span.end();
    await untilExported(this.#invocation, this.#receivedMs);
  }

  #fail = (error: unknown) => {
    this.#hasSettled = true;
    recordException(this.#span, error);
  };
}
