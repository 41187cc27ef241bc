// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import handler from "./handler.ts";

Deno.test("fetch() greets by name", async () => {
  const request = new Request("http://localhost/hello?name=Deno");

  const response = handler.fetch(request);

  assertEquals(response.status, 200);
  assertEquals(await response.json(), {
    message: "🔥 こんにちは、Denoさん！",
  });
});

Deno.test("fetch() answers 404 to what it has no route for", async () => {
  for (
    const [request, message] of [
      [new Request("http://localhost/"), "No route for GET /"],
      [
        new Request("http://localhost/hello", { method: "PUT" }),
        "No route for PUT /hello",
      ],
    ] as const
  ) {
    const response = handler.fetch(request);

    assertEquals(response.status, 404);
    assertEquals(await response.json(), { message });
  }
});
