// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Lifeline, type Server } from "./child.ts";

/** A span as a collector has decoded it. */
export interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for a span without a parent. */
  parentSpanId: string;
  /** As OTLP counts: 1 is internal, 2 a server, 3 a client. */
  kind: number;
  startNs: bigint;
  endNs: bigint;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  status: { code: number; message: string };
  /** The name of the library that has made it. */
  scope: string;
}

/** The part of OTLP's JSON that is read here. */
interface OtlpTraces {
  resourceSpans: {
    scopeSpans: { scope: { name: string }; spans: RawSpan[] }[];
  }[];
}

interface RawSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: RawAttribute[];
  events: { name: string; attributes: RawAttribute[] }[];
  status: { code: number; message: string };
}

interface RawAttribute {
  key: string;
  value: {
    stringValue?: string;
    boolValue?: boolean;
    intValue?: string | number;
    doubleValue?: number;
  };
}

/** An OTLP collector over HTTP, for traces in JSON. */
export class OtlpCollector implements Server, AsyncDisposable {
  readonly spans: OtlpSpan[] = [];
  readonly #lifeline = new Lifeline();
  readonly #waiting = new Set<() => void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
    }, (request) => this.#take(request));
  }

  /** What has Deno send its traces here. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_DENO_METRICS: "false",
      OTEL_DENO_CONSOLE: "ignore",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }

  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /**
   * Gives the spans of this package, once there are so many.
   *
   * @throws {Error} If the function ends before.
   */
  async received(count: number): Promise<OtlpSpan[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = () => {
      if (this.own.length >= count) resolve();
    };
    this.#waiting.add(check);
    check();
    try {
      await this.#lifeline.unlessLost(promise);
    } finally {
      this.#waiting.delete(check);
    }
    return this.own;
  }

  /** The spans that this package has made; Deno makes some itself. */
  get own(): OtlpSpan[] {
    return this.spans.filter(({ scope }) => scope === "toukon-lambda");
  }

  /** Finds the one span of a name. */
  named(name: string): OtlpSpan {
    const found = this.own.filter((it) => it.name === name);
    if (found.length !== 1) {
      throw new Error(`Expected one "${name}", found ${found.length}`);
    }
    return found[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.#lifeline.assertTied();
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.text();
    if (!request.url.endsWith("/v1/traces")) return Response.json({});
    for (
      const { scopeSpans } of (JSON.parse(body) as OtlpTraces).resourceSpans
    ) {
      for (const { scope, spans } of scopeSpans) {
        this.spans.push(...spans.map((span) => decode(span, scope.name)));
      }
    }
    for (const check of this.#waiting) check();
    return Response.json({});
  }
}

function decode(raw: RawSpan, scope: string): OtlpSpan {
  const { startTimeUnixNano, endTimeUnixNano, attributes, events, ...span } =
    raw;
  return {
    ...span,
    scope,
    startNs: BigInt(startTimeUnixNano),
    endNs: BigInt(endTimeUnixNano),
    attributes: decodeAttributes(attributes),
    events: events.map(({ name, attributes }) => ({
      name,
      attributes: decodeAttributes(attributes),
    })),
  };
}

function decodeAttributes(attributes: RawAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [
    key,
    value.stringValue ?? value.boolValue ?? value.doubleValue ??
      Number(value.intValue),
  ]));
}
