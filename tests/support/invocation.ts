// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../../runtime/handler/context.ts";

/** Options for {@linkcode createContext}; what is left out is as below. */
export interface CreateContextOptions extends Partial<Context> {
  /**
   * The time until the deadline, in milliseconds.
   *
   * @default {60000}
   */
  remainingMs?: number;
}

/** A context of an invocation that starts now. */
export function createContext(
  {
    remainingMs = 60_000,
    requestId = crypto.randomUUID(),
    ...fields
  }: CreateContextOptions = {},
): Context {
  const deadlineMs = Date.now() + remainingMs;
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:orders";
  return {
    awsRequestId: requestId,
    requestId,
    invokedFunctionArn: functionArn,
    functionArn,
    functionName: "orders",
    functionVersion: "7",
    memoryLimitInMB: "128",
    logGroupName: "/aws/lambda/orders",
    logStreamName: "2026/01/02/[7]0123456789abcdef",
    identity: undefined,
    clientContext: undefined,
    deadlineMs,
    timestamp: new Date(),
    traceId: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
    tenantId: undefined,
    state: undefined,
    signal: new AbortController().signal,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done() {},
    fail() {},
    succeed() {},
    ...fields,
  };
}
