// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import type { SendLetter } from "../failure/report.ts";
import type { FunctionFacts } from "../handler/context.ts";
import { InvocationContext } from "../handler/invocation_context.ts";
import type { LambdaLog } from "../log/log.ts";
import { createDeadLetter, type DeadLetterConfig } from "./mod.ts";

const VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
];

/**
 * Makes what sends a failed invocation to the configured queue or topic.
 *
 * @param config The `lambda.deadLetter` key of deno.json.
 * @param log Gets the letters that cannot be delivered.
 */
export function createSendLetter(
  config: DeadLetterConfig,
  facts: FunctionFacts,
  log: LambdaLog,
): SendLetter {
  const deadLetter = createDeadLetter({
    config,
    // What the level leaves out would be lost.
    log: (message) =>
      log.writeWhole(log.levelName === "FATAL" ? "FATAL" : "ERROR", message),
  });
  warnOfPermissions(deadLetter.host, log);
  return async (invocation, failure) => {
    const context = toContext(invocation, facts);
    await deadLetter.send({
      eventText: invocation.body,
      errorDocument: failure.document,
      context,
      sendUntilMs: context.moments.reportAtMs,
      timestamp: new Date(),
    });
  };
}

/** Tells at the start what would be found out when the first letter is sent. */
function warnOfPermissions(host: string, log: LambdaLog): void {
  const needed:
    (Deno.NetPermissionDescriptor | Deno.EnvPermissionDescriptor)[] = [
      { name: "net", host },
      ...VARIABLES.map((variable) => ({ name: "env" as const, variable })),
    ];
  const isGranted = needed.every((descriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted"
  );
  if (isGranted) return;
  log.warn(
    `Dead letters cannot be sent without the permissions --allow-net=${host} and --allow-env=${VARIABLES}: add them to those of the function`,
  );
}

/** Leaves out the headers that may be what the invocation has failed for. */
function toContext(
  invocation: Invocation,
  facts: FunctionFacts,
): InvocationContext {
  try {
    return new InvocationContext(invocation, facts);
  } catch {
    const headers = new Map(invocation.headers);
    headers.delete("lambda-runtime-cognito-identity");
    headers.delete("lambda-runtime-client-context");
    return new InvocationContext({ ...invocation, headers }, facts);
  }
}
