// Copyright 2026 the Toukon Lambda authors. MIT license.

import { needsOf } from "./needs.ts";
import { MARK } from "./outputs.ts";
import { type Grant, toFlag, withRuntime } from "./permissions.ts";
import type { Project } from "./project.ts";

/**
 * Keeps V8's space for new objects at 8 MB. Fitted to a small heap it is so
 * little that large events are collected again and again, and to a large one so
 * much that memory grows for nothing.
 */
const NEW_SPACE = "--v8-flags=--min-semi-space-size=8,--max-semi-space-size=8";

/**
 * How Deno runs the bundle. V8's code cache is looked up by the URL of the
 * module, so that URL must not depend on the folder that the bundle is in; and
 * it holds for these flags of V8, and whatever size the heap has.
 */
export const RUN: string[] = [
  "run",
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-prompt",
  "--no-check",
  "--cached-only",
  NEW_SPACE,
];

/** The folder of the bundle, seen from a process in it. */
export const MAIN_FOLDER = "/proc/self/cwd/";

/** The bundle, seen from a process in its folder. */
export const MAIN: string = `${MAIN_FOLDER}main.js`;

/** Stands for the value of AWS_LAMBDA_RUNTIME_API, which is not known yet. */
const RUNTIME_API = "AWS_LAMBDA_RUNTIME_API";

/** The permissions that the script grants, as a person reads them. */
export function scriptPermissions(project: Project): string[] {
  return grantsOf(project, `$${RUNTIME_API}`).map(toFlag);
}

/** The script `bootstrap` for the folder of the bundle. */
export function scriptText(project: Project): string {
  const grants = grantsOf(project, RUNTIME_API);
  const flags = [...project.unstableFlags, ...grants.map(toShellWord)];
  return `#!/bin/sh
# ${MARK}
# Lambda starts this. It runs main.js with Deno and nothing but these permissions.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self") || exit 1
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
case $self in */*) cd -P -- "\${self%/*}/" || exit 1 ;; esac
if ! command -v deno > /dev/null; then
  echo "Cannot find deno on the PATH: expected an image or a layer that has Deno ${Deno.version.deno}" >&2
  exit 127
fi
# Deno's cache, as it was warmed at the build: it is only read.
export DENO_DIR="$PWD/deno_dir" DENO_NO_UPDATE_CHECK=1
# A quarter of the memory, and at least 64 MB, is for what is not on V8's heap.
# V8 flags other than this and those below would make it refuse its code cache.
if [ -n "$AWS_LAMBDA_FUNCTION_MEMORY_SIZE" ]; then
  rest=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE / 4))
  [ "$rest" -ge 64 ] || rest=64
  heap=$((AWS_LAMBDA_FUNCTION_MEMORY_SIZE - rest))
  set -- "--v8-flags=--max-heap-size=$heap" ${MAIN} "$@"
else
  set -- ${MAIN} "$@"
fi
${lateGrants(project, grants)}exec deno ${RUN.join(" ")} \\
  ${flags.join(" \\\n  ")} \\
  "$@"
`;
}

function grantsOf({ config, grants, include }: Project, host: string): Grant[] {
  return withRuntime(grants, needsOf(config, [host], { main: MAIN, include }));
}

/** Shell lines that grant what is named only where the function runs. */
function lateGrants({ config }: Project, grants: Grant[]): string {
  // A list would narrow what is granted without one.
  const toFlags = (wanted: Record<string, string>) =>
    Object.entries(wanted)
      .filter(([flag]) => grants.every((it) => it.flag !== flag || it.values))
      .map(([flag, value]) => `"${flag}=${value}" `).join("");
  if (grants.some(({ flag }) => flag === "--allow-all")) return "";
  const socket = toFlags({
    "--allow-net": "unix:$socket",
    "--allow-read": "$socket",
    "--allow-write": "$socket",
  });
  const credentials = toFlags({ "--allow-net": "${credentials%%/*}" });
  return [
    ...(socket
      ? [
        "# Where several invocations run at once, the log goes to a socket.",
        "socket=$_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET",
        `[ -z "$socket" ] || set -- ${socket}"$@"`,
      ]
      : []),
    ...(credentials && config.deadLetter
      ? [
        "# Where the environment comes from a snapshot, credentials are asked for.",
        "credentials=${AWS_CONTAINER_CREDENTIALS_FULL_URI#*://}",
        `[ -z "$credentials" ] || set -- ${credentials}"$@"`,
      ]
      : []),
  ].map((line) => `${line}\n`).join("");
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
