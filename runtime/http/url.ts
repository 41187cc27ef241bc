// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isPresent } from "./fields.ts";

/** Characters that a path may not have, and a percent sign without an escape. */
const ILLEGAL_IN_PATH = /[^!$%&-;=@-Z[\]^_a-z|~]+|%(?![\dA-Fa-f]{2})/;
const EVERY_ILLEGAL_IN_PATH = new RegExp(ILLEGAL_IN_PATH, "g");
/** White space, what ends a query, and what is not ASCII. */
const ILLEGAL_IN_QUERY = /[^!$-;=?-~]+/;
const EVERY_ILLEGAL_IN_QUERY = new RegExp(ILLEGAL_IN_QUERY, "g");
const HOST = /^(?:[\w.~-]+|\[[\dA-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Percent-encodes the characters that a path may not have, keeps the escapes
 * that it has, and puts a slash before it if it has none.
 */
export function escapePath(path: string): string {
  const rooted = path.startsWith("/") ? path : `/${path}`;
  if (!ILLEGAL_IN_PATH.test(rooted)) return rooted;
  return rooted.toWellFormed().replace(
    EVERY_ILLEGAL_IN_PATH,
    encodeURIComponent,
  );
}

/** Percent-encodes the characters that a query may not have. */
export function escapeQuery(query: string): string {
  if (!ILLEGAL_IN_QUERY.test(query)) return query;
  return query.toWellFormed().replace(
    EVERY_ILLEGAL_IN_QUERY,
    encodeURIComponent,
  );
}

/** Encodes a key or a value that the gateway has decoded. */
export function encodeDecoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Removes a prefix that ends where a segment ends, once. */
export function stripBasePath(path: string, basePath: string): string {
  if (path === basePath) return "/";
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

/**
 * Whether a text is a host name or address with an optional port, and has no
 * path and no user.
 */
export function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`http://${text}`);
}

type QueryMap = Readonly<Record<string, unknown>>;

/**
 * Writes a query from the maps of an event. A key of the single-value map counts
 * only if the multi-value map lacks it.
 */
export function joinQuery(
  single: QueryMap | undefined,
  multi: QueryMap | undefined,
  encode: (text: string) => string,
): string {
  let query = "";
  for (const key in multi) {
    const values = multi[key];
    if (!Array.isArray(values)) query += joinPair(key, values, encode);
    else for (const value of values) query += joinPair(key, value, encode);
  }
  for (const key in single) {
    if (multi && Object.hasOwn(multi, key) && isPresent(multi[key])) continue;
    query += joinPair(key, single[key], encode);
  }
  return query.slice(1);
}

function joinPair(
  key: string,
  value: unknown,
  encode: (text: string) => string,
): string {
  if (!isPresent(value)) return "";
  return `&${encode(key)}=${encode(String(value))}`;
}
