// Copyright 2026 the Toukon Lambda authors. MIT license.

import { createSnsTarget } from "../../runtime/dead_letter/sns.ts";
import { createSqsTarget } from "../../runtime/dead_letter/sqs.ts";
import { TargetClient } from "../../runtime/dead_letter/target_client.ts";
import type { DeadInvocation } from "./async_queue.ts";
import type { ReadVariable } from "./service_env.ts";

/** How long a queue or a topic has to answer, in milliseconds. */
const SEND_TIMEOUT_MS = 10_000;

/** What {@linkcode bury} is told. */
export interface BuryOptions {
  functionArn: string;
  /** The folder for files. */
  folder: string;
  /** The URL of a queue or the ARN of a topic, instead of files. */
  target: string | undefined;
  env: ReadVariable;
}

/**
 * Puts away an invocation that has failed each time: the event goes to a queue
 * or a topic, with the attributes that Lambda adds; else a record is written to
 * a file.
 *
 * @returns Where it went, and the problem if it could not be sent there.
 */
export async function bury(
  dead: DeadInvocation,
  options: BuryOptions,
): Promise<{ place: string; problem?: string }> {
  const { target } = options;
  if (target === undefined) return { place: await writeRecord(dead, options) };
  const problem = await send(dead, target, options);
  if (problem === undefined) return { place: target };
  return {
    place: await writeRecord(dead, options),
    problem: `Cannot send the dead letter to "${target}": ${problem}`,
  };
}

async function send(
  { requestId, payload, outcome }: DeadInvocation,
  name: string,
  { env }: BuryOptions,
): Promise<string | undefined> {
  const target = name.startsWith("arn:")
    ? createSnsTarget(name, { env, endpoint: env("AWS_ENDPOINT_URL_SNS") })
    : createSqsTarget(name, { env });
  const { errorMessage } = readError(outcome.payload);
  const message = String(errorMessage ?? outcome.errorType).slice(0, 1_024);
  const { problem } = await new TargetClient(target, env).post({
    body: new TextDecoder().decode(payload),
    attributes: [
      { name: "RequestID", type: "String", value: requestId },
      { name: "ErrorCode", type: "Number", value: "200" },
      { name: "ErrorMessage", type: "String", value: message || "Unknown" },
    ],
    fifoId: requestId,
  }, SEND_TIMEOUT_MS);
  return problem;
}

/** The record that Lambda writes for a destination of failures. */
async function writeRecord(
  { requestId, payload, attempts, outcome }: DeadInvocation,
  { folder, functionArn }: BuryOptions,
): Promise<string> {
  const path = `${folder}/${requestId}.json`;
  const before = {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: attempts,
    },
  };
  const after = {
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    },
    responsePayload: readError(outcome.payload),
  };
  // The event stays what it was: parsed, a large number would be another.
  const event = new TextDecoder().decode(payload);
  const record = `${
    JSON.stringify(before).slice(0, -1)
  },"requestPayload":${event},${JSON.stringify(after).slice(1)}\n`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, record);
  return path;
}

function readError(payload: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return {};
  }
}
