// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  API_ID,
  CLIENT_ADDRESS,
  type EventOptions,
  REGION,
  timeOf,
  toRequestTime,
  toTraceId,
} from "./facts.ts";
import { type Payload, toText } from "./payload.ts";
import { USER_AGENT } from "./request.ts";

/** Options for {@linkcode apiGatewayWebSocketEvent}. */
export interface WebSocketEventOptions extends EventOptions {
  /**
   * The route: `$connect`, `$disconnect`, or that of a message.
   *
   * @default {"$default"}
   */
  route?: string;
  /**
   * The message. Only messages have one.
   *
   * @default {{ action: "send", text: "闘魂" }}
   */
  body?: Payload;
  /**
   * The connection.
   *
   * @default {"Wq3yHcBvjoECJbQ="}
   */
  connectionId?: string;
}

/** A connection, a message or the end of one, as a WebSocket API passes it on. */
export interface ApiGatewayWebSocketEvent {
  /** The last value of each header; absent for messages. */
  headers?: Record<string, string>;
  /** Every value of each header; absent for messages. */
  multiValueHeaders?: Record<string, string[]>;
  /** What API Gateway knows of the connection. */
  requestContext: {
    routeKey: string;
    messageId: string;
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    extendedRequestId: string;
    requestTime: string;
    messageDirection: "IN";
    stage: string;
    connectedAt: number;
    requestTimeEpoch: number;
    identity: { sourceIp: string; userAgent?: string };
    requestId: string;
    domainName: string;
    connectionId: string;
    apiId: string;
    disconnectStatusCode?: number;
    disconnectReason?: string;
  };
  /** The message; absent where there is none. */
  body?: string;
  /** Whether the message is Base64. */
  isBase64Encoded: boolean;
}

/**
 * Makes the event of a connection to an API Gateway WebSocket API, of a message
 * or of its end.
 *
 * @param options Which of them.
 * @returns The event, which may be changed.
 * @throws {TypeError} If a body is given for what has none.
 *
 * @example Usage
 * ```ts
 * import { apiGatewayWebSocketEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { requestContext } = apiGatewayWebSocketEvent({ route: "$connect" });
 * assertEquals(requestContext.eventType, "CONNECT");
 * ```
 */
export function apiGatewayWebSocketEvent(
  options: WebSocketEventOptions = {},
): ApiGatewayWebSocketEvent {
  const { route = "$default", connectionId = "Wq3yHcBvjoECJbQ=" } = options;
  const time = timeOf(options);
  const eventType = typeOf(route);
  if (eventType !== "MESSAGE" && options.body !== undefined) {
    throw new TypeError(
      `Cannot make the event: the route "${route}" has no body; messages have one`,
    );
  }
  const domainName = `${API_ID}.execute-api.${REGION}.amazonaws.com`;
  const headers = headersOf(eventType, domainName, time);
  const message = options.body ?? { action: "send", text: "闘魂" };
  return {
    ...(headers && {
      headers,
      multiValueHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
    }),
    requestContext: {
      routeKey: route,
      messageId: "Wq3yIf2nDoECJbQ=",
      eventType,
      extendedRequestId: "Wq3yIGJxjoEEJ9A=",
      requestTime: toRequestTime(time),
      messageDirection: "IN",
      stage: "prod",
      connectedAt: time.getTime() - (eventType === "CONNECT" ? 0 : 60_000),
      requestTimeEpoch: time.getTime(),
      identity: { sourceIp: CLIENT_ADDRESS, userAgent: USER_AGENT },
      requestId: "Wq3yIGJxjoEEJ9A=",
      domainName,
      connectionId,
      apiId: API_ID,
      ...(eventType === "DISCONNECT" && {
        disconnectStatusCode: 1001,
        disconnectReason: "Going away",
      }),
    },
    ...(eventType === "MESSAGE" && { body: toText(message) }),
    isBase64Encoded: false,
  };
}

function typeOf(route: string): "CONNECT" | "MESSAGE" | "DISCONNECT" {
  if (route === "$connect") return "CONNECT";
  return route === "$disconnect" ? "DISCONNECT" : "MESSAGE";
}

function headersOf(
  eventType: string,
  host: string,
  time: Date,
): Record<string, string> | undefined {
  if (eventType === "MESSAGE") return undefined;
  if (eventType === "DISCONNECT") {
    return { Host: host, "x-api-key": "", "X-Forwarded-For": "" };
  }
  return {
    Host: host,
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Key": "dG91a29uLWxhbWJkYS0wMQ==",
    "Sec-WebSocket-Version": "13",
    "User-Agent": USER_AGENT,
    "X-Amzn-Trace-Id": toTraceId(time),
    "X-Forwarded-For": CLIENT_ADDRESS,
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
  };
}
