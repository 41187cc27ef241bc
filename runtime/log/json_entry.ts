// Copyright 2026 the Toukon Lambda authors. MIT license.

import { safely, toErrorDocument } from "../failure/failure.ts";
import { format, show } from "./format.ts";

/** What an entry of the log is made of. */
export interface EntryParts {
  timestamp: string;
  level: string;
  requestId: string;
  /** What `console.log` was given. */
  args: readonly unknown[];
  /** Further members. */
  fields: Record<string, unknown> | undefined;
}

/**
 * Makes an entry as AWS's managed runtimes write them in JSON: a sole argument
 * is the message as it is, several are formatted to a text, and the first error
 * among them adds its type, message and stack. Never throws.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html}
 */
export function toEntry(
  { timestamp, level, requestId, args, fields }: EntryParts,
): string {
  const isSole = args.length === 1;
  const error = isSole ? undefined : args.find(isError);
  const members = {
    ...(fields && toPlain(fields, []) as Record<string, unknown>),
    timestamp,
    level,
    requestId: requestId || undefined,
    message: isSole ? toMessage(args[0]) : format(args),
    ...(error !== undefined && toErrorDocument(error)),
  };
  return JSON.stringify(members);
}

function toMessage(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? value : show(value);
  }
  // A value may be nested deeper than the stack allows.
  return safely(() => toPlain(value, [])) ?? show(value);
}

function isError(value: unknown): boolean {
  return safely(() => value instanceof Error) === true;
}

/** Gives a value as one that JSON carries, with nothing of it left out. */
function toPlain(value: unknown, parents: readonly unknown[]): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      if (value === null) return null;
      break;
    default:
      return show(value);
  }
  if (parents.includes(value)) return "[Circular]";
  return toPlainObject(value, [...parents, value]);
}

function toPlainObject(value: object, parents: readonly unknown[]): unknown {
  const plain = (member: unknown) => toPlain(member, parents);
  if (isError(value)) {
    return { ...toErrorDocument(value), ...membersOf(value, plain) };
  }
  const toJson = safely(() => (value as { toJSON?: unknown }).toJSON);
  if (typeof toJson === "function") {
    const json = safely(() => ({ value: toJson.call(value) }));
    // An invalid Date gives null, and says no more.
    if (json && json.value !== null) return plain(json.value);
    return show(value);
  }
  if (value instanceof Set) return Array.from(value, plain);
  if (value instanceof Map) return mapToPlain(value, plain);
  if (Array.isArray(value)) return value.map((member) => plain(member) ?? null);
  const members = membersOf(value, plain);
  const hasMembers = Object.keys(members).length > 0;
  const isOpaque = ArrayBuffer.isView(value) || !hasMembers && !isBare(value);
  return isOpaque ? show(value) : members;
}

function mapToPlain(
  map: Map<unknown, unknown>,
  plain: (member: unknown) => unknown,
): unknown {
  const entries = Array.from(map, ([key, member]) => [key, plain(member)]);
  return entries.every(([key]) => typeof key === "string")
    ? Object.fromEntries(entries)
    : entries.map(([key, member]) => [plain(key), member]);
}

/** The own members of an object; reading one may throw. */
function membersOf(
  value: object,
  plain: (member: unknown) => unknown,
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const key of safely(() => Object.keys(value)) ?? []) {
    const read = safely(() => ({
      value: (value as Record<string, unknown>)[key],
    }));
    members[key] = read ? plain(read.value) : "[reading it threw]";
  }
  return members;
}

function isBare(value: object): boolean {
  const prototype = safely(() => Object.getPrototypeOf(value));
  return prototype === null || prototype === Object.prototype;
}
