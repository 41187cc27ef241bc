// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../../../runtime/is_record.ts";
import type { ReceivedRequest } from "./ingress.ts";

/** A name and a value. */
export type Pair = readonly [name: string, value: string];

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** What gateways leave as text, where it is not compressed. */
const TEXT_TYPE =
  /^(?:text\/.*|application\/(?:json|javascript|xml)|.*\+(?:json|xml))$/i;

/** What gateways add to the headers, without those that end with them. */
export function forwardedHeaders(request: ReceivedRequest): Pair[] {
  const { headers, address, traceId } = request;
  const { port, proto } = origin(request);
  const earlier = valueOf(headers, "x-forwarded-for");
  const replaced = [
    "connection",
    "keep-alive",
    "transfer-encoding",
    "x-amzn-trace-id",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
  ];
  return [
    ...headers.filter(([name]) => !replaced.includes(name.toLowerCase())),
    ["x-amzn-trace-id", traceId],
    ["x-forwarded-for", earlier ? `${earlier}, ${address}` : address],
    ["x-forwarded-port", port],
    ["x-forwarded-proto", proto],
  ];
}

/** What the client called, which is not encrypted here. */
function origin({ headers }: ReceivedRequest): { port: string; proto: string } {
  const host = valueOf(headers, "host") ?? "";
  return { port: /:(\d+)$/.exec(host)?.[1] ?? "80", proto: "http" };
}

/** The last value of a header. */
export function valueOf(
  headers: readonly Pair[],
  name: string,
): string | undefined {
  return headers.findLast(([it]) => it.toLowerCase() === name)?.[1];
}

/** An object of pairs; the last value of a name counts. */
export function lastValues(pairs: readonly Pair[]): Record<string, string> {
  return toRecord(pairs);
}

/** An object of pairs with all values of each name. */
export function allValues(
  pairs: readonly Pair[],
): Record<string, string[]> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return toRecord(
    [...groups].map(([name, group]) => [name, group.map(([, it]) => it)]),
  );
}

/** An object of pairs with the values of each name joined. */
export function joinedValues(pairs: readonly Pair[]): Record<string, string> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return toRecord(
    [...groups].map(([name, group]) => [
      name,
      group.map(([, it]) => it).join(","),
    ]),
  );
}

/** Defines what an assignment to `__proto__` would not. */
function toRecord<Value>(
  pairs: readonly (readonly [string, Value])[],
): Record<string, Value> {
  return Object.fromEntries(pairs);
}

/** The names in lower case. */
export function lowerCase(pairs: readonly Pair[]): Pair[] {
  return pairs.map(([name, value]) => [name.toLowerCase(), value]);
}

/** The pairs of a query as the client encoded them. */
export function rawPairs(query: string): Pair[] {
  return query.split("&").filter((it) => it !== "").map((pair) => {
    const [key, ...value] = pair.split("=");
    return [key, value.join("=")];
  });
}

/** The pairs of a query, decoded. */
export function decodedPairs(query: string): Pair[] {
  return [...new URLSearchParams(query)];
}

/** A path, decoded as far as it can be. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The body in an event: text where its headers say so, base64 else. */
export function bodyFields(
  { body, headers }: ReceivedRequest,
): { body: string; isBase64Encoded: boolean } {
  const [type = ""] = valueOf(headers, "content-type")?.split(";") ?? [];
  const encoding = valueOf(headers, "content-encoding") ?? "identity";
  const isText = TEXT_TYPE.test(type.trim()) && encoding === "identity";
  const text = isText || body.length === 0 ? decodeUtf8(body) : undefined;
  return text === undefined
    ? { body: body.toBase64(), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

/** Bytes as text, where they are UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What gateways read of a result. */
export interface ResultFields {
  status: number;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a result as all gateways do; undefined if it is none.
 *
 * @param pairs Reads the headers.
 */
export function readResult(
  result: unknown,
  pairs: (result: Record<string, unknown>) => Pair[] | undefined,
): ResultFields | undefined {
  if (!isRecord(result)) return undefined;
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return undefined;
  }
  const body = readBody(result);
  const list = pairs(result);
  if (!body || !list) return undefined;
  try {
    const headers = new Headers();
    for (const [name, value] of list) headers.append(name, value);
    for (const name of HOP_BY_HOP) headers.delete(name);
    return { status, headers, body };
  } catch {
    // A name or a value that HTTP does not know.
    return undefined;
  }
}

/** What a server says of its own connection. */
const HOP_BY_HOP = [
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
];

function readBody(
  { body = "", isBase64Encoded }: Record<string, unknown>,
): Uint8Array<ArrayBuffer> | undefined {
  if (body === null) return new Uint8Array();
  if (typeof body !== "string") return undefined;
  if (isBase64Encoded !== true) return new TextEncoder().encode(body);
  try {
    return Uint8Array.fromBase64(body);
  } catch {
    return undefined;
  }
}

/** The pairs of an object of texts or lists of texts; undefined of no such. */
export function pairsOf(value: unknown): Pair[] | undefined {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) return undefined;
  return Object.entries(value).flatMap(([name, it]): Pair[] =>
    (Array.isArray(it) ? it : [it]).map((one) => [name, String(one)])
  );
}

/** Makes the response that the client gets. */
export function respond(
  { status, headers, body }: ResultFields,
  defaultType: string | undefined,
): Response {
  const isBodiless = status === 204 || status === 205 || status === 304;
  if (defaultType !== undefined && !headers.has("content-type")) {
    headers.set("content-type", defaultType);
  }
  return new Response(isBodiless ? null : body, { status, headers });
}
