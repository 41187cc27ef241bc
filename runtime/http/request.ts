// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../handler/context.ts";
import { BadRequestError } from "./bad_request_error.ts";
import { readBody } from "./body.ts";
import { formatOf, type HttpEvent } from "./event.ts";
import type { HeaderList } from "./format.ts";
import { firstValue } from "./headers.ts";
import { escapePath, isHost, stripBasePath } from "./url.ts";

/** Options for {@linkcode toRequest}. */
export interface RequestOptions {
  /**
   * A prefix that is taken off the path, such as `/prod` or `/api/v1`: the
   * stage, or the base path of a custom domain. A path that does not begin
   * with it stays as it is.
   *
   * @default {""}
   */
  basePath?: string;
}

/**
 * Makes a `Request` of an HTTP event.
 *
 * The URL is the one that the client asked for: the scheme of
 * `x-forwarded-proto`, else `https`; the `host` header, else the name of the
 * gateway, else `localhost`; the path and the query as they were sent, as far
 * as the gateway keeps that. The body is the bytes that were sent, and
 * `content-length` says how many they are.
 *
 * A body of a GET or HEAD request is dropped, since a `Request` has none; it
 * is still in the event.
 *
 * @param event The event.
 * @param context The context of the invocation; its signal, which aborts with
 * the deadline, becomes the signal of the request, and its trace id the
 * `x-amzn-trace-id` header.
 * @param options Options.
 * @returns The request.
 * @throws {BadRequestError} If a `Request` cannot express what the client sent.
 * @throws {TypeError} If the event is not an HTTP event, or is malformed.
 *
 * @example Usage
 * ```ts
 * import { toRequest } from "@toukon/lambda/http";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const request = toRequest({
 *   rawPath: "/orders",
 *   rawQueryString: "page=2",
 *   headers: { host: "api.example.com", "content-type": "application/json" },
 *   requestContext: { http: { method: "POST" } },
 *   body: '{"name":"Antonio"}',
 * });
 * assertEquals(request.url, "https://api.example.com/orders?page=2");
 * assertEquals(await request.json(), { name: "Antonio" });
 * ```
 */
export function toRequest(
  event: HttpEvent,
  context?: Context,
  options: RequestOptions = {},
): Request {
  const format = formatOf(event);
  const method = format.method(event).toUpperCase();
  const path = format.path(event);
  if (typeof path !== "string") {
    throw new TypeError(
      `Cannot read the event: its path must be a string, found ${typeof path}`,
    );
  }
  const query = format.query(event);
  const headers = format.headers(event);
  const url = readOrigin(headers, format.domainName(event)) +
    readPath(path, options.basePath) + (query && `?${query}`);
  const body = method === "GET" || method === "HEAD" ? null : readBody(event);

  const request = makeRequest(url, method, body, context?.signal);
  setHeaders(request.headers, headers, body);
  // The segment of this invocation replaces that of the gateway.
  if (context?.traceId) request.headers.set("x-amzn-trace-id", context.traceId);
  return request;
}

function readOrigin(
  headers: HeaderList,
  domainName: string | undefined,
): string {
  const forwarded = firstValue(headers, "x-forwarded-proto");
  const scheme = forwarded?.split(",", 1)[0].trim().toLowerCase();
  const hosts = [firstValue(headers, "host"), domainName];
  const host = hosts.find((name) => name !== undefined && isHost(name));
  return `${scheme === "http" ? "http" : "https"}://${host ?? "localhost"}`;
}

function readPath(path: string, basePath: string | undefined): string {
  const escaped = escapePath(path);
  if (!basePath) return escaped;
  return stripBasePath(escaped, escapePath(basePath).replace(/\/+$/, ""));
}

function makeRequest(
  url: string,
  method: string,
  body: Uint8Array<ArrayBuffer> | null,
  signal: AbortSignal | undefined,
): Request {
  try {
    return new Request(url, { method, body, signal });
  } catch (cause) {
    throw new BadRequestError(
      `A request with the method "${method}" cannot be answered`,
      { cause },
    );
  }
}

/** Appending one by one is faster than handing the list to the `Request`. */
function setHeaders(
  headers: Headers,
  list: HeaderList,
  body: Uint8Array | null,
): void {
  for (const [name, value] of list) {
    // The length that a client claims must not be what a limit is checked by.
    if (name === "content-length" && (body || value !== "0")) continue;
    try {
      headers.append(name, value);
    } catch {
      // The message leaves out the value, which may be a credential.
      throw new BadRequestError(`The header "${name}" is not valid in HTTP`);
    }
  }
  if (body) headers.set("content-length", `${body.byteLength}`);
}
