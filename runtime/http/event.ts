// Copyright 2026 the Toukon Lambda authors. MIT license.

import { alb, type AlbEvent, type AlbResult } from "./alb.ts";
import { eventSource } from "./event_source.ts";
import type { EventFormat } from "./format.ts";
import { httpApi, type HttpApiEvent, type HttpApiResult } from "./http_api.ts";
import { lattice, type LatticeEvent, type LatticeResult } from "./lattice.ts";
import { isRecord } from "../is_record.ts";
import { restApi, type RestApiEvent, type RestApiResult } from "./rest_api.ts";

/** An event that is an HTTP request. */
export type HttpEvent = RestApiEvent | HttpApiEvent | AlbEvent | LatticeEvent;

/** The answer to an {@linkcode HttpEvent}, in the form that its gateway reads. */
export type HttpResult =
  | RestApiResult
  | HttpApiResult
  | AlbResult
  | LatticeResult;

/**
 * Whether an event is an HTTP request that can be answered with a `Response`.
 *
 * It is for the events of API Gateway REST and HTTP APIs, function URLs,
 * Application Load Balancers and, in event structure version 2, VPC Lattice.
 * It is not for similar events that need another answer: those of WebSocket APIs
 * and of Lambda authorizers.
 *
 * @param event What the function was invoked with.
 * @returns Whether {@linkcode toRequest} takes it.
 *
 * @example Usage
 * ```ts
 * import { isHttpEvent } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(isHttpEvent({ httpMethod: "GET", path: "/" }), true);
 * assertEquals(isHttpEvent({ Records: [{ eventSource: "aws:sqs" }] }), false);
 * ```
 */
export function isHttpEvent(event: unknown): event is HttpEvent {
  return findFormat(event) !== undefined;
}

/**
 * Whether the gateway that sent an event can hand on a response while it is
 * being made.
 *
 * Function URLs and API Gateway REST APIs can, when they are set up for it,
 * which the event does not tell. HTTP APIs, load balancers and VPC Lattice
 * cannot: they want the whole result.
 *
 * @param event The event.
 * @returns Whether a streamed response can be sent.
 *
 * @example Usage
 * ```ts
 * import { canStream } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const http = { method: "GET", path: "/" };
 * const functionUrl = "abc.lambda-url.eu-west-2.on.aws";
 * assertEquals(
 *   canStream({ requestContext: { http, domainName: functionUrl } }),
 *   true,
 * );
 * const httpApi = "abc.execute-api.eu-west-2.amazonaws.com";
 * assertEquals(
 *   canStream({ requestContext: { http, domainName: httpApi } }),
 *   false,
 * );
 * ```
 */
export function canStream(event: HttpEvent): boolean {
  return formatOf(event).canStream(event);
}

/**
 * Gives the format of an event that must be an HTTP request.
 *
 * @throws {TypeError} If it is not one.
 */
export function formatOf(event: unknown): EventFormat<HttpEvent, HttpResult> {
  const format = findFormat(event);
  if (format) return format;
  throw new TypeError(
    `Cannot read the event as an HTTP request: it is from "${
      eventSource(event)
    }"`,
  );
}

function findFormat(
  event: unknown,
): EventFormat<HttpEvent, HttpResult> | undefined {
  if (!isRecord(event) || isAuthorizerRequest(event)) return undefined;
  const context = event.requestContext;
  if (isRecord(context)) {
    if (isRecord(context.elb)) return isRestShaped(event) ? alb : undefined;
    if ("serviceArn" in context || "serviceNetworkArn" in context) {
      return isLattice(event) ? lattice : undefined;
    }
    if (isRecord(context.http)) {
      return typeof context.http.method === "string" ? httpApi : undefined;
    }
    if ("connectionId" in context) return undefined;
  }
  return isRestShaped(event) ? restApi : undefined;
}

/** Whether an event asks a Lambda authorizer, which gets it as a request. */
function isAuthorizerRequest(event: Record<string, unknown>): boolean {
  return event.type === "REQUEST" &&
    ("methodArn" in event || "routeArn" in event);
}

function isRestShaped(event: Record<string, unknown>): boolean {
  return typeof event.httpMethod === "string" && typeof event.path === "string";
}

function isLattice(event: Record<string, unknown>): boolean {
  return typeof event.method === "string" && typeof event.path === "string";
}
