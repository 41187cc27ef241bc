// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { deadlineIn } from "../../support/concurrent_function.ts";
import { TRACE, TracedFunction } from "../../support/traced_function.ts";
import type { Exception, Subsegment } from "../../support/xray_daemon.ts";

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

function exceptionsOf({ cause }: Subsegment): Exception[] {
  assert(typeof cause === "object", `found the cause ${cause}`);
  return cause.exceptions;
}

for (const { suffix, ...mode } of MODES) {
  Deno.test(`trace() sends spans that nest across awaits${suffix}`, async () => {
    await using fn = await TracedFunction.start(mode);
    const { text } = await fn.invoke("nested");
    await fn.daemon.received(3);

    const [outer, inner, sum] = ["outer", "inner", "sum"]
      .map((name) => fn.daemon.named(name));
    for (const { trace_id: traceId } of [outer, inner, sum]) {
      assertEquals(traceId, TRACE.root);
    }
    assertEquals(outer.parent_id, TRACE.parent);
    assertEquals(inner.parent_id, outer.id);
    assertEquals(sum.parent_id, outer.id);
    assert(outer.start_time <= inner.start_time);
    assert(inner.end_time <= outer.end_time);
    assertEquals(outer.namespace, "aws");
    assertEquals(outer.annotations, {
      orderId: "A-1",
      items: 2,
      isPaid: true,
    });
    assertEquals(inner.metadata, {
      orders: { order: { id: "1", of: { a: 1 } } },
      default: { note: "今日は" },
    });
    assertEquals(JSON.parse(text), {
      sum: 3,
      inner: contextIn(inner.id),
      outer: contextIn(outer.id),
    });
  });

  Deno.test(`trace() gives each of 1,000 spans its parent${suffix}`, async () => {
    await using fn = await TracedFunction.start(mode);
    await fn.invoke("tree", { value: 1_000 });
    const subsegments = await fn.daemon.received(1_000);
    assertEquals(subsegments.length, 1_000);
    const ids = new Map(subsegments.map(({ name, id }) => [name, id]));
    assertEquals(ids.size, 1_000);
    for (const { name, parent_id: parentId } of subsegments) {
      const parent = name.slice(0, name.lastIndexOf("."));
      assertEquals(parentId, name === "0" ? TRACE.parent : ids.get(parent));
    }
  });
}

function contextIn(parentId: string) {
  return {
    traceId: TRACE.root,
    parentId,
    isSampled: true,
    lineage: "1:a87bd80c:0",
    header:
      `Root=${TRACE.root};Parent=${parentId};Sampled=1;Lineage=1:a87bd80c:0`,
  };
}

for (const isolation of ["none", "worker"] as const) {
  Deno.test(`trace() keeps the traces of invocations apart that run at once, isolation ${isolation}`, async () => {
    await using fn = await TracedFunction.start({ isolation, concurrency: 16 });
    const ids = Array.from({ length: 16 }, (_, index) => `${10 + index}`);
    const posts = ids.map(async (id) => {
      const root = `1-5759e988-bd862e3fe1be46a9942727${id}`;
      const { text } = await fn.invoke("waiting", {
        id,
        url: fn.gate.url,
        header: `Root=${root};Parent=53995c3f42cd8a${id};Sampled=1`,
      });
      assertEquals(JSON.parse(text), root);
    });
    await fn.gate.arrived(16);
    fn.gate.open();
    await Promise.all(posts);
    await fn.daemon.received(32);
    for (const id of ids) {
      const outer = fn.daemon.named(`outer ${id}`);
      const inner = fn.daemon.named(`inner ${id}`);
      assertEquals(outer.trace_id, `1-5759e988-bd862e3fe1be46a9942727${id}`);
      assertEquals(outer.parent_id, `53995c3f42cd8a${id}`);
      assertEquals(inner.trace_id, outer.trace_id);
      assertEquals(inner.parent_id, outer.id);
    }
  });
}

Deno.test("trace() nests a thousand spans, each in the one before", async () => {
  await using fn = await TracedFunction.start();
  await fn.invoke("chain", { value: 1_000 });
  await fn.daemon.received(1_000);
  let parentId = TRACE.parent;
  for (let index = 0; index < 1_000; index++) {
    const link = fn.daemon.named(`link ${index}`);
    assertEquals(link.parent_id, parentId);
    parentId = link.id;
  }
});

Deno.test("trace() records what is thrown, with its causes, where it was thrown", async () => {
  await using fn = await TracedFunction.start();
  const post = await fn.invoke("throws");
  assertMatch(post.path, /\/error$/);
  assertStringIncludes(post.text, "no order");
  await fn.daemon.received(2);
  const inner = fn.daemon.named("inner");
  const outer = fn.daemon.named("outer");
  const [error, cause] = exceptionsOf(inner);
  assertEquals([error.type, error.message], ["TypeError", "no order"]);
  assertMatch(error.stack[0].path, /tests\/fixtures\/trace\/handler\.ts$/);
  assertEquals([cause.type, cause.message], ["Error", "no database"]);
  assertEquals(error.cause, cause.id);
  assertEquals(outer.cause, error.id);
  assertEquals([inner.fault, outer.fault], [true, true]);
});

Deno.test("trace() records what a function throws at once", async () => {
  await using fn = await TracedFunction.start();
  await fn.invoke("throwsAtOnce");
  const [span] = await fn.daemon.received(1);
  assertEquals(exceptionsOf(span)[0].message, "too many");
});

Deno.test("Span.recordError() records an error that is handled", async () => {
  await using fn = await TracedFunction.start();
  const { text } = await fn.invoke("handled");
  assertEquals(text, '"fine"');
  const [span] = await fn.daemon.received(1);
  assertEquals(
    exceptionsOf(span).map(({ message }) => message),
    ["both", "one"],
  );
});

for (const isolation of ["none", "worker"] as const) {
  Deno.test(`trace() sends the spans of a handler that times out, isolation ${isolation}`, async () => {
    await using fn = await TracedFunction.start({ isolation });
    const post = await fn.invoke("hangs", { headers: deadlineIn(1_500) });
    assertEquals(
      post.headers.get("lambda-runtime-function-error-type"),
      "Function.Timeout",
    );
    await fn.daemon.received(2);
    const hanging = fn.daemon.named("hanging");
    const outer = fn.daemon.named("outer");
    assertEquals(hanging.annotations, { unfinished: true });
    assertEquals(outer.annotations, { unfinished: true });
    assertEquals(hanging.parent_id, outer.id);
  });
}

Deno.test("trace() ends a span that is still open with its invocation", async () => {
  await using fn = await TracedFunction.start();
  await fn.invoke("leavesOpen");
  const [open] = await fn.daemon.received(1);
  assertEquals(open.annotations, { unfinished: true });

  await fn.invoke("endsLate", {
    header:
      "Root=1-5759e988-bd862e3fe1be46a994272794;Parent=53995c3f42cd8ad9;Sampled=1",
  });
  await fn.daemon.received(2);
  assertEquals(
    fn.daemon.subsegments.map(({ name }) => name),
    ["left open", "next"],
  );
  assertEquals(fn.daemon.named("next").parent_id, "53995c3f42cd8ad9");
});

Deno.test("trace() sends the spans of a stream after its end", async () => {
  await using fn = await TracedFunction.start();
  const { text } = await fn.invoke("streams");
  assertEquals(text, "ab");
  await fn.daemon.received(1);
  assertEquals(fn.daemon.named("in the stream").parent_id, TRACE.parent);
});

Deno.test("trace() splits what no document holds", async () => {
  await using fn = await TracedFunction.start();
  await fn.invoke("large");
  await fn.daemon.received(22);
  const large = fn.daemon.named("large");
  assertEquals(large.annotations, { kept: true });
  assertEquals(large.metadata, { "toukon-lambda": { leftOut: ["metadata"] } });
  const many = fn.daemon.named("many");
  for (let index = 0; index < 20; index++) {
    const part = fn.daemon.named(`part ${index}`);
    assertEquals(part.parent_id, many.id);
    assertEquals(String(part.metadata?.default.text).length, 4_000);
  }
  assert(fn.daemon.documentBytes.length > 2);
});

const NOT_RECORDED = [
  {
    title: "is not sampled",
    header: TRACE.header.replace("Sampled=1", "Sampled=0"),
  },
  {
    title: "is left to others to sample",
    header: `Root=${TRACE.root};Parent=${TRACE.parent}`,
  },
  { title: "has no segment", header: `Root=${TRACE.root};Sampled=1` },
  { title: "is none", header: null },
  { title: "cannot be read", header: "Root=1;Parent=2;Sampled=1" },
];

for (const { title, header } of NOT_RECORDED) {
  Deno.test(`trace() calls the function where the trace ${title}, and sends nothing`, async () => {
    await using fn = await TracedFunction.start();
    const { path, text } = await fn.invoke("tree", { value: 3, header });
    assertMatch(path, /\/response$/);
    const isKnown = header?.includes(TRACE.root);
    assertEquals(text, isKnown ? JSON.stringify(TRACE.root) : "null");
    // What would be sent before is received before.
    await fn.invoke("tree", { value: 1 });
    assertEquals((await fn.daemon.received(1)).length, 1);
    assertEquals(fn.daemon.subsegments[0].name, "0");
  });
}

Deno.test("currentTrace() gives what Lambda has said where nothing is recorded", async () => {
  await using fn = await TracedFunction.start();
  const header =
    `Root=${TRACE.root};Parent=${TRACE.parent};Sampled=0;Lineage=1:a:0`;
  const { text } = await fn.invoke("context", { header });
  assertEquals(JSON.parse(text), {
    traceId: TRACE.root,
    parentId: TRACE.parent,
    isSampled: false,
    lineage: "1:a:0",
    header,
  });
  const { text: none } = await fn.invoke("context", { header: null });
  assertEquals(none, "null");
  assertEquals(fn.daemon.subsegments, []);
});

Deno.test("trace() sends nothing where AWS_XRAY_SDK_ENABLED is false", async () => {
  await using fn = await TracedFunction.start({
    env: { AWS_XRAY_SDK_ENABLED: "false" },
  });
  await fn.invoke("nested");
  await fn.log();
  assertEquals(fn.daemon.subsegments, []);
});

Deno.test("Span.annotate() refuses what X-Ray would not take", async () => {
  await using fn = await TracedFunction.start();
  for (const header of [TRACE.header, null]) {
    const { path, text } = await fn.invoke("wrong", { header });
    assertMatch(path, /\/error$/);
    assertStringIncludes(text, "expected a key of 1 to 500 of A-Z");
  }
});
