// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../../runtime/is_record.ts";
import { PERMISSION_KINDS } from "../../runtime/config.ts";
import { BuildError } from "./build_error.ts";

/** One permission flag of Deno. */
export interface Grant {
  /** The flag, such as `--allow-read`. */
  flag: string;
  /** The values that are granted; undefined grants all. */
  values?: string[];
}

/**
 * Where the Runtime API may be, for a program that must know it before it runs:
 * loopback or link-local, on the one port that Lambda has ever used.
 */
export const RUNTIME_API_HOSTS: string[] = [
  "127.0.0.0/8:9001",
  "169.254.0.0/16:9001",
];

/**
 * Makes flags of a permission set of deno.json.
 *
 * @param set The set; none when undefined.
 * @param from What deno.json calls it, for errors.
 * @throws {BuildError} If it is not what Deno takes.
 * @see {@link https://docs.deno.com/runtime/fundamentals/configuration/}
 */
export function toGrants(set: unknown, from: string): Grant[] {
  if (set === undefined) return [];
  if (!isRecord(set)) throw invalid(from, "an object", set);
  if (set.all === true) return [{ flag: "--allow-all" }];
  const unknown = Object.keys(set).find((name) =>
    name !== "all" && !PERMISSION_KINDS.includes(name)
  );
  if (unknown) {
    throw invalid(
      from,
      PERMISSION_KINDS.map((kind) => `"${kind}"`).join(", "),
      unknown,
    );
  }
  return PERMISSION_KINDS.flatMap((kind) => toGrantsOf(kind, set[kind], from));
}

function toGrantsOf(kind: string, value: unknown, from: string): Grant[] {
  const parts = isRecord(value) ? value : { allow: value };
  return ["allow", "deny", "ignore"].flatMap((part) => {
    const values = parts[part];
    const flag = `--${part}-${kind}`;
    if (values === undefined || values === false) return [];
    if (values === true) return [{ flag }];
    if (Array.isArray(values) && values.every(isListable)) {
      return values.length > 0 ? [{ flag, values }] : [];
    }
    throw invalid(
      `"${kind}" in ${from}`,
      "a boolean or a list of texts without commas",
      values,
    );
  });
}

/**
 * Adds what the runtime needs, and takes away what Deno grants by default.
 *
 * @param grants What the handler may do.
 * @param needs What the runtime needs.
 */
export function withRuntime(grants: Grant[], needs: Grant[]): Grant[] {
  if (grants.some(({ flag }) => flag === "--allow-all")) return grants;
  const others = grants.filter(({ flag }) =>
    needs.every((need) => need.flag !== flag)
  );
  // Unless told otherwise, Deno lets any program import from some registries.
  const imports = grants.some(({ flag }) => flag.endsWith("-import"))
    ? []
    : [{ flag: "--deny-import" }];
  return [
    ...others,
    ...imports,
    ...needs.map((need) => add(grants, need)),
  ];
}

function add(grants: Grant[], { flag, values = [] }: Grant): Grant {
  const grant = grants.find((it) => it.flag === flag);
  if (!grant) return { flag, values };
  return grant.values
    ? { flag, values: [...new Set([...values, ...grant.values])] }
    : grant;
}

/** Writes a grant as Deno's command line has it. */
export function toFlag({ flag, values }: Grant): string {
  return values ? `${flag}=${values.join(",")}` : flag;
}

/** The command line of Deno separates by commas, and has no way to write one. */
function isListable(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !value.includes(",");
}

function invalid(from: string, expected: string, found: unknown): BuildError {
  return new BuildError(
    `Cannot use ${from} of deno.json: expected ${expected}, found ${
      JSON.stringify(found)
    }`,
  );
}
