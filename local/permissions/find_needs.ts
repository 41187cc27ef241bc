// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "../build/deno.ts";
import { entryText } from "../build/entry.ts";
import { RUNTIME_VARIABLES } from "../build/needs.ts";
import { WORK_FOLDER } from "../build/outputs.ts";
import { toPermissionSet } from "../build/permission_warning.ts";
import { toFlag, toGrants } from "../build/permissions.ts";
import type { Project } from "../build/project.ts";
import type { Use } from "../build/uses.ts";
import { toMissingPermission } from "../../runtime/failure/advice.ts";
import { toUse, usesIn } from "./audit.ts";

/** What {@linkcode findNeeds} has found. */
export interface Needs {
  /** What the handler reaches for. */
  uses: Use[];
  /** What there is to say of events with which the handler failed. */
  failures: string[];
}

/** All but to run programs, which Deno's audit leaves out. */
const AUDITED = ["read", "write", "import", "env", "net", "ffi", "sys"]
  .map((kind) => `--allow-${kind}`);

/** Each run may show one thing more. */
const MAX_RUNS = 50;

/** Each message of a `NotCapable`, as a person or a log gets it. */
const REFUSALS =
  /Requires \w+ access(?: to ".+?")?, run again with the --allow-/g;

/** Finds what the handler needs for the events. */
export async function findNeeds(
  project: Project,
  events: string[],
): Promise<Needs> {
  const { directory } = project;
  const folder = `${directory}/${WORK_FOLDER}`;
  const nothing = `${WORK_FOLDER}/nothing.ts`;
  Deno.writeTextFileSync(
    `${directory}/${nothing}`,
    "export const handleEvent = () => null;\n",
  );
  Deno.writeTextFileSync(
    `${folder}/nothing_entry.ts`,
    entryText({ ...project, handler: nothing }),
  );
  Deno.writeTextFileSync(`${folder}/entry.ts`, entryText(project));
  const own = await audit(project, "nothing_entry.ts", events[0]);
  const needs: Needs = { uses: [], failures: [] };
  for (const event of events) {
    needs.uses.push(...await audit(project, "entry.ts", event));
  }
  for (const event of events) {
    const failure = await prove(project, own, needs, event);
    if (failure !== undefined) needs.failures.push(failure);
  }
  const isOwn = (use: Use) => own.some((it) => isSame(it, use));
  return { ...needs, uses: needs.uses.filter((use) => !isOwn(use)) };
}

/** Runs the handler with all permissions, and tells what it reached for. */
async function audit(
  { directory, unstableFlags }: Project,
  entry: string,
  event: string,
): Promise<Use[]> {
  const log = `${directory}/${WORK_FOLDER}/audit.jsonl`;
  Deno.writeTextFileSync(log, "");
  await runDeno([
    ...["run", "--quiet", "--no-prompt", "--no-check"],
    ...unstableFlags,
    ...AUDITED,
    ...[`${WORK_FOLDER}/${entry}`, "--event", event],
  ], {
    directory,
    env: { DENO_AUDIT_PERMISSIONS: log, DENO_TRACE_PERMISSIONS: "1" },
  });
  const { value: eventPath } = toUse({ kind: "read", value: event }, directory);
  return usesIn(Deno.readTextFileSync(log), directory)
    .filter(({ kind, value }) =>
      !(kind === "env" && RUNTIME_VARIABLES.includes(value ?? "")) &&
      !value?.startsWith(`./${WORK_FOLDER}`) && value !== eventPath
    );
}

/**
 * Runs the handler with what was found, and adds what is refused, until nothing
 * is.
 *
 * @returns What there is to say if it fails.
 */
async function prove(
  { directory, unstableFlags }: Project,
  own: Use[],
  { uses }: Needs,
  event: string,
): Promise<string | undefined> {
  const runtime: Use[] = [
    ...own,
    ...RUNTIME_VARIABLES.map((value) => ({ kind: "env", value })),
    { kind: "read", value: event },
  ];
  for (let run = 0; run < MAX_RUNS; run++) {
    const set = toPermissionSet([...runtime, ...uses]);
    const { success, text } = await runDeno([
      ...["run", "--quiet", "--no-prompt", "--no-check"],
      ...unstableFlags,
      ...toGrants(set, "the audit").map(toFlag),
      ...[`${WORK_FOLDER}/entry.ts`, "--event", event],
    ], { directory });
    const refused = [...text.replaceAll('\\"', '"').matchAll(REFUSALS)]
      .map(([message]) => toUse(toMissingPermission(message)!, directory))
      .filter((use) => !uses.some((it) => isSame(it, use)));
    if (refused.length > 0) uses.push(...refused);
    else if (success) return undefined;
    else {
      return `With the event of "${event}", the handler failed, so that something may be missing:\n${text.trimEnd()}`;
    }
  }
  return `With the event of "${event}", the handler was refused something new ${MAX_RUNS} times`;
}

function isSame(a: Use, b: Use): boolean {
  return a.kind === b.kind && a.value === b.value;
}
