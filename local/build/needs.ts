// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Config } from "../../runtime/config.ts";
import { parseDeadLetterConfig } from "../../runtime/dead_letter/config.ts";
import { createSnsTarget } from "../../runtime/dead_letter/sns.ts";
import { hostOf } from "../../runtime/dead_letter/target.ts";
import type { Grant } from "./permissions.ts";

/** The environment variables that the runtime, metrics and traces read or set. */
export const RUNTIME_VARIABLES: string[] = [
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_FORMAT",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_LEVEL",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_MAX_CONCURRENCY",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_XRAY_DAEMON_ADDRESS",
  "AWS_XRAY_SDK_ENABLED",
  "OTEL_BSP_SCHEDULE_DELAY",
  "POWERTOOLS_METRICS_NAMESPACE",
  "POWERTOOLS_SERVICE_NAME",
  "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET",
  "_X_AMZN_TRACE_ID",
];

/** Environment variables that dead letters need. */
export const DEAD_LETTER_VARIABLES: string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
];

/** The part of the configuration that decides what the runtime needs. */
export type NeedsConfig = Pick<Config, "deadLetter" | "isolation">;

/** What a built function reads. */
export interface ReadFiles {
  /** The program, where a worker reads it as a file. */
  main?: string;
  /** What the build has included. */
  include?: string[];
}

/**
 * What the runtime itself needs, whatever the handler does.
 *
 * @param hosts Where the Runtime API is.
 * @param files What the function reads.
 * @throws {RuntimeError} If `lambda.deadLetter` is not usable.
 */
export function needsOf(
  { deadLetter, isolation }: NeedsConfig,
  hosts: string[],
  { main, include = [] }: ReadFiles = {},
): Grant[] {
  const net = { flag: "--allow-net", values: [...hosts] };
  const env = { flag: "--allow-env", values: [...RUNTIME_VARIABLES] };
  if (deadLetter) {
    net.values.push(deadLetterHost(deadLetter));
    env.values.push(...DEAD_LETTER_VARIABLES);
  }
  const needs = [net, env];
  const read = [...include];
  if (main !== undefined && isolation === "worker") read.unshift(main);
  if (read.length > 0) needs.push({ flag: "--allow-read", values: read });
  return needs;
}

function deadLetterHost(value: unknown): string {
  const { queueUrl, topicArn = "", endpoint } = parseDeadLetterConfig(value);
  const url = queueUrl === undefined
    ? createSnsTarget(topicArn, { endpoint, env: () => undefined }).url
    : new URL(endpoint ?? queueUrl);
  return hostOf(url);
}
