// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";

/** What the command line of a build says. */
export interface BuildFlags {
  /** Modules that are left to run time, beside those of deno.json. */
  external: string[];
  /** Files and folders that go with it, beside those of deno.json. */
  include: string[];
  /** Write a bundle and a script for an image that has Deno. */
  bundle: boolean;
  /** Say what its import costs, and build nothing. */
  explain: boolean;
  /** Print the help and do nothing else. */
  help: boolean;
  /** The memory of the function, in megabytes, where it is said. */
  memoryMb: number | undefined;
  /** Make the code smaller; classes and functions lose their names. */
  minify: boolean;
  /** Build what does not pass `deno check`. */
  noCheck: boolean;
  /** What to compile for, as Deno names it. */
  target: string;
  /** Pack the program into a zip. */
  zip: boolean;
}

/** The text of `--help`. */
export const HELP = `Builds the Lambda function that deno.json names.

Usage: deno task build [options]

Without options, it compiles the function into the program bootstrap.

Options:
  --target ARCH    Compile for x86_64 or aarch64 (arm64), whatever this machine
                   is
  --memory MB      Fit the heap to a function of that memory; else V8 takes half
                   of the memory that it finds
  --form FORM      Make a program (the default), a zip or a bundle
  --zip            --form zip: also write bootstrap.zip, for the runtime
                   provided.al2023
  --bundle         --form bundle: instead, write the function into dist/, for an image or a
                   layer that has Deno; the heap is fitted when it starts
  --include PATH   Take a file or folder of the project along, to be read
                   beside the handler; may be repeated
  --external NAME  Leave a module to run time; may be repeated
  --minify         Make the code smaller; classes and functions lose their names
  --explain        Build nothing; import the modules of the function in processes
                   of their own, and say what they cost at a cold start
  --no-check       Build it whether it passes deno check or not
  --help           Show this help

Exit codes: 0 built or explained, 1 the function cannot be built,
2 an option is wrong, 3 the program that Deno compiles into cannot be had`;

const BOOLEANS = [
  "bundle",
  "explain",
  "help",
  "minify",
  "no-check",
  "zip",
] as const;
const TEXTS = ["external", "form", "include", "memory", "target"] as const;

/** What a build can make, the default first. */
const FORMS = ["program", "zip", "bundle"];
const NAMES = [...BOOLEANS, ...TEXTS];

const TARGETS: Record<string, string> = {
  x86_64: "x86_64-unknown-linux-gnu",
  amd64: "x86_64-unknown-linux-gnu",
  aarch64: "aarch64-unknown-linux-gnu",
  arm64: "aarch64-unknown-linux-gnu",
};

/** The memory that a function may have, in megabytes. */
const [LEAST_MB, MOST_MB] = [128, 10_240];

/** Parses the command line of a build. */
export function parseBuildFlags(args: string[]): BuildFlags {
  const flags = parseArgs(args, {
    string: TEXTS,
    boolean: BOOLEANS,
    collect: ["external", "include"],
    unknown: refuseUnknown(NAMES, "deno.json names the handler"),
  });
  const { explain, external, form, help, include, memory, minify, target } =
    flags;
  if (form !== undefined) checkForm(form, flags);
  const bundle = flags.bundle || form === "bundle";
  const zip = flags.zip || form === "zip";
  for (const [name, values] of Object.entries({ external, include })) {
    if (!values.includes("")) continue;
    throw new UsageError(`Cannot use --${name}: expected a value after it`);
  }
  for (const [name, value] of Object.entries({ memory, target, zip })) {
    if (!bundle || value === undefined || value === false) continue;
    throw new UsageError(
      `Cannot use --${name} with --bundle: expected it with a compiled program only`,
    );
  }
  const { "no-check": noCheck } = flags;
  const ofBuilds = {
    form,
    bundle,
    memory,
    minify,
    "no-check": noCheck,
    target,
    zip,
  };
  for (const [name, value] of Object.entries(ofBuilds)) {
    if (!explain || value === undefined || value === false) continue;
    throw new UsageError(
      `Cannot use --${name} with --explain: expected it where something is built`,
    );
  }
  return {
    bundle,
    explain,
    external,
    help,
    include,
    memoryMb: toMemoryMb(memory),
    minify,
    noCheck,
    target: toTarget(target ?? Deno.build.arch),
    zip,
  };
}

function checkForm(
  form: string,
  { bundle, zip }: { bundle: boolean; zip: boolean },
): void {
  if (!FORMS.includes(form)) {
    throw new UsageError(
      `Cannot use --form "${form}": expected "program", "zip" or "bundle"`,
    );
  }
  for (const [name, value] of Object.entries({ bundle, zip })) {
    if (!value) continue;
    throw new UsageError(
      `Cannot use --${name} with --form: expected one of them`,
    );
  }
}

function toTarget(value: string): string {
  const target = TARGETS[value] ?? value;
  if (Object.values(TARGETS).includes(target)) return target;
  throw new UsageError(
    `Cannot use --target "${value}": expected "x86_64" or "aarch64", which Lambda has`,
  );
}

function toMemoryMb(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const memoryMb = /^\d+$/.test(value) ? Number(value) : NaN;
  if (memoryMb >= LEAST_MB && memoryMb <= MOST_MB) return memoryMb;
  throw new UsageError(
    `Cannot use --memory "${value}": expected megabytes from ${LEAST_MB} to ${MOST_MB}`,
  );
}
