// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../handler/context.ts";
import { BadRequestError } from "./bad_request_error.ts";
import {
  formatOf,
  type HttpEvent,
  type HttpResult,
  isHttpEvent,
} from "./event.ts";
import { eventSource } from "./event_source.ts";
import { type RequestOptions, toRequest } from "./request.ts";
import {
  cancelBody,
  checkSendable,
  isBodiless,
  type ResultOptions,
  toResult,
} from "./result.ts";

/**
 * The second argument of a `fetch` handler: the info that `Deno.serve` gives,
 * and the invocation.
 */
export interface HttpInfo extends Deno.ServeHandlerInfo<Deno.NetAddr> {
  /**
   * The address of the client, as the gateway states it. The host name is
   * empty where it states none. The port is 0, except behind a load balancer
   * that is set up to state it.
   */
  readonly remoteAddr: Deno.NetAddr;
  /**
   * Resolves when the response is complete: when its result is made or, if it
   * is streamed, when its last byte is sent. Rejects if that fails.
   */
  readonly completed: Promise<void>;
  /** The invocation. */
  readonly lambda: {
    /**
     * The event as it came, with what a `Request` cannot express. It is no
     * HTTP event where the request is to `lambda.passThroughPath`.
     */
    readonly event: HttpEvent;
    /** The context of the invocation. */
    readonly context: Context;
  };
}

/** A `fetch` handler, as `deno serve` and the frameworks for it have them. */
export type FetchFunction = (
  request: Request,
  info: HttpInfo,
) => Response | Promise<Response>;

/** Options for {@linkcode toHandler}. */
export interface HttpOptions extends RequestOptions, ResultOptions {}

/**
 * Makes a function that answers invocations from a `fetch` handler.
 *
 * A request that a `Request` cannot express is answered with status 400, and
 * the handler does not see it.
 *
 * @param fetch The handler. Bind it where it needs its `this`.
 * @param options Options.
 * @returns The function. It throws a `TypeError` on an event that is not an
 * HTTP request, and what the handler or {@linkcode toResult} throws.
 *
 * @example Usage
 * ```ts
 * import { type Context, toHandler } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const handleEvent = toHandler((request, info) =>
 *   new Response(`${request.method} by ${info.remoteAddr.hostname}`)
 * );
 *
 * const http = { method: "GET", sourceIp: "203.0.113.7" };
 * const context = {} as Context; // Lambda's, in a function
 * const result = await handleEvent({ requestContext: { http } }, context);
 * assertEquals(result.body, "GET by 203.0.113.7");
 * ```
 */
export function toHandler(
  fetch: FetchFunction,
  options: HttpOptions = {},
): (event: unknown, context: Context) => Promise<HttpResult> {
  return function handleEvent(event, context) {
    return withCompletion(async ({ promise, resolve }) => {
      checkIsHttp(event);
      const response = await ask(fetch, event, context, options, promise);
      const result = await toResult(response, event, options);
      resolve();
      return result;
    });
  };
}

/** Options for {@linkcode respond}. */
export interface RespondOptions extends RequestOptions {
  /** What the handler gets as {@linkcode HttpInfo.completed}. */
  completed: Promise<void>;
}

/**
 * Calls a `fetch` handler with the request that an event is, and gives its
 * response, which is still to be sent. The response to a HEAD request has no
 * body.
 *
 * @returns What the handler returns, or a response with status 400 to a
 * request that a `Request` cannot express.
 * @throws {TypeError} If the event is not an HTTP event, or is malformed.
 */
export async function respond(
  fetch: FetchFunction,
  event: unknown,
  context: Context,
  options: RespondOptions,
): Promise<Response> {
  checkIsHttp(event);
  const { completed } = options;
  const response = await ask(fetch, event, context, options, completed);
  checkSendable(response);
  return isBodiless(response, formatOf(event), event)
    ? withoutBody(response)
    : response;
}

/**
 * Answers a request with a promise that tells the handler when its response is
 * complete.
 *
 * @param answer Answers the request, and resolves the completion at the end. If
 * it throws, the completion is rejected with the same error.
 * @returns What `answer` returns.
 */
export async function withCompletion<T>(
  answer: (completion: PromiseWithResolvers<void>) => Promise<T>,
): Promise<T> {
  const completion = Promise.withResolvers<void>();
  // A handler that does not await it must not fail by its rejection.
  completion.promise.catch(() => {});
  try {
    return await answer(completion);
  } catch (error) {
    completion.reject(error);
    throw error;
  }
}

function checkIsHttp(event: unknown): asserts event is HttpEvent {
  if (isHttpEvent(event)) return;
  throw new TypeError(
    `Cannot answer an event from "${
      eventSource(event)
    }": the module has only fetch, which answers HTTP requests. Export handleEvent for other events, or name a path to post them to as lambda.passThroughPath of deno.json`,
  );
}

/** Calls the handler and gives what it returns, without a check. */
function ask(
  fetch: FetchFunction,
  event: HttpEvent,
  context: Context,
  options: RequestOptions,
  completed: Promise<void>,
): Response | Promise<Response> {
  const request = requestOrRefusal(event, context, options);
  if (request instanceof Response) return request;
  const address = formatOf(event).clientAddress(event, request.headers);
  return fetch(request, {
    remoteAddr: toNetAddr(address),
    completed,
    lambda: { event, context },
  });
}

function requestOrRefusal(
  event: HttpEvent,
  context: Context,
  options: RequestOptions,
): Request | Response {
  try {
    return toRequest(event, context, options);
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    return Response.json({ message: error.message }, { status: 400 });
  }
}

function withoutBody(response: Response): Response {
  if (!response.body) return response;
  cancelBody(response);
  return new Response(null, response);
}

/** Reads `address`, `address:port` and `[address]:port`. */
function toNetAddr(address: unknown): Deno.NetAddr {
  const text = typeof address === "string" ? address : "";
  const parts = /^\[(.+)\](?::(\d+))?$/.exec(text) ??
    /^([\d.]+):(\d+)$/.exec(text);
  return {
    transport: "tcp",
    hostname: parts?.[1] ?? text,
    port: Number(parts?.[2] ?? 0),
  };
}
