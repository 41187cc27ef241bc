// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The media type of {@linkcode eventStreamMessage}s. */
export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** The code of a text among the types of headers. */
const TEXT_HEADER = 7;
const ENCODER = new TextEncoder();
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc;
});

/**
 * Writes one message of an event stream: its lengths and their checksum, the
 * headers, the payload, and the checksum of all.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html}
 */
export function eventStreamMessage(
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const fields = encodeHeaders(headers);
  const length = PRELUDE_BYTES + fields.length + payload.length +
    CHECKSUM_BYTES;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  view.setUint32(4, fields.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(fields, PRELUDE_BYTES);
  bytes.set(payload, PRELUDE_BYTES + fields.length);
  const checked = bytes.subarray(0, length - CHECKSUM_BYTES);
  view.setUint32(length - CHECKSUM_BYTES, crc32(checked));
  return bytes;
}

/** A part of a streamed reply. */
export function payloadChunk(
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return eventStreamMessage({
    ":message-type": "event",
    ":event-type": "PayloadChunk",
    ":content-type": "application/octet-stream",
  }, payload);
}

/** The end of a streamed reply. */
export function invokeComplete(
  facts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  return eventStreamMessage({
    ":message-type": "event",
    ":event-type": "InvokeComplete",
    ":content-type": "application/json",
  }, ENCODER.encode(JSON.stringify(facts)));
}

function encodeHeaders(
  headers: Readonly<Record<string, string>>,
): Uint8Array {
  const bytes = Object.entries(headers).flatMap(([name, value]) => {
    const [key, text] = [ENCODER.encode(name), ENCODER.encode(value)];
    return [
      key.length,
      ...key,
      TEXT_HEADER,
      text.length >> 8,
      text.length & 255,
      ...text,
    ];
  });
  return Uint8Array.from(bytes);
}

/** The checksum of ISO 3309. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
