// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { ResponseStream } from "../../../runtime/http/response_stream.ts";

const EVENT = { requestContext: { http: { method: "GET" } } };

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
