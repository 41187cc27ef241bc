// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  CLIENT_ADDRESS,
  type EventOptions,
  timeOf,
  toTraceId,
} from "./facts.ts";
import {
  guessMediaType,
  isText,
  type Payload,
  toBytes,
  toText,
} from "./payload.ts";

/** The user agent of every request. */
export const USER_AGENT = "curl/8.14.1";

/** Options for the builders of HTTP requests. */
export interface HttpEventOptions extends EventOptions {
  /**
   * The method.
   *
   * @default {"POST" with a body, else "GET"}
   */
  method?: string;
  /**
   * The path as the client sends it, percent-encoded, with the query.
   *
   * @default {"/"}
   */
  path?: string;
  /**
   * Further headers, by names of any case. A repeated header is a list. The
   * header `cookie` gives the cookies.
   *
   * @default {{}}
   */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * The body. Without a header `content-type`, it is guessed from the body.
   *
   * @default {undefined}
   */
  body?: Payload;
}

/** Options for the builders of requests that API Gateway routes. */
export interface RoutedEventOptions extends HttpEventOptions {
  /**
   * The resource or route that the path belongs to, such as `/orders/{id}` or
   * `/files/{path+}`. It gives the path parameters.
   *
   * @default {"/{proxy+}" of a REST API, "$default" of an HTTP API}
   */
  route?: string;
}

/** A request as it leaves the client. */
export interface SentRequest {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  /** As it stands after the question mark. */
  query: string;
  /** Every header but the cookies, in lower case; a name may come repeatedly. */
  headers: [name: string, value: string][];
  /** Pairs such as `a=1`. */
  cookies: string[];
  /** The bytes of the body; empty without one. */
  body: Uint8Array<ArrayBuffer>;
  /** The media type of the body. */
  mediaType: string;
  time: Date;
}

/**
 * Makes the request of a client to a host.
 *
 * @throws {TypeError} If the path does not begin with a slash.
 */
export function toSentRequest(
  options: HttpEventOptions,
  host: string,
): SentRequest {
  const { body, path: target = "/", headers: given = {} } = options;
  if (!target.startsWith("/")) {
    throw new TypeError(
      `Cannot make the request: expected a path that begins with "/", found "${target}"`,
    );
  }
  const queryAt = (target + "?").indexOf("?");
  const bytes = body === undefined ? new Uint8Array() : toBytes(body);
  const time = timeOf(options);
  const pairs = new Map<string, string[]>([
    ["accept", ["*/*"]],
    ["host", [host]],
    ["user-agent", [USER_AGENT]],
    ["x-amzn-trace-id", [toTraceId(time)]],
    ["x-forwarded-for", [CLIENT_ADDRESS]],
    ["x-forwarded-port", ["443"]],
    ["x-forwarded-proto", ["https"]],
  ]);
  if (body !== undefined) {
    pairs.set("content-type", [guessMediaType(body)]);
    pairs.set("content-length", [String(bytes.length)]);
  }
  for (const [name, value] of Object.entries(given)) {
    pairs.set(name.toLowerCase(), [value].flat());
  }
  const cookies = (pairs.get("cookie") ?? [])
    .flatMap((value) => value.split(/; */));
  pairs.delete("cookie");
  return {
    method: options.method ?? (body === undefined ? "GET" : "POST"),
    path: target.slice(0, queryAt),
    query: target.slice(queryAt + 1),
    headers: [...pairs].sort().flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value])
    ),
    cookies,
    body: bytes,
    mediaType: pairs.get("content-type")?.[0] ?? "",
    time,
  };
}

/** The media types that reach a function as text from every gateway. */
const TEXT_TYPE = /^(text\/|application\/(json|xml|javascript)\b)/i;

/**
 * Gives a body as a gateway does that decides by the media type: of any other
 * type than text it is in Base64, that of a form too.
 */
export function bodyByType(
  { body, mediaType }: SentRequest,
): { body: string; isBase64Encoded: boolean } {
  return toBodyMembers(body, TEXT_TYPE.test(mediaType) && isText(body));
}

/** Gives a body as a gateway does that is told what is binary: as what it is. */
export function bodyByContent(
  { body }: SentRequest,
): { body: string; isBase64Encoded: boolean } {
  return toBodyMembers(body, isText(body));
}

function toBodyMembers(
  bytes: Uint8Array<ArrayBuffer>,
  asText: boolean,
): { body: string; isBase64Encoded: boolean } {
  return {
    body: asText ? toText(bytes) : bytes.toBase64(),
    isBase64Encoded: !asText,
  };
}

/** Gives the pairs of a query, decoded. */
export function decodedQuery({ query }: SentRequest): [string, string][] {
  return [...new URLSearchParams(query)];
}

/** Gives the pairs of a query as they stand in it. */
export function rawQuery({ query }: SentRequest): [string, string][] {
  return query.split("&").filter((pair) => pair !== "").map((pair) => {
    const at = (pair + "=").indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** Gives the headers with the cookies as one of them. */
export function headersWithCookies(
  { headers, cookies }: SentRequest,
): [string, string][] {
  if (cookies.length === 0) return headers;
  return [...headers, ["cookie", cookies.join("; ")]];
}

/** Gives every value of each name. */
export function groupPairs(
  pairs: [string, string][],
): Record<string, string[]> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries(
    [...groups].map((
      [name, group],
    ) => [name, group.map(([, value]) => value)]),
  );
}

/** Gives the values of each name, joined. */
export function joinPairs(
  pairs: [string, string][],
  separator: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groupPairs(pairs))
      .map(([name, values]) => [name, values.join(separator)]),
  );
}

/**
 * Reads the path parameters: `{name}` is one segment, `{name+}` is all the rest.
 *
 * @param route The route, such as `/orders/{id}`.
 * @param path The path without the query.
 *
 * @throws {TypeError} If the path does not belong to the route.
 */
export function pathParametersOf(
  route: string,
  path: string,
): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = route.split(/(\{[^}]*\})/).map((part) => {
    const [, name, isGreedy] = /^\{([^+}]*)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return RegExp.escape(part);
    names.push(name);
    return isGreedy ? "(.+)" : "([^/]+)";
  });
  const found = new RegExp(`^${pattern.join("")}$`).exec(path);
  if (!found) {
    throw new TypeError(
      `Cannot make the request: the path "${path}" does not belong to the route "${route}"`,
    );
  }
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, found[at + 1]]));
}
