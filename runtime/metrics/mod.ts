// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Metrics in CloudWatch's embedded metric format: one line of the log an
 * invocation, which CloudWatch makes metrics of. No call to CloudWatch is made,
 * and nothing is waited for.
 *
 * ```ts
 * import * as metrics from "@toukon/lambda/metrics";
 *
 * export function handleEvent({ amount }: { amount: number }) {
 *   metrics.add("Orders", 1, "Count");
 *   metrics.add("Amount", amount);
 *   return { ordered: true };
 * }
 * ```
 *
 * The document is written before the reply is sent, also when the handler throws
 * or times out, and whatever the log's level and format are. What CloudWatch
 * would refuse without telling, such as `NaN` or an unknown unit, is an error.
 *
 * @module
 */

export {
  add,
  addDimensions,
  type AddOptions,
  addProperty,
  configure,
  flush,
} from "./metrics.ts";
export type { MetricsOptions } from "./settings.ts";
export type { MetricUnit } from "./units.ts";
