// Copyright 2026 the Toukon Lambda authors. MIT license.

import { followRedirects } from "./redirects.ts";
import { type HttpFacts, RecordedSpan } from "./span.ts";
import { currentTrace, trace } from "./trace.ts";

const HEADER = "x-amzn-trace-id";

/** Options for {@linkcode createFetch}. */
export interface CreateFetchOptions {
  /**
   * The hosts that are sent the header `X-Amzn-Trace-Id`, so that what they do
   * is a part of the same trace: names such as `"api.example.com"`, with a port
   * where it is not that of the scheme, or with `*.` for everything below.
   * Name those that are yours: the header tells of your functions.
   *
   * @default {none}
   */
  passTraceTo?: readonly string[];
}

/**
 * Makes a `fetch()` that records each request as a span: with the name of the
 * host, the method, the URL without credentials, query and fragment, the status
 * of the response and the length that it says. The span ends when the response
 * begins.
 *
 * @param options Which hosts are told of the trace.
 * @returns What takes and gives what `fetch()` does.
 * @throws {TypeError} If a host is none, such as a URL.
 *
 * @example Usage
 * ```ts
 * import { createFetch } from "@toukon/lambda/trace";
 *
 * const fetch = createFetch({ passTraceTo: ["*.orders.example.com"] });
 *
 * export async function handleEvent({ id }: { id: string }) {
 *   const response = await fetch(`https://api.orders.example.com/orders/${id}`);
 *   return await response.json();
 * }
 * ```
 */
export function createFetch(
  { passTraceTo = [] }: CreateFetchOptions = {},
): typeof fetch {
  const patterns = passTraceTo.map(toPattern);
  const isTold = ({ host }: URL) => patterns.some((it) => it.test(host));
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    return await trace(url.host, async (span) => {
      const http = { method: request.method, url: toPublic(url) };
      if (span instanceof RecordedSpan) span.http = http;
      const header = currentTrace()?.header;
      const response = header === undefined || !isTold(url)
        ? await fetch(request)
        : await followRedirects(request, (next) => {
          if (isTold(new URL(next.url))) next.headers.set(HEADER, header);
          else next.headers.delete(HEADER);
          return fetch(next);
        }, init);
      Object.assign(http, factsOf(response));
      return response;
    }, { namespace: "remote" });
  };
}

/** Makes what finds a host, with its port, by one of the names that are given. */
function toPattern(name: string): RegExp {
  if (
    !/^(?:\*\.)?(?:[\w-]+\.)*[\w-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i.test(
      name,
    )
  ) {
    throw new TypeError(
      `Cannot make a fetch(): expected a host in passTraceTo, such as "api.example.com", "localhost:8000" or "*.example.com", found "${name}"`,
    );
  }
  const isBelow = name.startsWith("*.");
  const host = RegExp.escape(isBelow ? name.slice(1) : name);
  return new RegExp(`^${isBelow ? "[^.].*" : ""}${host}$`, "i");
}

/** A URL without what may be secret in it. */
function toPublic({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function factsOf({ status, headers }: Response): Partial<HttpFacts> {
  const length = headers.get("content-length");
  return {
    status,
    ...(length !== null && /^\d{1,15}$/.test(length) &&
      { contentLength: Number(length) }),
  };
}
