// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { Slot } from "../../../runtime/handler/slot.ts";
import { toDocuments } from "../../../runtime/trace/documents.ts";
import {
  type Telemetry,
  traceOf,
} from "../../../runtime/trace/invocation_trace.ts";
import { type AnnotationValue, trace } from "../../../runtime/trace/mod.ts";
import { toAnnotation, toSpanName } from "../../../runtime/trace/rules.ts";
import { RecordedSpan, UNRECORDED } from "../../../runtime/trace/span.ts";

/** Makes a span that lasts from one second to the next. */
function createSpan(name = "span", parent?: RecordedSpan): RecordedSpan {
  return new RecordedSpan({
    name,
    parent,
    recorder: { nowMs: () => 2_000, take: () => {} },
    otel: undefined,
    startMs: 1_000,
  });
}

function documentsOf(...spans: RecordedSpan[]) {
  const header = {
    root: "1-5759e988-bd862e3fe1be46a994272793",
    parent: "53995c3f42cd8ad8",
    others: [],
  };
  for (const span of spans) span.end();
  const bytes = toDocuments(spans, header);
  for (const { length } of bytes) assert(length <= 64 * 1024, `${length}`);
  return bytes.map((it) => JSON.parse(new TextDecoder().decode(it)));
}

Deno.test("toDocuments() writes the members of a sub-segment", () => {
  const span = createSpan();
  assertEquals(documentsOf(span), [{
    type: "subsegment",
    trace_id: "1-5759e988-bd862e3fe1be46a994272793",
    parent_id: "53995c3f42cd8ad8",
    id: span.id,
    name: "span",
    start_time: 1,
    end_time: 2,
  }]);
});

Deno.test("toDocuments() puts a span into the one around it, whichever ended first", () => {
  const outer = createSpan("outer");
  const inner = createSpan("inner", outer);
  for (const spans of [[outer, inner], [inner, outer]]) {
    const [document, ...others] = documentsOf(...spans);
    assertEquals(others, []);
    assertEquals(document.name, "outer");
    assertEquals(
      document.subsegments.map(({ name }: { name: string }) => name),
      ["inner"],
    );
  }
});

Deno.test("toDocuments() sends a span alone whose outer one is sent later", () => {
  const outer = createSpan("outer");
  const [document] = documentsOf(createSpan("inner", outer));
  assertEquals(document.parent_id, outer.id);
});

Deno.test("toDocuments() shortens what is too long for a datagram, and says so", () => {
  const span = createSpan();
  span.addMetadata("text", "語".repeat(30_000));
  let error = new Error("語".repeat(30_000));
  for (let count = 0; count < 5; count++) {
    error = new Error("語".repeat(30_000), { cause: error });
  }
  span.recordError(error);
  const [{ metadata, cause }] = documentsOf(span);
  assertEquals(metadata, {
    "toukon-lambda": { leftOut: ["metadata", "cause"] },
  });
  assertEquals(cause.exceptions.length, 5);
  assertEquals(cause.exceptions.at(-1).cause, undefined);
});

Deno.test("toDocuments() leaves out annotations where nothing else is left", () => {
  const span = createSpan();
  for (let index = 0; index < 50; index++) {
    span.annotate(`key_${index}`, "語".repeat(1_000));
  }
  const [{ metadata, annotations }] = documentsOf(span);
  assertEquals(metadata, { "toukon-lambda": { leftOut: ["annotations"] } });
  assertEquals(annotations, undefined);
});

Deno.test("Span.addMetadata() records what a value is at the time", () => {
  const span = createSpan();
  const order: Record<string, unknown> = { id: 1n };
  order.self = order;
  span.addMetadata("order", order);
  order.id = 2n;
  span.addMetadata("__proto__", undefined, { namespace: "__proto__" });
  const [{ metadata }] = documentsOf(span);
  assertEquals(metadata.default, { order: { id: "1", self: "[Circular]" } });
  assertEquals(Object.keys(metadata), ["default", "__proto__"]);
});

Deno.test("toAnnotation() refuses keys and values that X-Ray does not take", () => {
  for (const key of ["", "a b", "a-b", "ключ", "a".repeat(501), 1, undefined]) {
    assertThrows(() => toAnnotation(key, 1), TypeError, "expected a key of");
  }
  for (const value of [NaN, Infinity, null, undefined, {}, [], 1n]) {
    assertThrows(
      () => toAnnotation("key", value),
      TypeError,
      "expected a string, a finite number or a boolean",
    );
  }
});

Deno.test("toAnnotation() keeps the first 1,000 characters of a text", () => {
  assertEquals(toAnnotation("key", "x".repeat(1_001)), "x".repeat(1_000));
  const cut = toAnnotation("key", "x".repeat(999) + "😀");
  assertEquals(cut, "x".repeat(999));
  assertEquals(toAnnotation("key", "\ud800"), "\ufffd");
});

Deno.test("toSpanName() replaces what X-Ray does not take", () => {
  assertEquals(toSpanName("GET /注文?id=1"), "GET /注文_id=1");
  assertEquals(toSpanName("_.:/%&#=+\\-@"), "_.:/%&#=+\\-@");
  assertEquals(toSpanName("a\nb<c>"), "a_b_c_");
  assertEquals(toSpanName("n".repeat(201)), "n".repeat(200));
  for (const name of ["", undefined, 1]) {
    assertThrows(() => toSpanName(name), TypeError, "expected a name");
  }
});

Deno.test("a span that is not recorded refuses what one that is would", () => {
  for (const span of [UNRECORDED, createSpan()]) {
    assertEquals(span.recordError(new Error("no")), span);
    assertThrows(() => span.annotate("a b", 1), TypeError);
    assertThrows(
      () => span.annotate("a", {} as AnnotationValue),
      TypeError,
    );
    assertThrows(() => span.addMetadata("AWS.a", 1), TypeError, '"AWS."');
    assertThrows(() => span.addMetadata("a", 1, { namespace: "" }), TypeError);
  }
});

Deno.test("trace() gives what the function does where no runtime serves", async () => {
  assertEquals(trace("at once", () => 1), 1);
  assertEquals(await trace("later", () => Promise.resolve(2)), 2);
  assertThrows(
    () =>
      trace("throws", () => {
        throw new RangeError("no");
      }),
    RangeError,
  );
});

Deno.test("traceOf() records nothing of work that begins when the handler has settled", () => {
  const telemetry = {
    start: () => assert(false, "started"),
    end: () => {},
    runIn: () => assert(false, "ran"),
  } as unknown as Telemetry;
  const slot = new Slot({ requestId: "id-1", headers: new Map(), body: "" });
  slot.close();
  const started = traceOf(slot, telemetry)
    .start({ name: "late", parent: undefined });
  assertEquals(started, undefined);
});
