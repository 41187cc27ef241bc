// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  MAX_BODY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_HEAD_BYTES,
  MAX_HEADERS,
  MAX_INTERIM_REPLIES,
  MAX_LINE_BYTES,
} from "../../runtime/api/http_syntax.ts";

/** A reply as one may see it who has all of it. */
export interface ReferenceReply {
  status: number;
  headers: [string, string][];
  /** The bytes of the body as characters. */
  body: string;
  isFramed: boolean;
  /** Whether the head lets the connection carry another request. */
  keepsAlive: boolean;
  /** What has been sent after the reply. */
  rest: string;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[\t ]*([\t -~\x80-\xff]*?)[\t ]*$/;
const LINE = /^([\t -~\x80-\xff]*)\r\n/;
const CHUNK = /^([0-9a-f]{1,10})([\t ]*(?:;.*)?)$/i;

/**
 * Reads all that a server has sent before it closed the connection, as
 * characters that stand for bytes, in the plainest way there is.
 *
 * @returns The reply; undefined if there is none that may be relied on.
 */
export function readWhole(text: string): ReferenceReply | undefined {
  for (let interim = 0; interim <= MAX_INTERIM_REPLIES; interim++) {
    const lines = readLines(text);
    if (!lines) return undefined;
    const [, version, digits] = STATUS_LINE.exec(lines.first) ?? [];
    const headers = lines.others.map(toField);
    if (!digits || !headers.every((field) => field !== undefined)) {
      return undefined;
    }
    const status = Number(digits);
    if (status >= 200) {
      return readBody(lines.rest, status, headers, version === "0");
    }
    if (status === 101 || !isHarmless(headers)) return undefined;
    text = lines.rest;
  }
}

function readBody(
  text: string,
  status: number,
  headers: [string, string][],
  isFirstVersion: boolean,
): ReferenceReply | undefined {
  const all = (wanted: string) =>
    headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const lengths = new Set(all("content-length").map(Number));
  const encodings = all("transfer-encoding");
  if (!isHarmless(headers) || lengths.size > 1) return undefined;
  const [length] = lengths;
  if (length > MAX_BODY_BYTES) return undefined;
  if (encodings.length > 0 && (lengths.size > 0 || isFirstVersion)) {
    return undefined;
  }
  const closes = all("connection").some((value) =>
    value.toLowerCase().split(/[ \t,]+/).includes("close")
  );
  const keepsAlive = !closes && !isFirstVersion;
  const reply = { status, headers, isFramed: true, keepsAlive };
  const finish = (body: string, rest: string) => ({ ...reply, body, rest });
  if (status === 204 || status === 304) return finish("", text);
  if (encodings.length > 0) {
    const found = unchunk(text);
    return found && finish(found.body, found.rest);
  }
  if (length !== undefined) {
    if (text.length < length) return undefined;
    return finish(text.slice(0, length), text.slice(length));
  }
  if (text.length > MAX_BODY_BYTES) return undefined;
  return {
    ...reply,
    body: text,
    isFramed: false,
    keepsAlive: false,
    rest: "",
  };
}

/** Whether each header that tells of the body does it in the one way. */
function isHarmless(headers: [string, string][]): boolean {
  const encodings = headers.filter(([name]) => name === "transfer-encoding");
  return encodings.length < 2 && headers.every(([name, value]) => {
    if (name === "content-length") return /^\d{1,10}$/.test(value);
    if (name === "transfer-encoding") return /^chunked$/i.test(value);
    return name !== "content-encoding" || /^identity$/i.test(value);
  }) &&
    new Set(
        headers.filter(([name]) => name === "content-length")
          .map(([, value]) => Number(value)),
      ).size < 2;
}

/** Reads lines up to an empty one. */
function readLines(
  text: string,
): { first: string; others: string[]; rest: string } | undefined {
  const lines: string[] = [];
  for (let at = 0;;) {
    const [found, line] = LINE.exec(text.slice(at, at + MAX_LINE_BYTES + 2)) ??
      [];
    if (found === undefined || line === undefined) return undefined;
    at += found.length;
    if (at > MAX_HEAD_BYTES + 2) return undefined;
    if (line === "" && lines.length > 0) {
      const [first, ...others] = lines;
      if (others.length > MAX_HEADERS) return undefined;
      return { first, others, rest: text.slice(at) };
    }
    lines.push(line);
  }
}

function toField(line: string): [string, string] | undefined {
  const [, name, value] = FIELD.exec(line) ?? [];
  return name === undefined ? undefined : [name.toLowerCase(), value];
}

function unchunk(text: string): { body: string; rest: string } | undefined {
  let body = "";
  let extensions = 0;
  for (;;) {
    const [found, line] = LINE.exec(text.slice(0, MAX_LINE_BYTES + 2)) ?? [];
    const [, digits, extension] = CHUNK.exec(line ?? "") ?? [];
    if (!found || digits === undefined) return undefined;
    extensions += extension.length;
    if (extensions > MAX_EXTENSION_BYTES) return undefined;
    const size = parseInt(digits, 16);
    if (size === 0) {
      // The line of the last chunk stands where the first of a head does.
      const trailers = readLines(text);
      return trailers?.others.every((it) => toField(it) !== undefined)
        ? { body, rest: trailers.rest }
        : undefined;
    }
    const start = found.length;
    const chunk = text.slice(start, start + size);
    if (body.length + size > MAX_BODY_BYTES) return undefined;
    if (!text.startsWith("\r\n", start + size)) return undefined;
    body += chunk;
    text = text.slice(start + size + 2);
  }
}
