// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { CognitoIdentity } from "../../runtime/handler/context.ts";
import type { FakeClock } from "./clock.ts";

/** Options for `FakeLambda`. */
export interface FakeLambdaOptions {
  /**
   * The clock by which deadlines, timers and pauses go.
   *
   * @default {the real one}
   */
  clock?: FakeClock;
  /**
   * How many invocations the environment answers at once, as on Managed
   * Instances.
   *
   * @default {1}
   */
  concurrency?: number;
  /**
   * The `lambda` key of deno.json. The handler runs in this thread whatever
   * `isolation` says, and no dead letters are sent.
   *
   * @default {{}}
   */
  config?: Record<string, unknown>;
  /**
   * The name of the function.
   *
   * @default {"orders"}
   */
  functionName?: string;
  /**
   * Whether a snapshot is taken after the start. Invocations wait for
   * `restore()`.
   *
   * @default {false}
   */
  snapStart?: boolean;
}

/** Options for `FakeLambda.invoke()`. */
export interface InvokeOptions {
  /**
   * The request id.
   *
   * @default {one of its own, counted from 1}
   */
  requestId?: string;
  /**
   * The time until the deadline, in milliseconds.
   *
   * @default {30000}
   */
  timeoutMs?: number;
  /** What the caller passes as client context. */
  clientContext?: unknown;
  /** The Cognito identity of the caller. */
  identity?: CognitoIdentity;
  /** The X-Ray tracing header. */
  traceId?: string;
  /** The tenant. */
  tenantId?: string;
}

/** Makes the headers of an invocation: those that are given, and more. */
export function toHeaders(
  { clientContext, identity, traceId, tenantId }: InvokeOptions,
  headers: Record<string, string>,
): Record<string, string> {
  return {
    ...headers,
    ...(clientContext !== undefined && {
      "lambda-runtime-client-context": JSON.stringify(clientContext),
    }),
    ...(identity && {
      "lambda-runtime-cognito-identity": JSON.stringify(identity),
    }),
    ...(traceId && { "lambda-runtime-trace-id": traceId }),
    ...(tenantId && { "lambda-runtime-aws-tenant-id": tenantId }),
  };
}
