// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A span of OpenTelemetry. */
export interface OtelSpan {
  spanContext(): { spanId: string };
  setAttributes(attributes: Record<string, unknown>): void;
  setStatus(status: { code: number; message?: string }): void;
  recordException(
    exception: { name: string; message: string; stack: string },
  ): void;
  /** Takes milliseconds since the epoch. */
  end(atMs?: number): void;
}

/** What a span is the current one in. */
export interface OtelContext {
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

/** The kinds of spans that are made here. */
export const INTERNAL = 0;
export const SERVER = 1;
export const CLIENT = 2;

/** The status of a span that has failed. */
export const STATUS_ERROR = 2;

/** The member of a context that is its span. */
export const SPAN_KEY: symbol = Symbol.for("OpenTelemetry Context Key SPAN");

/** What of Deno's OpenTelemetry is used here. */
export interface OtelApi {
  trace: {
    getTracer(name: string, version: string): {
      startSpan(
        name: string,
        options: {
          kind: number;
          startTime?: number;
          attributes?: Record<string, unknown>;
        },
        context?: OtelContext,
      ): OtelSpan;
    };
  };
  context: {
    active(): OtelContext;
    with<Result>(context: OtelContext, run: () => Result): Result;
  };
}

/**
 * Gives Deno's OpenTelemetry where it traces. It then has put itself where
 * libraries look for it, so that no environment variable need be read.
 */
export function findOtel(): OtelApi | undefined {
  const api = (globalThis as Record<PropertyKey, unknown>)[
    Symbol.for("opentelemetry.js.api.1")
  ] as OtelApi | undefined;
  const provider = Deno.telemetry?.tracerProvider;
  return provider && api?.trace === provider ? api : undefined;
}
