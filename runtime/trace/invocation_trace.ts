// Copyright 2026 the Toukon Lambda authors. MIT license.

import { showReason } from "../failure/failure.ts";
import type { Slot } from "../handler/slot.ts";
import { daemonAddress } from "./daemon_address.ts";
import type { OtelSpan } from "./otel_api.ts";
import {
  RecordedSpan,
  type RecordedSpanOptions,
  type Recorder,
} from "./span.ts";
import {
  isSampled,
  parseTraceHeader,
  type TraceHeader,
} from "./trace_header.ts";
import { warnOnce } from "./warn_once.ts";

/** So many spans that have ended are sent before the invocation ends. */
const MAX_KEPT_SPANS = 1_000;

/** Where spans are recorded beside X-Ray. */
export interface Telemetry {
  /** Starts a span below the current one. */
  start(name: string, isRemote: boolean, startMs: number): OtelSpan;
  /** Writes into a span what was recorded, and ends it. */
  end(otel: OtelSpan, span: RecordedSpan): void;
  /** Calls a function with a span as the current one. */
  runIn<Result>(otel: OtelSpan, run: () => Result): Result;
}

/** What a span is started with. */
export type StartOptions = Pick<
  RecordedSpanOptions,
  "name" | "namespace" | "parent"
>;

const traces = new WeakMap<Slot, InvocationTrace>();

/** Gives the trace of the invocation in a slot. */
export function traceOf(
  slot: Slot,
  telemetry: Telemetry | undefined,
): InvocationTrace {
  let trace = traces.get(slot);
  if (!trace) {
    trace = new InvocationTrace(slot, telemetry);
    traces.set(slot, trace);
  }
  return trace;
}

/** The spans of one invocation, and where they go. */
export class InvocationTrace implements Recorder {
  /** What Lambda has said of the trace, where it has. */
  readonly header: TraceHeader | undefined;
  readonly #telemetry: Telemetry | undefined;
  /** Where X-Ray's daemon is, where it is to get the spans. */
  readonly #address: string | undefined;
  readonly #open = new Set<RecordedSpan>();
  /** The time of the epoch at which `performance.now()` would have begun. */
  readonly #originMs = Date.now() - performance.now();
  #ended: RecordedSpan[] = [];
  #sending: Promise<void> | undefined;
  #isOver: boolean;

  constructor(slot: Slot, telemetry: Telemetry | undefined) {
    const headers = slot.invocation?.headers;
    this.header = parseTraceHeader(headers?.get("lambda-runtime-trace-id"));
    this.#telemetry = telemetry;
    this.#isOver = slot.isClosed;
    const { header } = this;
    // Lambda's own segment is what the spans are a part of.
    if (header?.parent !== undefined && isSampled(header)) {
      this.#address = daemonAddress();
    }
    if (this.#isRecording) slot.beforeReply(() => this.#close());
  }

  /** Starts a span, where spans are recorded, and the invocation still runs. */
  start({ name, namespace, parent }: StartOptions): RecordedSpan | undefined {
    if (!this.#isRecording || this.#isOver) return undefined;
    const startMs = this.nowMs();
    const otel = this.#telemetry?.start(
      name,
      namespace !== undefined,
      startMs,
    );
    const span = new RecordedSpan({
      name,
      namespace,
      parent,
      recorder: this,
      otel,
      startMs,
    });
    this.#open.add(span);
    // It is costly to load; now the handler may be about to wait for something.
    if (this.#address !== undefined) loadSending();
    return span;
  }

  /** Does not go back while the clock is set. */
  nowMs(): number {
    return this.#originMs + performance.now();
  }

  take(span: RecordedSpan): void {
    if (!this.#open.delete(span)) return;
    if (span.otel) this.#telemetry!.end(span.otel, span);
    if (this.#address === undefined) return;
    this.#ended.push(span);
    if (this.#ended.length >= MAX_KEPT_SPANS) this.#send();
  }

  get #isRecording(): boolean {
    return this.#address !== undefined || this.#telemetry !== undefined;
  }

  /** Ends what is open, since nobody else would, and sends what is left. */
  async #close(): Promise<void> {
    this.#isOver = true;
    for (const span of [...this.#open].reverse()) {
      span.annotate("unfinished", true);
      span.end();
    }
    if (this.#ended.length > 0) this.#send();
    await this.#sending;
  }

  #send(): void {
    const spans = this.#ended;
    this.#ended = [];
    const before = this.#sending;
    this.#sending = this.#sendAfter(before, spans);
  }

  async #sendAfter(
    before: Promise<void> | undefined,
    spans: RecordedSpan[],
  ): Promise<void> {
    await before;
    try {
      const { sendSpans } = await loadSending();
      await sendSpans(spans, this.header!, this.#address!);
    } catch (error) {
      warnOnce(showReason(error));
    }
  }
}

let sending: Promise<typeof import("./send_spans.ts")> | undefined;

/** Loads what sends spans, once there is one. */
function loadSending(): Promise<typeof import("./send_spans.ts")> {
  if (!sending) {
    sending = import("./send_spans.ts");
    // Whoever sends is told.
    sending.catch(() => {});
  }
  return sending;
}
