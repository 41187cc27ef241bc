// Copyright 2026 the Toukon Lambda authors. MIT license.

import { callHandlersThrough } from "../handler/invoke.ts";
import { NAME, VERSION } from "../version.ts";
import { aroundHandlers } from "./invocation_span.ts";
import type { Telemetry } from "./invocation_trace.ts";
import {
  CLIENT,
  INTERNAL,
  type OtelApi,
  type OtelSpan,
  SPAN_KEY,
  STATUS_ERROR,
} from "./otel_api.ts";
import { recordException } from "./record_exception.ts";
import type { RecordedSpan } from "./span.ts";

/**
 * Has spans recorded in Deno's OpenTelemetry, and a span made of each invocation
 * of this thread.
 */
export function createTelemetry(api: OtelApi): Telemetry {
  const tracer = api.trace.getTracer(NAME, VERSION);
  callHandlersThrough(aroundHandlers(api, tracer));
  return {
    start: (name, isRemote, startMs) =>
      tracer.startSpan(name, {
        kind: isRemote ? CLIENT : INTERNAL,
        startTime: startMs,
      }),
    end: endOtelSpan,
    runIn: (otel, run) =>
      api.context.with(api.context.active().setValue(SPAN_KEY, otel), run),
  };
}

function endOtelSpan(otel: OtelSpan, span: RecordedSpan): void {
  const { annotations, metadata, http, errors, endMs } = span;
  if (annotations) otel.setAttributes({ ...annotations });
  for (const [namespace, values] of metadata ?? []) {
    for (const [key, json] of values) {
      otel.setAttributes({ [`${namespace}.${key}`]: json });
    }
  }
  if (http) {
    otel.setAttributes({
      "http.request.method": http.method,
      "url.full": http.url,
      ...(http.status !== undefined &&
        { "http.response.status_code": http.status }),
    });
    // What a client was refused is an error of its span.
    if ((http.status ?? 0) >= 400) otel.setStatus({ code: STATUS_ERROR });
  }
  for (const error of errors ?? []) recordException(otel, error);
  otel.end(endMs);
}
