// Copyright 2026 the Toukon Lambda authors. MIT license.

import { MARK_BYTES, markOf } from "./format.ts";
import { toErrorFields, toJson, toRawJson } from "./json.ts";

/** The members of a JSON record that no field may take. */
const RESERVED = [
  "timestamp",
  "level",
  "requestId",
  "tenantId",
  "traceId",
  "message",
];

/** The fields that the first error among arguments adds to a record. */
export function fieldsOfError(
  args: unknown[],
): Record<string, unknown> | undefined {
  const error = args.find(isError);
  return error && tryToGetErrorFields(error);
}

/**
 * The fields that the arguments after a message give: the members of objects,
 * those of errors, and a list named `args` of everything else.
 */
export function toFields(args: unknown[]): Record<string, unknown> | undefined {
  if (args.length === 0) return undefined;
  // Without a prototype, so that no name has a meaning of its own.
  const fields: Record<string, unknown> = Object.create(null);
  const others: unknown[] = [];
  for (const arg of args) {
    if (isError(arg)) Object.assign(fields, tryToGetErrorFields(arg));
    else if (!assignMembers(fields, arg)) others.push(arg);
  }
  if (others.length > 0) fields.args = others;
  return fields;
}

/**
 * Writes fields as members that follow others in a JSON object, of which one
 * line is to be made.
 */
export function toMembers(fields: Record<string, unknown>): string {
  let members = "";
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined) continue;
    members += `,${JSON.stringify(toKey(name))}:${toRawJson(value)}`;
  }
  return members;
}

function toKey(name: string): string {
  return RESERVED.includes(name) ? `_${name}` : name;
}

/** What the count of fields that are left out takes at most. */
const COUNT_BYTES = 40;

/**
 * Writes a message and fields as members of so many bytes at most: what is
 * larger than its share is cut, and says how much is missing. Fields that have
 * no room at all are counted.
 */
export function cutMembers(
  message: string,
  fields: Record<string, unknown> | undefined,
  maxBytes: number,
): string {
  const members: [key: string, json: string][] = [["message", message]];
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value !== undefined) members.push([toKey(name), toJson(value)]);
  }
  const sizes = members.map(([key, json]) => sizeOf(`,${toJson(key)}:${json}`));
  const shares = shareOut(sizes, maxBytes - COUNT_BYTES);
  let written = "";
  let leftOut = 0;
  for (const [i, [key, json]] of members.entries()) {
    const start = `,${toJson(key)}:`;
    const left = shares[i] - sizeOf(start);
    if (sizes[i] <= shares[i]) written += start + json;
    else if (left > MARK_BYTES) written += start + cutJson(json, left);
    else leftOut++;
  }
  return leftOut === 0 ? written : `${written},"fieldsLeftOut":${leftOut}`;
}

/** A smaller share would show too little of anything. */
const MIN_SHARE_BYTES = 128;

/**
 * Gives everyone what it needs, or else an equal share of what is left. Of too
 * many for that, the first ones get all.
 */
function shareOut(needs: number[], total: number): number[] {
  const shares: number[] = [];
  let left = total;
  if (total / needs.length < MIN_SHARE_BYTES) {
    for (const need of needs) {
      const share = Math.min(need, left);
      shares.push(share);
      left -= share;
    }
    return shares;
  }
  const order = needs.keys().toArray().sort((a, b) => needs[a] - needs[b]);
  for (const [done, i] of order.entries()) {
    shares[i] = Math.min(needs[i], Math.floor(left / (needs.length - done)));
    left -= shares[i];
  }
  return shares;
}

/** Writes the beginning of a string, or of any other JSON as a string. */
function cutJson(json: string, maxBytes: number): string {
  const text = json.startsWith('"') ? json : JSON.stringify(json);
  const room = new Uint8Array(maxBytes - MARK_BYTES);
  const { read } = new TextEncoder().encodeInto(text, room);
  const kept = withoutPartialEscape(text.slice(0, read));
  // The quote at the end is none of the text.
  return `${kept}${markOf(sizeOf(text) - sizeOf(kept) - 1)}"`;
}

/** Leaves out an escape sequence at the end that is not whole. */
function withoutPartialEscape(json: string): string {
  const last = json.lastIndexOf("\\");
  let first = last;
  while (json[first - 1] === "\\") first--;
  const isEscaped = (last - first) % 2 === 1;
  const length = json[last + 1] === "u" ? 6 : 2;
  return last < 0 || isEscaped || last + length <= json.length
    ? json
    : json.slice(0, last);
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function isError(arg: unknown): arg is Error {
  try {
    return arg instanceof Error;
  } catch {
    return false;
  }
}

function tryToGetErrorFields(error: Error): Record<string, unknown> {
  try {
    return toErrorFields(error);
  } catch {
    return { error };
  }
}

/** Takes the members of a plain object; false for everything else. */
function assignMembers(fields: Record<string, unknown>, arg: unknown): boolean {
  if (typeof arg !== "object" || arg === null) return false;
  try {
    const prototype = Object.getPrototypeOf(arg);
    if (prototype !== null && prototype !== Object.prototype) return false;
    // Read first, so that a getter that throws leaves nothing half done.
    Object.assign(fields, { ...arg });
    return true;
  } catch {
    return false;
  }
}
