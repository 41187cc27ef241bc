// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RUNTIME_VARIABLES } from "./needs.ts";
import type { Grant } from "./permissions.ts";
import type { Use } from "./uses.ts";

/** What {@linkcode permissionWarning} compares. */
export interface WarningOptions {
  grants: Grant[];
  /** Where in deno.json the grants come from. */
  grantsFrom: string;
  /** What is included and therefore may be read. */
  include: string[];
}

/** Says what a function reaches for that it is not granted. */
export function permissionWarning(
  uses: Use[],
  { grants, grantsFrom, include }: WarningOptions,
): string[] {
  const missing = uses.filter((use) =>
    !isGranted(use, grants) && !isOwn(use, include)
  );
  if (missing.length === 0) return [];
  const set = /^"(.+)"$/.exec(grantsFrom)?.[1] ?? "permissions.default";
  const places = [
    ...new Set(
      missing.map(({ kind, value, at }) =>
        `  ${kind} ${value ?? "(all)"}${at === undefined ? "" : `, in ${at}`}`
      ),
    ),
  ];
  return [
    `Warning: the function reaches for what "${set}" of deno.json does not grant:
${places.join("\n")}
It will fail with NotCapable there. If it needs that, add to "${set}":
${JSON.stringify(toPermissionSet(missing), null, 2).slice(2, -2)}`,
  ];
}

/** Makes the set of deno.json that grants all that is used. */
export function toPermissionSet(
  uses: Use[],
): Record<string, true | string[]> {
  const set: Record<string, true | string[]> = {};
  for (const { kind, value } of uses) {
    const values = set[kind] ?? [];
    if (value === undefined) set[kind] = true;
    else if (values !== true) {
      set[kind] = [...new Set([...values, value])].sort();
    }
  }
  return set;
}

function isOwn({ kind, value }: Use, include: string[]): boolean {
  if (value === undefined) return false;
  if (kind === "env") return RUNTIME_VARIABLES.includes(value);
  const path = value.replace(/^(?:\.\/)+/, "");
  return kind === "read" && include.some((it) => isWithin(path, it));
}

function isGranted({ kind, value }: Use, grants: Grant[]): boolean {
  return grants.some(({ flag, values }) => {
    if (flag === "--allow-all") return true;
    if (flag !== `--allow-${kind}`) return false;
    if (values === undefined) return true;
    return value !== undefined &&
      values.some((granted) => covers(kind, granted, value));
  });
}

function covers(kind: string, granted: string, value: string): boolean {
  if (granted === value) return true;
  if (kind === "env") {
    return granted.endsWith("*") && value.startsWith(granted.slice(0, -1));
  }
  if (kind === "net") return coversHost(granted, value);
  const plain = (path: string) => path.replace(/^(?:\.\/)+|\/+$/g, "");
  return isWithin(plain(value), plain(granted));
}

function coversHost(granted: string, value: string): boolean {
  const [host, port] = splitHost(granted);
  const [wantedHost, wantedPort] = splitHost(value);
  if (port !== undefined && port !== wantedPort) return false;
  return host === wantedHost ||
    host.startsWith("*.") && wantedHost.endsWith(host.slice(1));
}

function splitHost(value: string): [string, string | undefined] {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(value)!;
  return [host, port];
}

function isWithin(path: string, folder: string): boolean {
  return folder === "." || folder === "" || path === folder ||
    path.startsWith(`${folder}/`);
}
