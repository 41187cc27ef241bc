// Copyright 2026 the Toukon Lambda authors. MIT license.

// As isolated.ts, but with no spare worker, which serve() always has.
import { serve } from "@toukon/lambda";
import { RuntimeApi } from "../runtime/api/runtime_api.ts";
import { readConfig } from "../runtime/config.ts";
import { createReport } from "../runtime/failure/report.ts";
import { readFunctionFacts } from "../runtime/handler/invocation_context.ts";
import { SequentialSlots } from "../runtime/handler/slots.ts";
import { withTraceId } from "../runtime/handler/trace_id.ts";
import { startPool } from "../runtime/isolation/mod.ts";
import { Drain } from "../runtime/lifecycle/drain.ts";
import { LambdaLog } from "../runtime/log/log.ts";
import { loop } from "../runtime/loop.ts";

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
  const slots = new SequentialSlots();
  const origin = () => slots.logged();
  const log = new LambdaLog({ stream: Deno.stdout, origin });
  const api = new RuntimeApi(Deno.env.get("AWS_LAMBDA_RUNTIME_API")!, log);
  const report = createReport(log);
  const file = await readConfig(undefined, { isolation: "worker" });
  const { invoke } = await startPool(file, {
    facts: readFunctionFacts(),
    hasSpare: false,
    isNamed: false,
    log,
    openReply: api.openReply.bind(api),
    report,
  });
  await loop(slots, {
    api,
    drain: new Drain(),
    invoke: withTraceId(invoke),
    report,
  });
}
