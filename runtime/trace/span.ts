// Copyright 2026 the Toukon Lambda authors. MIT license.

import { toJson } from "../log/json.ts";
import type { OtelSpan } from "./otel_api.ts";
import {
  type AnnotationValue,
  checkMetadataName,
  toAnnotation,
} from "./rules.ts";

/** Options for {@linkcode Span.addMetadata}. */
export interface MetadataOptions {
  /**
   * The group that the value is shown in.
   *
   * @default {"default"}
   */
  namespace?: string;
}

/**
 * What {@linkcode trace} gives to the function that it calls: the record of
 * that work. Where nothing is recorded, since the trace is not sampled or no
 * invocation runs, it checks what it is given and does nothing else.
 *
 * @example Usage
 * ```ts
 * import { type Span, trace } from "@toukon/lambda/trace";
 *
 * function save(span: Span, order: { id: string; items: string[] }) {
 *   span.annotate("orderId", order.id);
 *   span.addMetadata("items", order.items, { namespace: "orders" });
 * }
 *
 * trace("save", (span) => save(span, { id: "A-1", items: ["hat"] }));
 * ```
 */
export interface Span {
  /**
   * Records a value that traces can be searched by. Of a text, the first 1,000
   * characters are kept; X-Ray indexes 50 annotations a trace.
   *
   * @param key A name of letters, digits and `_`; a later value replaces an
   * earlier one.
   * @param value A string, a finite number or a boolean.
   * @returns The span.
   * @throws {TypeError} If X-Ray would not take the key or the value.
   */
  annotate(key: string, value: AnnotationValue): this;
  /**
   * Records a value of any kind, as it is now; traces cannot be searched by it.
   *
   * @param key The name of the value.
   * @param value What `JSON.stringify()` takes, and what it does not: a cycle,
   * a `BigInt` or a `Map` is written as the log writes it.
   * @param options Where it is shown.
   * @returns The span.
   * @throws {TypeError} If key or namespace is empty, or begins with `AWS.`.
   */
  addMetadata(key: string, value: unknown, options?: MetadataOptions): this;
  /**
   * Records an error that is handled, with its causes. What the function throws
   * is recorded without this.
   *
   * @param error Anything that was thrown.
   * @returns The span.
   */
  recordError(error: unknown): this;
}

/** What the work of a span is done by. */
export type SpanNamespace = "aws" | "remote";

/** An HTTP request and its response, as X-Ray has them. */
export interface HttpFacts {
  method: string;
  /** Without credentials, query and fragment. */
  url: string;
  status?: number;
  contentLength?: number;
}

/** Keeps the spans of one invocation, or of none. */
export interface Recorder {
  /** The time now, in milliseconds since the epoch. */
  nowMs(): number;
  /** Is told that a span has ended. */
  take(span: RecordedSpan): void;
}

/** What a {@linkcode RecordedSpan} begins with. */
export interface RecordedSpanOptions {
  name: string;
  namespace?: SpanNamespace;
  parent: RecordedSpan | undefined;
  recorder: Recorder;
  /** The same span in Deno's OpenTelemetry, where that traces. */
  otel: OtelSpan | undefined;
  startMs: number;
}

/** A span that is sent. */
export class RecordedSpan implements Span {
  readonly name: string;
  readonly namespace: SpanNamespace | undefined;
  readonly id: string;
  readonly parent: RecordedSpan | undefined;
  /** How many spans are around it. */
  readonly level: number;
  readonly recorder: Recorder;
  readonly otel: OtelSpan | undefined;
  readonly startMs: number;
  /** Undefined while it is open. */
  endMs: number | undefined;
  annotations: Record<string, AnnotationValue> | undefined;
  /** Values as JSON, by namespace and key. */
  metadata: Map<string, Map<string, string>> | undefined;
  errors: unknown[] | undefined;
  http: HttpFacts | undefined;

  constructor(options: RecordedSpanOptions) {
    const { otel } = options;
    this.name = options.name;
    this.namespace = options.namespace;
    this.id = otel?.spanContext().spanId ?? createId();
    this.parent = options.parent;
    this.level = options.parent ? options.parent.level + 1 : 0;
    this.recorder = options.recorder;
    this.otel = otel;
    this.startMs = options.startMs;
  }

  annotate(key: string, value: AnnotationValue): this {
    const checked = toAnnotation(key, value);
    // Without a prototype, so that no key has a meaning of its own.
    this.annotations ??= Object.create(null) as Record<string, AnnotationValue>;
    this.annotations[key] = checked;
    return this;
  }

  addMetadata(
    key: string,
    value: unknown,
    { namespace = "default" }: MetadataOptions = {},
  ): this {
    checkMetadataName("key", key);
    checkMetadataName("namespace", namespace);
    this.metadata ??= new Map();
    const values = this.metadata.get(namespace) ?? new Map();
    this.metadata.set(namespace, values.set(key, toJson(value)));
    return this;
  }

  recordError(error: unknown): this {
    const errors = this.errors ??= [];
    if (!errors.includes(error)) errors.push(error);
    return this;
  }

  /** Ends the span, unless it has ended. */
  end(): void {
    if (this.endMs !== undefined) return;
    this.endMs = this.recorder.nowMs();
    this.recorder.take(this);
  }
}

/** The span of what is not recorded. */
export const UNRECORDED: Span = {
  annotate(key, value) {
    toAnnotation(key, value);
    return this;
  },
  addMetadata(key, _value, { namespace = "default" } = {}) {
    checkMetadataName("key", key);
    checkMetadataName("namespace", namespace);
    return this;
  },
  recordError() {
    return this;
  },
};

/** Makes an id as X-Ray has them: 64 random bits. */
export function createId(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}
