// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * HTTP events of AWS Lambda as web-standard `Request`s, and `Response`s as the
 * results that their gateways read.
 *
 * Takes the events of API Gateway REST APIs and HTTP APIs, Lambda function
 * URLs, Application Load Balancers and VPC Lattice. A module that exports
 * `fetch` needs none of this: the runtime does it. It is for a handler that
 * answers HTTP requests among other events.
 *
 * ```ts
 * import { isHttpEvent, toRequest, toResult } from "@toukon/lambda/http";
 * import type { Context } from "@toukon/lambda";
 *
 * export async function handleEvent(event: unknown, context: Context) {
 *   if (!isHttpEvent(event)) return { done: true };
 *   const request = toRequest(event, context);
 *   const response = new Response(`You asked for ${request.url}`);
 *   return await toResult(response, event);
 * }
 * ```
 *
 * @module
 */

export type { CognitoIdentity, Context } from "../handler/context.ts";
export {
  type FetchFunction,
  type HttpInfo,
  type HttpOptions,
  toHandler,
} from "./adapter.ts";
export type { AlbEvent, AlbResult } from "./alb.ts";
export { BadRequestError } from "./bad_request_error.ts";
export {
  canStream,
  type HttpEvent,
  type HttpResult,
  isHttpEvent,
} from "./event.ts";
export { eventSource } from "./event_source.ts";
export type {
  ClientCertificate,
  GatewayEvent,
  GatewayResult,
  RestShapedEvent,
} from "./gateway.ts";
export type { HttpApiEvent, HttpApiResult } from "./http_api.ts";
export type { LatticeEvent, LatticeResult } from "./lattice.ts";
export { type RequestOptions, toRequest } from "./request.ts";
export type { RestApiEvent, RestApiResult } from "./rest_api.ts";
export { type ResultOptions, toResult } from "./result.ts";
