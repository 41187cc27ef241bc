// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What an X-Ray tracing header says. */
export interface TraceHeader {
  /** The id of the trace, such as `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly root: string;
  /** The id of the segment that the work belongs to, where it is there. */
  readonly parent: string | undefined;
  /** The other fields, such as `Sampled` and `Lineage`, as they were found. */
  readonly others: readonly (readonly [name: string, value: string])[];
}

const ROOT = /^1-[\da-f]{8}-[\da-f]{24}$/i;
const SEGMENT_ID = /^[\da-f]{16}$/i;
/** Part of the header comes from callers, and it is passed on to others. */
const FIELD = /^[\w-]{1,64}=[\x21-\x3a\x3c-\x7e]{0,256}$/;
const MAX_FIELDS = 8;

/** Reads the header; gives undefined where it names no trace. */
export function parseTraceHeader(
  text: string | null | undefined,
): TraceHeader | undefined {
  let root: string | undefined;
  let parent: string | undefined;
  const others: [string, string][] = [];
  for (const part of (text ?? "").split(";")) {
    const field = part.trim();
    if (!FIELD.test(field)) continue;
    const end = field.indexOf("=");
    const name = field.slice(0, end);
    const value = field.slice(end + 1);
    if (name === "Root") root = value;
    else if (name === "Parent") parent = value;
    else if (others.length < MAX_FIELDS) others.push([name, value]);
  }
  if (root === undefined || !ROOT.test(root)) return undefined;
  if (parent !== undefined && !SEGMENT_ID.test(parent)) parent = undefined;
  return { root, parent, others };
}

/** Whether the trace is recorded. */
export function isSampled(header: TraceHeader): boolean {
  return fieldOf(header, "Sampled") === "1";
}

/** Gives a field that is neither root nor parent. */
export function fieldOf(
  { others }: TraceHeader,
  name: string,
): string | undefined {
  return others.find((field) => field[0] === name)?.[1];
}

/**
 * Writes the header for what is called.
 *
 * @param parent The id of the segment that makes the call.
 */
export function writeTraceHeader(
  { root, others }: TraceHeader,
  parent: string | undefined,
): string {
  const fields = [["Root", root], ["Parent", parent], ...others];
  return fields.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`).join(";");
}
