// Copyright 2026 the Toukon Lambda authors. MIT license.

// As isolated.ts, but with no spare worker, which serve() always has.
import { serve } from "@toukon/lambda";
import { RuntimeApi } from "../runtime/api/runtime_api.ts";
import { readConfig } from "../runtime/config.ts";
import { readFunctionFacts } from "../runtime/handler/context.ts";
import { Drain } from "../runtime/lifecycle/drain.ts";
import { InFlight } from "../runtime/handler/slot.ts";
import { startPool } from "../runtime/isolation/mod.ts";
import { LambdaLog } from "../runtime/log/log.ts";
import { loop } from "../runtime/loop.ts";
import { setTraceId } from "../runtime/handler/trace_id.ts";

// A worker has no main module of its own.
if (Deno.mainModule) {
  await serveWithoutSpare();
} else {
  // deno-lint-ignore require-await
  await serve(async (event: { name: string }): Promise<unknown> => {
    return { message: `Hello, ${event.name}` };
  });
}

async function serveWithoutSpare(): Promise<void> {
  const stream = Deno.stdout;
  const inFlight = new InFlight();
  const log = new LambdaLog({ stream, requestId: () => inFlight.requestId });
  const api = new RuntimeApi(Deno.env.get("AWS_LAMBDA_RUNTIME_API")!, log);
  const onFailure = undefined;
  const { invoke } = await startPool({
    api,
    concurrency: 1,
    facts: readFunctionFacts(),
    file: await readConfig(undefined, { isolation: "worker" }),
    giveUp: (error) => {
      throw error;
    },
    hasSpare: false,
    isNamed: false,
    log,
    logFormat: "line",
    onFailure,
    reserveMs: 0,
    setTraceId,
    stream,
  });
  await loop({ api, drain: new Drain(), inFlight, invoke, log, onFailure });
}
