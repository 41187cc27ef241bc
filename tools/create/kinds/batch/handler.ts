// Copyright 2026 the Toukon Lambda authors. MIT license.

import { batch, type SqsRecord } from "@toukon/lambda/batch";
import * as log from "@toukon/lambda/log";

/** Answers with the messages that failed; SQS hands out those again. */
export const handleEvent = batch(takeOrder);

/** Takes one order, and throws where that cannot be done. */
function takeOrder({ body, messageId }: SqsRecord): void {
  const { item } = JSON.parse(body);
  if (typeof item !== "string") {
    throw new TypeError(`Cannot take order ${messageId}: it has no item`);
  }
  log.info("🔥 注文を受け付けました", { messageId });
}
