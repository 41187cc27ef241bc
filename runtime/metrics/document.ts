// Copyright 2026 the Toukon Lambda authors. MIT license.

import { fitsIn } from "../fits_in.ts";
import { toOneLine } from "../log/json.ts";
import { type LogLevel, type LogOrigin, toTimestamp } from "../log/log.ts";
import type { MetricUnit } from "./units.ts";

/** How many metrics, and values of one, a document has at most. */
const MAX_METRICS = 100;
const MAX_VALUES = 100;
/** How large a document is at most: one event of the log, and a line break. */
const MAX_BYTES = 256 * 1024 - 1;

/** The values of a metric. */
interface Metric {
  readonly unit: MetricUnit;
  /** In seconds. */
  readonly resolution: 1 | 60;
  readonly values: number[];
}

/** What a document says beside its metrics. */
export interface DocumentFacts {
  namespace: string;
  dimensions: Record<string, string>;
  /** Further members, by their names, as JSON. */
  properties: ReadonlyMap<string, string> | undefined;
  /** The invocation that it is of, where it is of one. */
  origin: LogOrigin | undefined;
  level: LogLevel;
}

/**
 * Metrics with the same dimensions, until they are written in CloudWatch's
 * embedded metric format.
 */
export class MetricDocument {
  readonly #metrics = new Map<string, Metric>();
  #timestampMs = 0;

  /** Whether nothing was added since it was written. */
  get isEmpty(): boolean {
    return this.#metrics.size === 0;
  }

  /**
   * Whether one more value of a metric has to wait until what was added is
   * written.
   */
  isFullFor(name: string): boolean {
    const metric = this.#metrics.get(name);
    return metric
      ? metric.values.length === MAX_VALUES
      : this.#metrics.size === MAX_METRICS;
  }

  /**
   * Adds a value.
   *
   * @throws {TypeError} If the metric has another unit or resolution so far.
   */
  add(
    name: string,
    value: number,
    unit: MetricUnit,
    resolution: 1 | 60,
  ): void {
    const metric = this.#metrics.get(name);
    if (!metric) {
      if (this.isEmpty) this.#timestampMs = Date.now();
      this.#metrics.set(name, { unit, resolution, values: [value] });
    } else if (metric.unit !== unit) {
      throw differs(name, "unit", metric.unit, unit);
    } else if (metric.resolution !== resolution) {
      throw differs(name, "resolution", metric.resolution, resolution);
    } else {
      metric.values.push(value);
    }
  }

  /** Gives what was added as lines, mostly one, and begins anew. */
  take(facts: DocumentFacts): string[] {
    const lines = this.#toLines([...this.#metrics], facts);
    this.#metrics.clear();
    return lines;
  }

  #toLines(metrics: [string, Metric][], facts: DocumentFacts): string[] {
    const line = toLine(metrics, this.#timestampMs, facts);
    if (fitsIn(line, MAX_BYTES)) return [line];
    const halves = halve(metrics);
    return halves
      ? halves.flatMap((half) => this.#toLines(half, facts))
      : [line];
  }
}

function differs(
  name: string,
  what: string,
  before: string | number,
  found: string | number,
): TypeError {
  return new TypeError(
    `Cannot add metric "${name}": expected its ${what} to be ${before}, as it was before in this invocation, found ${found}`,
  );
}

/** Parts metrics in two, or the values of one; undefined of a single value. */
function halve(
  metrics: [string, Metric][],
): [string, Metric][][] | undefined {
  if (metrics.length > 1) {
    const half = metrics.length >> 1;
    return [metrics.slice(0, half), metrics.slice(half)];
  }
  const [name, metric] = metrics[0];
  const { values } = metric;
  if (values.length < 2) return undefined;
  const half = values.length >> 1;
  return [values.slice(0, half), values.slice(half)]
    .map((part) => [[name, { ...metric, values: part }]]);
}

/** Writes one document, by hand: it is what every invocation waits for. */
function toLine(
  metrics: [string, Metric][],
  timestampMs: number,
  { namespace, dimensions, properties, origin, level }: DocumentFacts,
): string {
  let definitions = "";
  let members = "";
  for (const [name, { unit, resolution, values }] of metrics) {
    const key = JSON.stringify(name);
    const comma = definitions && ",";
    const storage = resolution === 1 ? ',"StorageResolution":1' : "";
    definitions += `${comma}{"Name":${key},"Unit":"${unit}"${storage}}`;
    members += values.length === 1
      ? `,${key}:${values[0]}`
      : `,${key}:[${values.join(",")}]`;
  }
  let ids = "";
  if (origin?.requestId) {
    ids += `,"requestId":${JSON.stringify(origin.requestId)}`;
  }
  if (origin?.tenantId) ids += `,"tenantId":${JSON.stringify(origin.tenantId)}`;
  if (origin?.traceId) ids += `,"traceId":${JSON.stringify(origin.traceId)}`;
  for (const name in dimensions) {
    members += `,${JSON.stringify(name)}:${JSON.stringify(dimensions[name])}`;
  }
  for (const [name, json] of properties ?? []) {
    members += `,${JSON.stringify(name)}:${json}`;
  }
  const keys = JSON.stringify(Object.keys(dimensions));
  const timestamp = toTimestamp(timestampMs);
  return toOneLine(
    `{"_aws":{"Timestamp":${timestampMs},"CloudWatchMetrics":[{"Namespace":${
      JSON.stringify(namespace)
    },"Dimensions":[${keys}],"Metrics":[${definitions}]}]},"timestamp":"${timestamp}","level":"${level}"${ids}${members}}`,
  );
}
