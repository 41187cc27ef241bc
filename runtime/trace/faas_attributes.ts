// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { eventSource } from "../http/event_source.ts";
import { readVariable } from "../variables.ts";

/** The kinds of triggers that OpenTelemetry knows, by where events come from. */
const TRIGGERS: readonly [source: RegExp, trigger: string][] = [
  [/^aws:(?:s3|dynamodb)$/, "datasource"],
  [/^aws:(?:sqs|sns|kinesis|kafka|mq|rmq)$|^SelfManagedKafka$/i, "pubsub"],
  [/^aws\.events: Scheduled Event$/, "timer"],
  [
    /^(?:API Gateway (?:REST|HTTP|WebSocket)|Application Load Balancer|VPC Lattice)/,
    "http",
  ],
];

/**
 * Gives what OpenTelemetry wants to know of an invocation.
 *
 * @param isFirst Whether the thread has answered none before.
 * @see {@link https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/}
 */
export function faasAttributesOf(
  { requestId, headers }: Invocation,
  event: unknown,
  isFirst: boolean,
): Record<string, string | boolean> {
  const arn = headers.get("lambda-runtime-invoked-function-arn") ?? "";
  const account = arn.split(":")[4];
  const trigger = triggerOf(event);
  return {
    "faas.invocation_id": requestId,
    "faas.coldstart": isFirst && isOnDemand(),
    ...(arn && { "cloud.resource_id": withVersion(arn) }),
    ...(account && { "cloud.account.id": account }),
    ...(trigger && { "faas.trigger": trigger }),
  };
}

/** With provisioned concurrency, nobody has waited for the start. */
function isOnDemand(): boolean {
  return readVariable("AWS_LAMBDA_INITIALIZATION_TYPE") !==
    "provisioned-concurrency";
}

/** The version stands for the alias that was invoked. */
function withVersion(arn: string): string {
  const parts = arn.split(":");
  const version = readVariable("AWS_LAMBDA_FUNCTION_VERSION");
  if (parts.length === 8 && version) parts[7] = version;
  return parts.join(":");
}

function triggerOf(event: unknown): string | undefined {
  const source = eventSource(event);
  return TRIGGERS.find(([pattern]) => pattern.test(source))?.[1];
}
