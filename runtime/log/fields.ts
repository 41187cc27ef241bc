// Copyright 2026 the Toukon Lambda authors. MIT license.

import { toErrorFields, toJson } from "./json.ts";

/** The members of a JSON record that no field may take. */
const RESERVED = ["timestamp", "level", "requestId", "message"];

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
  const fields: Record<string, unknown> = {};
  const others: unknown[] = [];
  for (const arg of args) {
    if (isError(arg)) Object.assign(fields, tryToGetErrorFields(arg));
    else if (!assignMembers(fields, arg)) others.push(arg);
  }
  if (others.length > 0) fields.args = others;
  return fields;
}

/** Writes fields as members that follow others in a JSON object. */
export function toMembers(fields: Record<string, unknown>): string {
  let members = "";
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const key = RESERVED.includes(name) ? `_${name}` : name;
    members += `,${toJson(key)}:${toJson(value)}`;
  }
  return members;
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
