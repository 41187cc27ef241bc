// Copyright 2026 the Toukon Lambda authors. MIT license.

import { UsageError } from "../../cli/usage_error.ts";

/** What the environment variables say of a function. */
export interface VariableFacts {
  /** The name of the function. */
  name: string;
  memoryMb: number;
  /** The value of AWS_LAMBDA_RUNTIME_API. */
  address: string;
  concurrency: number;
  isSnapStart: boolean;
  region: string;
  logGroup: string;
  logStream: string;
}

/** Variables of this machine that Deno needs to find itself and its cache. */
const DENO_VARIABLES = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME"];
/** Variables that stand for the role of the function. */
const ROLE_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
];
/** Variables of this machine that the emulator reads for the function. */
export const READ_VARIABLES: readonly string[] = [
  ...DENO_VARIABLES,
  ...ROLE_VARIABLES,
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_LAMBDA_LOG_FORMAT",
  "AWS_LAMBDA_LOG_LEVEL",
];

/** What Lambda sets itself and lets nobody set. */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_MAX_CONCURRENCY",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** Gives the variables of this machine that the function is given, too. */
export function readVariables(
  get: (name: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    READ_VARIABLES.map((name) => [name, get(name)])
      .filter((pair): pair is [string, string] => Boolean(pair[1])),
  );
}

/**
 * Reads a file of environment variables, as `deno run --env-file` does.
 *
 * @throws {UsageError} If it cannot be read, or sets what Lambda reserves.
 */
export async function readEnvFile(
  path: string,
): Promise<Record<string, string>> {
  const { parseEnv } = await import("node:util");
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the variables in "${path}": ${reason}`);
  }
  const variables = parseEnv(text) as Record<string, string>;
  const reserved = Object.keys(variables).find((name) => RESERVED.has(name));
  if (reserved === undefined) return variables;
  throw new UsageError(
    `Cannot use the variables in "${path}": Lambda itself sets ${reserved} and takes no other value. Take it out`,
  );
}

/**
 * All of the environment variables of a function.
 *
 * @param machine What {@linkcode readVariables} gave.
 * @param own The variables of the function's configuration.
 */
export function functionVariables(
  facts: VariableFacts,
  machine: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const { concurrency, isSnapStart } = facts;
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: facts.region,
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    ...machine,
    ...own,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: facts.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: initializationType(facts),
    AWS_LAMBDA_RUNTIME_API: facts.address,
    // A snapshot serves many environments, which have a stream each.
    ...(!isSnapStart && {
      AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    }),
    ...(concurrency > 1 &&
      { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
  };
}

function initializationType({ concurrency, isSnapStart }: VariableFacts) {
  if (isSnapStart) return "snap-start";
  return concurrency > 1 ? "lambda-managed-instances" : "on-demand";
}
