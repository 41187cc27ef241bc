// Copyright 2026 the Toukon Lambda authors. MIT license.

import { CACHED_PACKAGE } from "../build/module_paths.ts";
import { toHost, type Use } from "../build/uses.ts";

/** One line of Deno's audit of permissions. */
interface Entry {
  permission: string;
  /** What was asked for; everything of the kind when null. */
  value: string | null;
  /** The frames of the stack, innermost first. */
  stack?: string[];
}

/** Functions of Deno that read files, and those that write them. */
const READING = /read|stat|exists|realpath|access|opendir/i;
const WRITING =
  /write|mkdir|remove|rmdir|unlink|truncate|chmod|chown|utime|maketemp|append/i;

/**
 * Reads what was asked for from Deno's audit, which also has what was granted.
 *
 * @param audit The text of the audit, in lines of JSON.
 * @param directory The folder of the project: paths in it become relative.
 * @see {@link https://docs.deno.com/runtime/fundamentals/security/}
 */
export function usesIn(audit: string, directory: string): Use[] {
  return audit.split("\n").filter((line) => line !== "")
    .map((line): Entry => JSON.parse(line))
    .filter(isMeant)
    .map(({ permission, value }) =>
      toUse({ kind: permission, value: value ?? undefined }, directory)
    )
    .filter((use) => !isOfPackage(use));
}

/** Writes what is asked for as deno.json has it. */
export function toUse({ kind, value }: Use, directory: string): Use {
  if (value === undefined) return { kind };
  if (kind === "net" || kind === "import") {
    return { kind, value: toHost(value) ?? value };
  }
  if (kind !== "read" && kind !== "write") return { kind, value };
  const path = value.replace(/^file:\/\//, "").replace(/^(?:\.\/)+/, "");
  if (!path.startsWith("/")) return { kind, value: `./${path}` };
  return {
    kind,
    value: path.startsWith(`${directory}/`)
      ? `./${path.slice(directory.length + 1)}`
      : path,
  };
}

/**
 * Whether a line tells of what a function does: where it reads or writes a file,
 * Deno asks for both. Where nobody knows, it is taken for reading: if that is
 * too little, the next run tells.
 */
function isMeant({ permission, stack = [] }: Entry): boolean {
  if (permission !== "read" && permission !== "write") return true;
  const frame = stack.find((it) => !it.startsWith("op_")) ?? "";
  const [name] = frame.split(" (ext:");
  const writes = WRITING.test(name) && !READING.test(name);
  return permission === (writes ? "write" : "read");
}

/** What packages look for beside themselves is not there in a bundle. */
function isOfPackage({ kind, value = "" }: Use): boolean {
  return (kind === "read" || kind === "write") &&
    (/(?:^|\/)node_modules(?:\/|$)/.test(value) || CACHED_PACKAGE.test(value));
}
