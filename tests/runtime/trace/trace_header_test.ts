// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import {
  isSampled,
  parseTraceHeader,
  writeTraceHeader,
} from "../../../runtime/trace/trace_header.ts";

const ROOT = "1-5759e988-bd862e3fe1be46a994272793";
const PARENT = "53995c3f42cd8ad8";

Deno.test("writeTraceHeader() keeps what was found, but for the parent", () => {
  const header = parseTraceHeader(
    `Sampled=1; Lineage=1:a87bd80c:0|2:68fd508a:5; Parent=${PARENT};Root=${ROOT};Self=1-2`,
  )!;
  assertEquals(
    writeTraceHeader(header, "0000000000000001"),
    `Root=${ROOT};Parent=0000000000000001;Sampled=1;Lineage=1:a87bd80c:0|2:68fd508a:5;Self=1-2`,
  );
  assertEquals(isSampled(header), true);
});

Deno.test("parseTraceHeader() finds a root without a parent", () => {
  const header = parseTraceHeader(`Root=${ROOT}`)!;
  assertEquals(header, { root: ROOT, parent: undefined, others: [] });
  assertEquals(writeTraceHeader(header, undefined), `Root=${ROOT}`);
  assertEquals(isSampled(header), false);
});

Deno.test("parseTraceHeader() takes nothing that may not be passed on", () => {
  for (const text of [undefined, null, "", "Root=", "Root=1-2-3", PARENT]) {
    assertEquals(parseTraceHeader(text), undefined);
  }
  const header = parseTraceHeader(
    `Root=${ROOT};Parent=none;A=\r\nX: 1;B=${"b".repeat(300)};Ключ=1;C=1`,
  );
  assertEquals(header, { root: ROOT, parent: undefined, others: [["C", "1"]] });
});
