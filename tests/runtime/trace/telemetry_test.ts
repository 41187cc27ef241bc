// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { deadlineIn } from "../../support/concurrent_function.ts";
import { OtlpCollector, type OtlpSpan } from "../../support/otlp_collector.ts";
import {
  TRACE,
  TracedFunction,
  type TracedFunctionOptions,
} from "../../support/traced_function.ts";

const TRACE_ID = "5759e988bd862e3fe1be46a994272793";

/** A function whose spans go to a collector soon after they have ended. */
async function startWith(
  collector: OtlpCollector,
  { env, ...options }: TracedFunctionOptions = {},
): Promise<TracedFunction> {
  const fn = await TracedFunction.start({
    ...options,
    env: { ...collector.env, OTEL_BSP_SCHEDULE_DELAY: "20", ...env },
  });
  collector.serveTo(fn.process);
  return fn;
}

const MODES = [
  { isolation: "none", suffix: "" },
  { isolation: "worker", suffix: " in a worker" },
  { isolation: "none", concurrency: 8, suffix: " in concurrent mode" },
  {
    isolation: "worker",
    concurrency: 8,
    suffix: " in concurrent mode in workers",
  },
] as const;

for (const { suffix, ...mode } of MODES) {
  Deno.test(`trace() records the same spans in OpenTelemetry${suffix}`, async () => {
    await using collector = new OtlpCollector();
    await using fn = await startWith(collector, mode);
    await fn.invoke("nested", { id: "request-1" });
    await fn.daemon.received(3);
    await collector.received(4);

    const invocation = collector.named("test");
    assertEquals(invocation.traceId, TRACE_ID);
    assertEquals(invocation.parentSpanId, TRACE.parent);
    assertEquals(invocation.kind, 2);
    assertEquals(invocation.status.code, 0);
    assertEquals(invocation.attributes, {
      "faas.invocation_id": "request-1",
      "faas.coldstart": true,
      "cloud.resource_id":
        "arn:aws:lambda:eu-west-1:123456789012:function:test",
      "cloud.account.id": "123456789012",
    });
    const outer = collector.named("outer");
    assertEquals(outer.parentSpanId, invocation.spanId);
    assertEquals(outer.kind, 3);
    assertEquals(outer.attributes, {
      orderId: "A-1",
      items: 2,
      isPaid: true,
    });
    const inner = collector.named("inner");
    assertEquals(inner.parentSpanId, outer.spanId);
    assertEquals(inner.attributes, {
      "orders.order": '{"id":"1","of":{"a":1}}',
      "default.note": '"今日は"',
    });
    for (const name of ["outer", "inner", "sum"]) {
      assertSame(collector.named(name), fn.daemon.named(name).id);
    }
    assert(invocation.startNs <= outer.startNs);
    assert(outer.endNs <= invocation.endNs);
  });
}

function assertSame({ traceId, spanId }: OtlpSpan, id: string): void {
  assertEquals([traceId, spanId], [TRACE_ID, id]);
}

Deno.test("trace() gives each of 1,000 spans its parent in OpenTelemetry", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  await fn.invoke("tree", { value: 1_000 });
  const spans = await collector.received(1_001);
  const ids = new Map(spans.map(({ name, spanId }) => [name, spanId]));
  assertEquals(ids.size, 1_001);
  for (const { name, parentSpanId } of spans) {
    if (name === "test") continue;
    const parent = name === "0" ? "test" : name.slice(0, name.lastIndexOf("."));
    assertEquals(parentSpanId, ids.get(parent));
  }
});

Deno.test("OpenTelemetry has a span of each invocation, traced by X-Ray or not", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  await fn.invoke("plain", { header: null });
  await fn.invoke("plain", {
    header: TRACE.header.replace("Sampled=1", "Sampled=0"),
  });
  const [first, second] = await collector.received(2);
  assertEquals([first.name, second.name], ["test", "test"]);
  assertEquals(first.parentSpanId, "");
  assertEquals(second.parentSpanId, TRACE.parent);
  assertEquals(
    [first, second].map(({ attributes }) => attributes["faas.coldstart"]),
    [true, false],
  );
  assertEquals(fn.daemon.subsegments, []);
});

Deno.test("OpenTelemetry has what fails an invocation", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  await fn.invoke("throws");
  await collector.received(3);
  for (const name of ["test", "outer", "inner"]) {
    const { status, events } = collector.named(name);
    assertEquals(status, { code: 2, message: "no order" });
    assertEquals(events.length, 1);
    const { attributes } = events[0];
    assertEquals(attributes["exception.type"], "TypeError");
    assertMatch(String(attributes["exception.stacktrace"]), /no database/);
  }
});

Deno.test("OpenTelemetry has the spans of an invocation that times out", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  await fn.invoke("hangs", { headers: deadlineIn(1_000) });
  await collector.received(3);
  assertEquals(collector.named("test").status, {
    code: 2,
    message: "Handler has not settled",
  });
  assertEquals(collector.named("hanging").attributes, { unfinished: true });
});

const TRIGGERS = [
  ["pubsub", { Records: [{ eventSource: "aws:sqs" }] }],
  ["datasource", { Records: [{ eventSource: "aws:s3" }] }],
  ["timer", { source: "aws.events", "detail-type": "Scheduled Event" }],
  ["http", { requestContext: { http: {} } }],
  [undefined, {}],
] as const;

Deno.test("OpenTelemetry is told what has triggered an invocation", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  for (const [index, [, event]] of TRIGGERS.entries()) {
    const body = JSON.stringify({ case: "plain", ...event });
    await fn.api.invoke({ id: `${index}`, body });
  }
  const spans = await collector.received(TRIGGERS.length);
  assertEquals(
    spans.map(({ attributes }) => attributes["faas.trigger"]),
    TRIGGERS.map(([trigger]) => trigger),
  );
});

Deno.test("OpenTelemetry is told the version in place of the alias", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector);
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:test";
  await fn.invoke("plain", {
    headers: { "lambda-runtime-invoked-function-arn": `${arn}:live` },
  });
  const [span] = await collector.received(1);
  assertEquals(span.attributes["cloud.resource_id"], `${arn}:7`);
});

Deno.test("spans are exported before the next poll where the delay is short", async () => {
  const counts: number[] = [];
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector, {
    env: { OTEL_BSP_SCHEDULE_DELAY: "200" },
    api: {
      onNext: () => {
        counts.push(collector.own.length);
        return undefined;
      },
    },
  });
  for (let count = 0; count < 3; count++) await fn.invoke("tree", { value: 1 });
  await fn.invoke("plain");
  assertEquals(counts.slice(0, 4), [0, 2, 4, 6]);
});

Deno.test("spans that are not exported yet are when the function ends", async () => {
  await using collector = new OtlpCollector();
  await using fn = await startWith(collector, {
    main: "trace/serve_shutdown.ts",
    env: { OTEL_BSP_SCHEDULE_DELAY: "60000" },
  });
  await fn.invoke("tree", { value: 1 });
  assertEquals(collector.own, []);
  fn.process.terminate();
  await fn.process.ended();
  assertEquals(collector.own.length, 2);
});
