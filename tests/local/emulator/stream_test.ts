// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import {
  crc32,
  eventStreamMessage,
} from "../../../local/emulator/client/event_stream.ts";
import { LocalProject } from "../../support/local_project.ts";

/** A message of an event stream. */
interface Message {
  headers: Record<string, string>;
  payload: Uint8Array<ArrayBuffer>;
}

/** Reads messages, and checks what they say of themselves. */
function parseMessages(bytes: Uint8Array<ArrayBuffer>): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const [length, headersLength] = [view.getUint32(0), view.getUint32(4)];
    const message = bytes.subarray(at, at + length);
    assertEquals(view.getUint32(8), crc32(message.subarray(0, 8)));
    assertEquals(view.getUint32(length - 4), crc32(message.subarray(0, -4)));
    messages.push({
      headers: parseHeaders(message.subarray(12, 12 + headersLength)),
      payload: message.subarray(12 + headersLength, -4),
    });
    at += length;
  }
  return messages;
}

function parseHeaders(bytes: Uint8Array): Record<string, string> {
  const headers: Record<string, string> = {};
  const text = (from: number, length: number) =>
    new TextDecoder().decode(bytes.subarray(from, from + length));
  for (let at = 0; at < bytes.length;) {
    const nameLength = bytes[at];
    const name = text(at + 1, nameLength);
    at += 1 + nameLength;
    assertEquals(bytes[at], 7);
    const valueLength = bytes[at + 1] << 8 | bytes[at + 2];
    headers[name] = text(at + 3, valueLength);
    at += 3 + valueLength;
  }
  return headers;
}

/** Invokes the function for a stream. */
async function stream(project: LocalProject, event: unknown, headers = {}) {
  const response = await fetch(
    `${project.local.endpoint}/2021-11-15/functions/emulated/response-streaming-invocations`,
    { method: "POST", body: JSON.stringify(event), headers },
  );
  assertEquals(
    response.headers.get("content-type"),
    "application/vnd.amazon.eventstream",
  );
  const messages = parseMessages(await response.bytes());
  const last = messages.pop()!;
  assertEquals(last.headers[":event-type"], "InvokeComplete");
  const parts = messages.map(({ headers, payload }) => {
    assertEquals(headers[":event-type"], "PayloadChunk");
    return payload;
  });
  const complete: Record<string, string> = JSON.parse(
    new TextDecoder().decode(last.payload),
  );
  const bytes = await new Blob(parts).bytes();
  return { text: new TextDecoder().decode(bytes), bytes, parts, complete };
}

Deno.test("crc32() gives the checksum that the standard gives as an example", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

Deno.test("eventStreamMessage() writes the bytes that AWS documents", () => {
  // The smallest message, as the format's test vectors have it.
  assertEquals(
    eventStreamMessage({}, new Uint8Array()).toHex(),
    "000000100000000005c248eb7d98c8ff",
  );
});

Deno.test("a streamed reply comes in parts, and ends with InvokeComplete", async () => {
  await using project = await LocalProject.start();
  const { text, parts, complete } = await stream(project, {
    action: "stream",
  });

  assertEquals(text, "one two");
  assert(parts.length > 1);
  assertEquals(complete, {});
});

Deno.test("a stream that fails tells of it in InvokeComplete, with the log", async () => {
  await using project = await LocalProject.start();
  const { text, complete } = await stream(
    project,
    { action: "stream", value: "broken" },
    { "x-amz-log-type": "Tail" },
  );

  assertEquals(text, "one ");
  assertEquals(complete.ErrorCode, "Function.RangeError");
  const { errorType, errorMessage } = JSON.parse(complete.ErrorDetails);
  assertEquals([errorType, errorMessage], ["RangeError", "broken"]);
  const log = new TextDecoder().decode(
    Uint8Array.fromBase64(complete.LogResult),
  );
  assert(log.includes("REPORT RequestId: "));
});

Deno.test("a reply that is not streamed comes as one part", async () => {
  await using project = await LocalProject.start();
  const { text, complete } = await stream(project, { n: 1 });

  assertEquals([text, complete], ['{"n":1}', {}]);
});

Deno.test("a function that ends while it streams is told of in InvokeComplete", async () => {
  await using project = await LocalProject.start({
    handler: `export async function* handleEvent() {
      yield "one";
      await new Promise((resolve) => setTimeout(resolve, 5));
      Deno.exit(2);
    }`,
  });
  const { text, complete } = await stream(project, {});

  assertEquals(text, "one");
  assertEquals(
    ["Runtime.ExitError", "Runtime.TruncatedResponse"]
      .includes(complete.ErrorCode),
    true,
  );
});

Deno.test("a stream that is invoked for a whole reply is collected, or is too large", async () => {
  await using project = await LocalProject.start();
  const whole = await project.invoke({ action: "stream" });
  assertEquals(await whole.text(), "one two");

  const large = await project.invoke({ action: "stream", bytes: 7_000_000 });
  const { errorType } = await large.json();
  assertEquals(errorType, "Function.ResponseSizeTooLarge");
  assertEquals(await project.reply({ n: 1 }), { n: 1 });
});

Deno.test("a stream beyond the limit of streams is cut", async () => {
  await using project = await LocalProject.start();
  project.local.emulator.settings.maxStreamBytes = 300_000;
  project.local.emulator.restart();
  const { bytes, complete } = await stream(project, {
    action: "stream",
    bytes: 10_000_000,
  });

  assert(bytes.length <= 300_000, String(bytes.length));
  assertEquals(complete.ErrorCode, "Function.ResponseSizeTooLarge");
  assertEquals(await project.reply({ n: 1 }), { n: 1 });
});
