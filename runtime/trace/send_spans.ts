// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseDaemonAddress, sendToDaemon } from "./daemon.ts";
import type { RecordedSpan } from "./span.ts";
import { toDocuments } from "./documents.ts";
import type { TraceHeader } from "./trace_header.ts";

/** What comes before each document. */
const PREFIX = new TextEncoder().encode('{"format":"json","version":1}\n');

/**
 * Sends spans that have ended to X-Ray's daemon.
 *
 * @throws {Error} If they cannot be sent.
 */
export async function sendSpans(
  spans: RecordedSpan[],
  header: TraceHeader,
  address: string,
): Promise<void> {
  const datagrams = toDocuments(spans, header).map(toDatagram);
  await sendToDaemon(datagrams, parseDaemonAddress(address));
}

function toDatagram(document: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(PREFIX.length + document.length);
  datagram.set(PREFIX);
  datagram.set(document, PREFIX.length);
  return datagram;
}
