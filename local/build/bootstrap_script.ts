// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Grant, toFlag, withRuntime } from "./permissions.ts";

/**
 * How Deno runs the bundle. V8's code cache is looked up by the URL of the
 * module, so that URL must not depend on the folder that the bundle is in.
 */
export const RUN: string[] = [
  "run",
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-prompt",
  "--no-check",
  "--cached-only",
];

/** The bundle, seen from a process in its folder. */
export const MAIN = "/proc/self/cwd/main.js";

/** Stands for the value of AWS_LAMBDA_RUNTIME_API, which is not known yet. */
const RUNTIME_API = "AWS_LAMBDA_RUNTIME_API";

/** The permissions that the script grants, as a person reads them. */
export function scriptPermissions(grants: Grant[]): string[] {
  return withRuntime(grants, [`$${RUNTIME_API}`]).map(toFlag);
}

/** The script `bootstrap` for the folder of the bundle. */
export function scriptText(grants: Grant[]): string {
  const permissions = withRuntime(grants, [RUNTIME_API]).map(toShellWord);
  return `#!/bin/sh
# Lambda starts this. It runs main.js with Deno and nothing but these permissions.
cd -- "\${0%/*}" || exit 1
# Deno's cache, as it was warmed at the build: it is only read.
export DENO_DIR="$PWD/deno_dir" DENO_NO_UPDATE_CHECK=1
# A quarter of the memory, and at least 64 MB, is for what is not on V8's heap.
# Other V8 flags would make V8 refuse its code cache.
if [ -n "$AWS_LAMBDA_FUNCTION_MEMORY_SIZE" ]; then
  rest=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE / 4))
  [ "$rest" -ge 64 ] || rest=64
  heap=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE - rest))
  set -- "--v8-flags=--max-heap-size=$heap" ${MAIN} "$@"
else
  set -- ${MAIN} "$@"
fi
exec deno ${RUN.join(" ")} \\
  ${[...permissions].join(" \\\n  ")} \\
  "$@"
`;
}

function toShellWord(grant: Grant): string {
  if (grant.values?.[0] !== RUNTIME_API) return quote(toFlag(grant));
  const others = toFlag({ flag: "", values: grant.values.slice(1) }).slice(1);
  const host = `"$\{${RUNTIME_API}:-127.0.0.1:9001}"`;
  return `${grant.flag}=${host}${others && `,${quote(others)}`}`;
}

/** Quotes a word for the shell, where it needs that. */
function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
