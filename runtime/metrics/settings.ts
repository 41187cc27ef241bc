// Copyright 2026 the Toukon Lambda authors. MIT license.

import { readVariable } from "../variables.ts";
import { checkDimensions, checkNamespace } from "./rules.ts";

/** Options for {@linkcode configure}. */
export interface MetricsOptions {
  /**
   * The namespace that CloudWatch lists the metrics under.
   *
   * @default {POWERTOOLS_METRICS_NAMESPACE of the environment, else the name of
   * the function}
   */
  namespace?: string;
  /**
   * The value of the dimension `service`.
   *
   * @default {POWERTOOLS_SERVICE_NAME of the environment, else there is no such
   * dimension}
   */
  service?: string;
  /**
   * The dimensions that every metric has.
   *
   * @default {{}}
   */
  dimensions?: Record<string, string>;
  /**
   * Whether the first invocation of an environment counts as the metric
   * `ColdStart`. None does where Lambda has started it in advance, with
   * provisioned concurrency.
   *
   * @default {false}
   */
  coldStart?: boolean;
  /**
   * Whether the first invocation of an environment tells how long its start
   * took, as the metric `InitDuration` in milliseconds: from the start of the
   * program until the handler was imported and its `init()` done. It also does
   * with `lambda.logInit`.
   *
   * @default {false}
   */
  initDuration?: boolean;
}

/** What every document of this thread has. */
export interface Settings {
  namespace: string;
  dimensions: Record<string, string>;
  coldStart: boolean;
  initDuration: boolean;
}

let options: MetricsOptions = {};
let settings: Settings | undefined;

/** Takes options, beside those that were given before. */
export function takeOptions(more: MetricsOptions): void {
  const all = { ...options, ...more };
  settings = toSettings(all);
  options = all;
}

/** Gives the settings, which are read when they are first needed. */
export function currentSettings(): Settings {
  return settings ??= toSettings(options);
}

function toSettings(
  { namespace, service, dimensions, coldStart, initDuration }: MetricsOptions,
): Settings {
  const name = namespace ?? readVariable("POWERTOOLS_METRICS_NAMESPACE") ??
    readVariable("AWS_LAMBDA_FUNCTION_NAME") ?? "local-test";
  checkNamespace(name);
  const serviceName = service ?? readVariable("POWERTOOLS_SERVICE_NAME");
  const all = {
    ...(serviceName !== undefined && { service: serviceName }),
    ...dimensions,
  };
  checkDimensions(all);
  return {
    namespace: name,
    dimensions: all,
    coldStart: coldStart ?? false,
    initDuration: initDuration ?? false,
  };
}
