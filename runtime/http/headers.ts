// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { HeaderList } from "./format.ts";
import { isPresent, optionalRecord } from "./fields.ts";

/** Headers about one connection, which gateways do not pass on. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const NOT_LATIN1 = /[\u0100-\uffff]+/;
const EVERY_NOT_LATIN1 = new RegExp(NOT_LATIN1, "g");

/** The fields of an event that carry headers. */
export interface HeaderFields {
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly cookies?: unknown;
}

/**
 * Reads the headers of an event.
 *
 * A name in `multiValueHeaders` wins over the same name in `headers`, which
 * carries only its last value. `cookies` wins over the `cookie` header, which
 * a function URL sends beside it.
 */
export function readHeaders(event: HeaderFields): HeaderList {
  const list: HeaderList = [];
  const cookies: string[] = [];
  const multi = optionalRecord(event.multiValueHeaders, "multiValueHeaders");
  const single = optionalRecord(event.headers, "headers");
  for (const key in multi) {
    addValues(list, cookies, key.toLowerCase(), multi[key]);
  }
  const known = multi && knownNames(multi);
  for (const key in single) {
    const name = key.toLowerCase();
    if (!known?.has(name)) addValues(list, cookies, name, single[key]);
  }
  const pairs = readCookies(event.cookies) ?? cookies;
  if (pairs.length > 0) list.push(["cookie", pairs.join("; ")]);
  return list;
}

function knownNames(multi: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  for (const key in multi) {
    if (isPresent(multi[key])) names.add(key.toLowerCase());
  }
  return names;
}

function addValues(
  list: HeaderList,
  cookies: string[],
  name: string,
  value: unknown,
): void {
  if (Array.isArray(value)) {
    for (const each of value) addValues(list, cookies, name, each);
    return;
  }
  if (!isPresent(value) || HOP_BY_HOP.has(name)) return;
  const text = toHeaderText(String(value));
  if (name === "cookie") cookies.push(text);
  else list.push([name, text]);
}

function readCookies(cookies: unknown): string[] | undefined {
  if (cookies === undefined || cookies === null) return undefined;
  if (!Array.isArray(cookies)) {
    throw new TypeError(
      `Cannot read the event: "cookies" must be an array, found ${typeof cookies}`,
    );
  }
  if (cookies.length === 0) return undefined;
  return cookies.filter(isPresent).map((it) => toHeaderText(String(it)));
}

/** A `Headers` takes Latin-1 only: what is beyond it is percent-encoded. */
function toHeaderText(value: string): string {
  if (!NOT_LATIN1.test(value)) return value;
  return value.toWellFormed().replace(EVERY_NOT_LATIN1, encodeURIComponent);
}

/** The first value of a header, by its name in lower case. */
export function firstValue(
  headers: HeaderList,
  name: string,
): string | undefined {
  return headers.find(([known]) => known === name)?.[1];
}

/**
 * Gives the last address in `x-forwarded-for`. The gateway has added it, while
 * the client may have made up those before.
 */
export function lastForwardedFor(headers: Headers): string | undefined {
  const value = headers.get("x-forwarded-for");
  return value?.slice(value.lastIndexOf(",") + 1).trim() || undefined;
}

/**
 * Lists the headers of a response to send: without those about a connection, and
 * without the length, which the gateway counts.
 */
export function listHeaders(
  headers: Headers,
  keepsContentLength: boolean,
): HeaderList {
  const list: HeaderList = [];
  // Over five times as fast as `for … of` on a Headers.
  headers.forEach((value, name) => {
    if (HOP_BY_HOP.has(name)) return;
    if (name === "content-length" && !keepsContentLength) return;
    list.push([name, value]);
  });
  return list;
}

/** The headers with one value each, and the cookies apart. */
export interface SplitHeaders {
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/** Parts the cookies from the other headers. */
export function splitCookies(list: HeaderList): SplitHeaders {
  const headers = emptyRecord<string>();
  const cookies: string[] = [];
  for (const [name, value] of list) {
    if (name === "set-cookie") cookies.push(value);
    else headers[name] = value;
  }
  return { headers, cookies };
}

/** Every header with the list of its values. */
export function groupValues(list: HeaderList): Record<string, string[]> {
  const grouped = emptyRecord<string[]>();
  for (const [name, value] of list) {
    if (name in grouped) grouped[name].push(value);
    else grouped[name] = [value];
  }
  return grouped;
}

/** Without a prototype, so that no header name means anything else. */
function emptyRecord<Value>(): Record<string, Value> {
  return { __proto__: null } as unknown as Record<string, Value>;
}
