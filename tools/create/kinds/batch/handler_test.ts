// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import type { Context } from "@toukon/lambda";
import type { SqsRecord } from "@toukon/lambda/batch";
import { handleEvent } from "./handler.ts";

// What the handler uses of a context; Lambda gives more.
const context = {
  getRemainingTimeInMillis: () => 30_000,
  signal: new AbortController().signal,
} as Context;

// What the handler uses of a message; SQS gives more.
function toRecord(body: unknown, index: number): SqsRecord {
  return {
    messageId: `message-${index}`,
    body: JSON.stringify(body),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders",
  } as SqsRecord;
}

Deno.test("handleEvent() takes every order of a batch", async () => {
  const Records = [{ item: "闘魂" }, { item: "元気" }].map(toRecord);

  assertEquals(await handleEvent({ Records }, context), {
    batchItemFailures: [],
  });
});

Deno.test("handleEvent() answers with the order that failed", async () => {
  const Records = [{ item: "闘魂" }, { item: 1 }].map(toRecord);

  assertEquals(await handleEvent({ Records }, context), {
    batchItemFailures: [{ itemIdentifier: "message-1" }],
  });
});
