// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  currentSlot,
  environmentStart,
  onNextInvocation,
  type Slot,
} from "../handler/slot.ts";
import { readVariable } from "../variables.ts";
import { checkResolution, checkUnit, checkValue } from "./rules.ts";
import {
  currentSettings,
  type MetricsOptions,
  takeOptions,
} from "./settings.ts";
import { SlotMetrics } from "./slot_metrics.ts";
import type { MetricUnit } from "./units.ts";

/** Options for {@linkcode add}. */
export interface AddOptions {
  /**
   * How finely CloudWatch stores the metric, in seconds: 1 is its high
   * resolution.
   *
   * @default {60}
   */
  resolution?: 1 | 60;
  /**
   * Dimensions that only these values have, beside those of the invocation.
   * Values with other dimensions are in another document.
   *
   * @default {{}}
   */
  dimensions?: Record<string, string>;
}

const bySlot = new WeakMap<Slot, SlotMetrics>();
/** What waits to be written, and is if the handler ends the process. */
const waiting = new Set<SlotMetrics>();
/** Those of code that no runtime serves, such as a unit test. */
const unserved = new SlotMetrics();
let isListening = false;

onNextInvocation(tellStart);

/**
 * Sets what holds for all metrics of this function. Call it while the module of
 * the handler is loaded, or in `init()`; options that are left out stay as they
 * are.
 *
 * @example Metrics of a shop
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * metrics.configure({
 *   namespace: "Shop",
 *   service: "orders",
 *   dimensions: { stage: "production" },
 *   coldStart: true,
 * });
 * ```
 *
 * @param options What holds for all metrics.
 *
 * @throws {TypeError} If CloudWatch would refuse the namespace or a dimension.
 * @throws {RangeError} If there are more than 30 dimensions.
 */
export function configure(options: MetricsOptions): void {
  takeOptions(options);
}

/**
 * Adds a value of a metric to what is written before the invocation is
 * answered. Called again with the same name, it adds one more value.
 *
 * Outside of an invocation, what the start adds is written at its end, and
 * anything else at once.
 *
 * @example Counting
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * metrics.add("Orders", 1, "Count");
 * ```
 *
 * @example High resolution, and a dimension of its own
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * metrics.add("Latency", 12.5, "Milliseconds", { resolution: 1 });
 * metrics.add("Paid", 1, "Count", { dimensions: { bank: "A" } });
 * ```
 *
 * @param name The name of the metric: 1 to 255 characters.
 * @param value The value: finite, and from -2^360 to 2^360.
 * @param unit The unit. A metric has one.
 * @param options Its resolution and its dimensions.
 *
 * @throws {TypeError} If the name, the unit or a dimension is none that
 * CloudWatch takes, if the value is no number, if the metric had another unit
 * or resolution before, or if a dimension or property has the name.
 * @throws {RangeError} If the value, the resolution or the number of dimensions
 * is out of range.
 */
export function add(
  name: string,
  value: number,
  unit: MetricUnit = "None",
  options?: AddOptions,
): void {
  checkValue(name, value);
  checkUnit(name, unit);
  const resolution = options?.resolution ?? 60;
  checkResolution(name, resolution);
  const metrics = currentMetrics();
  const dimensions = options?.dimensions;
  metrics.add({ name, value, unit, resolution, dimensions });
  if (!waiting.has(metrics)) metrics.flush();
}

/**
 * Adds dimensions to all metrics of the invocation that are not written yet.
 *
 * Each combination of values is a metric of its own in CloudWatch, and is paid
 * for: an id belongs into a property.
 *
 * @example A dimension that the event decides
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * export function handleEvent({ country }: { country: string }) {
 *   metrics.addDimensions({ country });
 *   metrics.add("Orders", 1, "Count");
 * }
 * ```
 *
 * @param dimensions The names and values of the dimensions.
 *
 * @throws {TypeError} If CloudWatch would refuse a name or value, or if a metric
 * or property has the name.
 * @throws {RangeError} If it would have more than 30 dimensions.
 */
export function addDimensions(dimensions: Record<string, string>): void {
  currentMetrics().addDimensions(dimensions);
}

/**
 * Adds a property to the documents of the invocation that are not written yet:
 * found in CloudWatch Logs, and no dimension. One that is added again has the
 * last value.
 *
 * @example The order that the metrics are of
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * metrics.addProperty("orderId", "A-1");
 * ```
 *
 * @param name The name of the property.
 * @param value Any value, which is written as a log record would be.
 *
 * @throws {TypeError} If the name is empty or that of a metric, a dimension, or
 * a member that every document has.
 * @throws {RangeError} If the properties of the invocation would take more than
 * 64 KiB.
 */
export function addProperty(name: string, value: unknown): void {
  currentMetrics().addProperty(name, value);
}

/**
 * Writes the metrics of the invocation that were added so far, instead of at its
 * end. Values that are added later are in a further document.
 *
 * @example In a long invocation
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * metrics.add("Copied", 1000, "Count");
 * metrics.flush();
 * ```
 */
export function flush(): void {
  currentMetrics().flush();
}

/** The metrics of the invocation that the running code belongs to. */
function currentMetrics(): SlotMetrics {
  const slot = currentSlot();
  if (!slot) return unserved;
  const known = bySlot.get(slot);
  if (known) return known;
  const metrics = new SlotMetrics(slot);
  bySlot.set(slot, metrics);
  if (!slot.isClosed) flushAtEnd(metrics, slot);
  return metrics;
}

function flushAtEnd(metrics: SlotMetrics, slot: Slot): void {
  waiting.add(metrics);
  slot.beforeReply(() => {
    waiting.delete(metrics);
    metrics.flush();
  });
  if (isListening) return;
  isListening = true;
  addEventListener("unload", () => {
    for (const metrics of waiting) metrics.flush();
  });
}

/** Tells of the start of the environment with its first invocation. */
function tellStart(slot: Slot): void {
  const { beganAtMs, endedAtMs, isTold } = environmentStart;
  if (beganAtMs === undefined) return;
  const { coldStart, initDuration } = currentSettings();
  // In a document of its own, since it has none of the handler's dimensions.
  const metrics = new SlotMetrics(slot);
  const common = { resolution: 60, dimensions: undefined } as const;
  const type = readVariable("AWS_LAMBDA_INITIALIZATION_TYPE");
  if (coldStart && type !== "provisioned-concurrency") {
    metrics.add({ name: "ColdStart", value: 1, unit: "Count", ...common });
  }
  if (endedAtMs !== undefined && (initDuration || isTold)) {
    const value = Number((endedAtMs - beganAtMs).toFixed(3));
    metrics.add({
      name: "InitDuration",
      value,
      unit: "Milliseconds",
      ...common,
    });
  }
  metrics.flush();
}
