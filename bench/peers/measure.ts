// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Client } from "./clients.ts";
import type { Quota } from "./quota.ts";
import { runTool } from "./tool.ts";

/** What a client is measured with. */
export interface Scenario {
  /** The size of an event. */
  bytes: number;
  /** Invocations before what is measured. */
  warmUp: number;
  /** Invocations that are measured at most. */
  invocations: number;
  /** For how long is measured at most. */
  seconds: number;
  /** What the function is told to have. */
  memoryMb: number;
  /** Whether the client has the processor share of 128 MB only. */
  hasQuota: boolean;
}

/** Where a client is measured. */
export interface Place {
  /** The program that is compiled from server/. */
  server: string;
  /** The number of the core that server and client share; "-" for any. */
  core: string;
  /** The processor quota, for the scenarios that have one. */
  quota: Quota | undefined;
  signal: AbortSignal;
}

/** What server/main.c prints. */
export interface Measurement {
  /** From the start of the process to its first request for an invocation. */
  firstNextMs: number;
  /** The processor time of that. */
  firstNextProcessorMs: number;
  invocations: number;
  seconds: number;
  /** From handing out the event to the end of the reply. */
  p50Us: number;
  p90Us: number;
  p99Us: number;
  /** The processor time of the client for an invocation. */
  processorUs: number;
  perSecond: number;
  /** The memory in use at the end, and the most that ever was. */
  residentKib: number;
  peakKib: number;
}

/** What the programs in other languages ask for. */
const FUNCTION = {
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/bench",
  AWS_LAMBDA_LOG_STREAM_NAME: "bench",
  AWS_REGION: "eu-west-1",
};

/**
 * Has the Runtime API server start, measure and end a client.
 *
 * @throws {Error} With all they wrote, if one fails or a reply is wrong.
 */
export async function measure(
  client: Client,
  scenario: Scenario,
  { server, core, quota, signal }: Place,
): Promise<Measurement> {
  const { bytes, warmUp, invocations, seconds, memoryMb, hasQuota } = scenario;
  const group = hasQuota ? quota?.processes : undefined;
  const written = await runTool([
    server,
    ...[bytes, warmUp, invocations, seconds].map(String),
    core,
    group ?? "-",
    ...client.command,
  ], {
    directory: client.directory,
    env: {
      ...FUNCTION,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memoryMb}`,
      LAMBDA_TASK_ROOT: client.directory,
      ...client.env,
    },
    signal,
  });
  return JSON.parse(written);
}
