// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Folder } from "../../support/folder.ts";

/** The checkout. */
export const ROOT = decodeURIComponent(
  new URL("../../..", import.meta.url).pathname,
);
/** The URL of the package. */
export const MOD = import.meta.resolve("../../../mod.ts");

/** How a run ended, and what it wrote. */
export interface Result {
  code: number;
  stdout: Uint8Array;
  text: string;
  stderr: string;
}

/** Runs what `deno task dev` runs, with the permissions that it has. */
export function dev(
  stdin: string | Uint8Array,
  ...args: string[]
): Promise<Result> {
  return deno(["-P=dev", "local/dev/mod.ts", ...args], stdin);
}

/** Runs Deno with an event on stdin. */
export async function deno(
  args: string[],
  stdin: string | Uint8Array,
  { cwd = ROOT, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...args],
    cwd,
    // The task that runs the tests sets INIT_CWD as well.
    env: { NO_COLOR: "1", INIT_CWD: cwd, ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  try {
    await writer.write(
      typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin,
    );
    await writer.close();
  } catch {
    // A process that refuses its options does not read its event.
  }
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout,
    text: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Options for {@linkcode program}. */
export interface ProgramOptions {
  /** The event. */
  stdin?: string;
  /** What may be read beside the folder. */
  read?: string[];
}

/** Runs a program of a user's, whose folder has the files. */
export async function program(
  files: Record<string, string>,
  { stdin = '{"name":"Deno"}', read = [] }: ProgramOptions = {},
): Promise<Result> {
  using folder = new Folder(files);
  return await deno([
    "--config",
    "deno.json",
    "--allow-env",
    `--allow-read=${[folder.path, ...read]}`,
    `${folder.path}/main.ts`,
  ], stdin);
}

/** A handler that answers a name. */
export const HANDLER =
  "export function handleEvent(event: { name: string }) { return event.name; }";
