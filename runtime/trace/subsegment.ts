// Copyright 2026 the Toukon Lambda authors. MIT license.

import { fitsIn } from "../fits_in.ts";
import { type Cause, toCause, toShortCause } from "./cause.ts";
import { clipTo } from "./rules.ts";
import type { HttpFacts, RecordedSpan } from "./span.ts";

/** X-Ray's limit where it names no other. */
const MAX_TEXT_LENGTH = 250;

/** What may be left out of a subsegment that is too long. */
interface Parts {
  annotations: string | undefined;
  metadata: string | undefined;
  cause: Cause | undefined;
}

/**
 * Writes a span as the members of a subsegment, without the braces. Of one that
 * is too long, metadata is left out first, then most of the errors, then the
 * annotations; each is named in the metadata.
 *
 * @param exceptionIds The ids of the errors so far, which are added to.
 * @see {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html}
 */
export function toMembers(
  span: RecordedSpan,
  exceptionIds: Map<unknown, string>,
  maxBytes: number,
): string {
  const { annotations, metadata, errors } = span;
  const parts: Parts = {
    annotations: annotations && JSON.stringify(annotations),
    metadata: metadata && toMetadata(metadata),
    cause: errors && toCause(errors, exceptionIds),
  };
  let members = write(span, parts);
  const leftOut: string[] = [];
  const shorten = (name: keyof Parts, value?: Cause) => {
    if (parts[name] === undefined || fitsIn(members, maxBytes)) return;
    leftOut.push(name);
    Object.assign(parts, { [name]: value });
    parts.metadata = JSON.stringify({ "toukon-lambda": { leftOut } });
    members = write(span, parts);
  };
  shorten("metadata");
  shorten("cause", parts.cause && toShortCause(parts.cause));
  shorten("annotations");
  return members;
}

function write(span: RecordedSpan, parts: Parts): string {
  const { name, id, startMs, endMs = startMs, namespace, http } = span;
  const { annotations, metadata, cause } = parts;
  let members = `"id":"${id}","name":${JSON.stringify(name)},"start_time":${
    toSeconds(startMs)
  },"end_time":${toSeconds(endMs)}`;
  if (namespace) members += `,"namespace":"${namespace}"`;
  if (http) members += `,"http":${toHttp(http)}`;
  members += toFlags(http?.status, cause !== undefined);
  if (cause !== undefined) members += `,"cause":${JSON.stringify(cause)}`;
  if (annotations) members += `,"annotations":${annotations}`;
  if (metadata) members += `,"metadata":${metadata}`;
  return members;
}

/** X-Ray has seconds, here with microseconds. */
function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}

function toHttp({ method, url, status, contentLength }: HttpFacts): string {
  return JSON.stringify({
    request: { method, url: clipTo(url, MAX_TEXT_LENGTH) },
    ...(status !== undefined && {
      response: { status, content_length: contentLength },
    }),
  });
}

/** Tells an error of the caller from one of what was called. */
function toFlags(status = 0, hasFailed: boolean): string {
  let flags = "";
  if (status >= 400 && status < 500) flags += ',"error":true';
  if (status === 429) flags += ',"throttle":true';
  if (status >= 500 || hasFailed) flags += ',"fault":true';
  return flags;
}

function toMetadata(metadata: Map<string, Map<string, string>>): string {
  const groups = Array.from(metadata, ([namespace, values]) => {
    const members = Array.from(
      values,
      ([key, json]) => `${JSON.stringify(key)}:${json}`,
    );
    return `${JSON.stringify(namespace)}:{${members.join(",")}}`;
  });
  return `{${groups.join(",")}}`;
}
