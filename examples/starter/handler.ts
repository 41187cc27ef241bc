// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "@toukon/lambda";
import * as log from "@toukon/lambda/log";
import * as metrics from "@toukon/lambda/metrics";
import { trace } from "@toukon/lambda/trace";

/** Answers a greeting, a request from API Gateway, or anything else. */
export function handleEvent(event: unknown, context: Context): unknown {
  log.info("🔥 リクエスト受信", { requestId: context.requestId });
  if (isGreeting(event)) return trace("greet", () => greet(event, context));
  if (isApiRequest(event)) return answerApi(event, context);
  metrics.add("UnknownEvents", 1, "Count");
  return {
    message: "🔥 Toukon Lambda で処理しました",
    event,
    request_id: context.requestId,
    timestamp: context.timestamp,
  };
}

interface Greeting {
  action: "hello";
  name: string;
}

interface ApiRequest {
  httpMethod: string;
  path: string;
}

function greet({ name }: Greeting, context: Context) {
  return {
    statusCode: 200,
    body: JSON.stringify({
      message: `🔥 こんにちは、${name}さん！`,
      request_id: context.requestId,
      timestamp: context.timestamp,
    }),
  };
}

function answerApi({ httpMethod, path }: ApiRequest, context: Context) {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      message: "🔥 API Gateway 経由",
      method: httpMethod,
      path,
      request_id: context.requestId,
    }),
  };
}

function isGreeting(event: unknown): event is Greeting {
  return isObject(event) && event.action === "hello" &&
    typeof event.name === "string";
}

function isApiRequest(event: unknown): event is ApiRequest {
  return isObject(event) && typeof event.httpMethod === "string" &&
    typeof event.path === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
