// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import handler from "./handler.ts";

Deno.test("fetch() sends each count when it comes to it", async () => {
  const request = new Request("http://localhost/?from=2");

  const response = handler.fetch(request);

  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const chunks = await Array.fromAsync(
    response.body!.pipeThrough(new TextDecoderStream()),
  );
  assertEquals(chunks, [
    'data: {"count":2}\n\n',
    'data: {"count":1}\n\n',
    "event: end\ndata: 闘魂\n\n",
  ]);
});

Deno.test("fetch() answers 400 to what is no count", async () => {
  const request = new Request("http://localhost/?from=many");

  const response = handler.fetch(request);

  assertEquals(response.status, 400);
  assertEquals(await response.text(), "from must be from 0 to 100");
});
