// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { RecordedSpan } from "./span.ts";
import { toMembers } from "./subsegment.ts";
import type { TraceHeader } from "./trace_header.ts";

/** What fits into a datagram, without what comes before a document. */
const MAX_DOCUMENT_BYTES = 65_507 - 30;
/** What is at most written around the members of a span. */
const FRAME_BYTES = 160;
const MAX_SUBSEGMENT_BYTES = MAX_DOCUMENT_BYTES - FRAME_BYTES;
/** Readers of JSON bound how deep it is. */
const MAX_DEPTH = 100;

const encoder = new TextEncoder();

/** A span, and those within it that are sent in its document. */
interface Subsegment {
  members: string;
  byteLength: number;
  depth: number;
  inner: Subsegment[];
}

/**
 * Makes X-Ray's documents of spans: one for each that is below none of the
 * others, with those below it as far as they fit. The rest gets its own.
 *
 * @see {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments}
 */
export function toDocuments(
  spans: RecordedSpan[],
  header: TraceHeader,
): Uint8Array[] {
  const subsegments = new Map<RecordedSpan, Subsegment>();
  const exceptionIds = new Map<unknown, string>();
  // Inner ones have mostly ended first: theirs is the error in full.
  for (const span of spans) {
    const members = toMembers(span, exceptionIds, MAX_SUBSEGMENT_BYTES);
    const byteLength = encoder.encode(members).length + FRAME_BYTES;
    subsegments.set(span, { members, byteLength, depth: 1, inner: [] });
  }
  const innermostFirst = spans.toSorted((a, b) => b.level - a.level);
  const documents: Uint8Array[] = [];
  for (const span of innermostFirst) {
    const subsegment = subsegments.get(span)!;
    const outer = span.parent && subsegments.get(span.parent);
    if (outer && putInto(outer, subsegment)) continue;
    const document = toDocument(subsegment, span, header);
    documents.push(encoder.encode(document));
  }
  return documents;
}

/** Puts a span into the document of the one around it, where it fits there. */
function putInto(outer: Subsegment, inner: Subsegment): boolean {
  const byteLength = outer.byteLength + inner.byteLength;
  if (byteLength > MAX_DOCUMENT_BYTES || inner.depth === MAX_DEPTH) {
    return false;
  }
  outer.inner.push(inner);
  outer.byteLength = byteLength;
  outer.depth = Math.max(outer.depth, inner.depth + 1);
  return true;
}

/** Writes what a document has that is sent by itself. */
function toDocument(
  subsegment: Subsegment,
  { parent }: RecordedSpan,
  header: TraceHeader,
): string {
  const parentId = parent?.id ?? header.parent;
  return `{"type":"subsegment","trace_id":"${header.root}","parent_id":"${parentId}",${
    toText(subsegment)
  }}`;
}

function toText({ members, inner }: Subsegment): string {
  if (inner.length === 0) return members;
  const texts = inner.map((it) => `{${toText(it)}}`);
  return `${members},"subsegments":[${texts.join(",")}]`;
}
