// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { HttpEvent } from "../../../runtime/http/event.ts";
import { ResponseStream } from "../../../runtime/http/response_stream.ts";

const EVENT = { requestContext: { http: { method: "GET" } } };
const REST_EVENT = { httpMethod: "GET", path: "/" };

/** A response that counts how many of its chunks are asked for. */
function counted() {
  const counts = { asked: 0, cancelled: "" };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(Uint8Array.of(counts.asked++)),
    cancel: (reason) => {
      counts.cancelled = reason;
    },
  }, { highWaterMark: 0 });
  const sent = Promise.withResolvers<void>();
  const stream = new ResponseStream(new Response(body), EVENT, sent);
  return { counts, sent, stream };
}

Deno.test("ResponseStream asks the body for a chunk only when it is asked", async () => {
  const { counts, stream } = counted();
  await stream.next();
  assertEquals(counts.asked, 0);
  assertEquals((await stream.next()).value, Uint8Array.of(0));
  assertEquals(counts.asked, 1);
  assertEquals((await stream.next()).value, Uint8Array.of(1));
  assertEquals(counts.asked, 2);
});

Deno.test("ResponseStream cancels the body when it is no longer asked", async () => {
  const { counts, sent, stream } = counted();
  await stream.next();
  const failed = assertRejects(() => sent.promise);
  await stream.return("enough");
  assertEquals(await failed as unknown, "enough");
  assertEquals(counts, { asked: 0, cancelled: "enough" });
});

/** The prelude that is sent of a response, and the bytes after it. */
async function sentOf(response: Response, event: HttpEvent) {
  const sent = Promise.withResolvers<void>();
  const stream = new ResponseStream(response, event, sent);
  const { value } = await stream.next();
  const [json] = new TextDecoder().decode(value).split("\0");
  const body = await new Response(ReadableStream.from(stream)).text();
  await sent.promise;
  return { prelude: JSON.parse(json), body };
}

/** Responses without a byte, which all have the same headers. */
function emptyResponses(): Response[] {
  const headers = new Headers({ location: "/" });
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2");
  return [
    new Response(null, { status: 302, headers }),
    new Response(null, { status: 204, headers }),
    new Response(null, { status: 304, headers }),
    new Response("", { status: 403, headers }),
    new Response(ReadableStream.from([]), { headers }),
    new Response(ReadableStream.from([new Uint8Array()]), { headers }),
  ];
}

Deno.test("ResponseStream sends a function URL a line feed for an empty body", async () => {
  for (const response of emptyResponses()) {
    const { status } = response;
    const { prelude, body } = await sentOf(response, EVENT);
    assertEquals(prelude.statusCode, status);
    assertEquals(prelude.headers.location, "/");
    assertEquals(prelude.cookies, ["a=1", "b=2"]);
    assertEquals(body, "\n");
  }
});

Deno.test("ResponseStream sends a REST API nothing for an empty body", async () => {
  for (const response of emptyResponses()) {
    const { status } = response;
    const { prelude, body } = await sentOf(response, REST_EVENT);
    assertEquals(prelude.statusCode, status);
    assertEquals(prelude.cookies, ["a=1", "b=2"]);
    assertEquals(body, "");
  }
});

Deno.test("ResponseStream adds nothing to a body that has bytes", async () => {
  const chunks = [new Uint8Array(), Uint8Array.of(65), new Uint8Array()];
  const response = new Response(ReadableStream.from(chunks));
  assertEquals((await sentOf(response, EVENT)).body, "A");
});

Deno.test("ResponseStream adds nothing to an empty body that fails", async () => {
  const body = new ReadableStream({
    pull: () => Promise.reject(new Error("lost source")),
  });
  const sent = Promise.withResolvers<void>();
  const stream = new ResponseStream(new Response(body), EVENT, sent);
  await stream.next();
  const failed = assertRejects(() => sent.promise);
  await assertRejects(() => stream.next(), Error, "lost source");
  await failed;
});

Deno.test("ResponseStream sends no chunk that is not bytes, and does not end with it", async () => {
  for (
    const [chunk, found] of [["text", "string"], ["", "string"], [
      null,
      "null",
    ], [{}, "object"]]
  ) {
    const body = ReadableStream.from([Uint8Array.of(1), chunk]);
    const sent = Promise.withResolvers<void>();
    const response = new Response(body as ReadableStream<Uint8Array>);
    const stream = new ResponseStream(response, EVENT, sent);
    await stream.next();
    assertEquals((await stream.next()).value, Uint8Array.of(1));
    const failed = assertRejects(() => sent.promise, TypeError);
    await assertRejects(
      () => stream.next(),
      TypeError,
      `its body must produce Uint8Array chunks, found ${found}`,
    );
    await failed;
  }
});
