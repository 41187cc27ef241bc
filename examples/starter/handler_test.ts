// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import {
  apiGatewayProxyEvent,
  assertSettled,
  createContext,
} from "@toukon/lambda/testing";
import { handleEvent } from "./handler.ts";

const context = createContext({
  requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
  timestamp: new Date("2026-01-02T03:04:05Z"),
});

interface HttpReply {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** A reply in API Gateway's form, its body parsed. */
function parse(reply: unknown) {
  const { body, ...rest } = reply as HttpReply;
  return { ...rest, body: JSON.parse(body) };
}

Deno.test("handleEvent() greets by name", () => {
  const reply = handleEvent({ action: "hello", name: "Deno" }, context);

  assertEquals(parse(reply), {
    statusCode: 200,
    body: {
      message: "🔥 こんにちは、Denoさん！",
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      timestamp: "2026-01-02T03:04:05.000Z",
    },
  });
});

Deno.test("handleEvent() answers a request from API Gateway", () => {
  const reply = handleEvent(apiGatewayProxyEvent({ path: "/hello" }), context);

  assertEquals(parse(reply), {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: {
      message: "🔥 API Gateway 経由",
      method: "GET",
      path: "/hello",
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    },
  });
});

Deno.test("handleEvent() gives any other event back", () => {
  for (const event of [{ any: "thing" }, { action: "hello" }, [1, 2], null]) {
    assertEquals(handleEvent(event, context), {
      message: "🔥 Toukon Lambda で処理しました",
      event,
      request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      timestamp: context.timestamp,
    });
  }
});

Deno.test("handleEvent() leaves nothing behind when it has replied", async () => {
  await assertSettled(() => handleEvent(apiGatewayProxyEvent(), context));
});
