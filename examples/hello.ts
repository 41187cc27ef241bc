import type { Context } from "@toukon/lambda";
import * as log from "@toukon/lambda/log";

interface Hello {
  action: "hello";
  name: string;
}

interface ApiGateway {
  httpMethod: string;
  path: string;
}

/** Answers a greeting, an API Gateway request, and anything else. */
export function handleEvent(event: unknown, context: Context) {
  log.info("🔥 リクエスト受信", { requestId: context.requestId });
  if (isHello(event)) return hello(event, context);
  if (isApiGateway(event)) return apiGateway(event, context);
  return {
    message: "🔥 Toukon Lambda で処理しました",
    event,
    request_id: context.requestId,
    timestamp: context.timestamp,
  };
}

function hello({ name }: Hello, { requestId, timestamp }: Context) {
  return {
    statusCode: 200,
    body: JSON.stringify({
      message: `🔥 こんにちは、${name}さん！`,
      request_id: requestId,
      timestamp,
    }),
  };
}

function apiGateway({ httpMethod, path }: ApiGateway, { requestId }: Context) {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      message: "🔥 API Gateway 経由",
      method: httpMethod,
      path,
      request_id: requestId,
    }),
  };
}

function isHello(event: unknown): event is Hello {
  return isObject(event) && event.action === "hello" &&
    typeof event.name === "string";
}

function isApiGateway(event: unknown): event is ApiGateway {
  return isObject(event) && typeof event.httpMethod === "string" &&
    typeof event.path === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
