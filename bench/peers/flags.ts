// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../../local/cli/unknown_option.ts";
import { UsageError } from "../../local/cli/usage_error.ts";
import { workingDirectory } from "../../local/cli/working_directory.ts";

/** Whether rounds are run under a processor quota. */
export type QuotaMode = "both" | "with" | "without";

/** What the command line says. */
export interface PeersFlags {
  /** The names of the clients; all where it is undefined. */
  clients: string[] | undefined;
  /** The number of the core that server and client share; "-" for any. */
  core: string;
  help: boolean;
  /** Measure the memory after many invocations instead. */
  memory: boolean;
  /** The folder that results are written to; undefined for none. */
  output: string | undefined;
  /** Make each measurement as short as can be. */
  quick: boolean;
  quota: QuotaMode;
  rounds: number;
  /** The sizes of the events, in bytes. */
  sizes: number[];
}

/** The folder of the results that are committed. */
const RESULTS = new URL("../results", import.meta.url).pathname;
const CORES = navigator.hardwareConcurrency;
const LEAST_BYTES = 64;
const MOST_BYTES = 6 * 1024 * 1024;
const UNITS: Record<string, number> = { "": 1, KiB: 1024, MiB: 1024 ** 2 };

const TEXTS = [
  "clients",
  "core",
  "output",
  "quota",
  "rounds",
  "sizes",
] as const;
const BOOLEANS = ["help", "memory", "quick"] as const;

/** The text of `--help`. */
export function helpText(clients: string[]): string {
  return `Measures this package and other languages' Lambda clients, in turns.

Usage: deno task bench:peers [options]

Options:
  --rounds N       How often each client is measured; default 3, or 1 with
                   --quick or --memory
  --sizes A,B      Sizes of the events; default 64,10KiB,1MiB,5MiB
  --clients A,B    The clients to measure; default all of
                   ${wrap(clients)}
  --quota WHICH    "with" or "without" the processor share of a 128 MB function;
                   default "both", where the first size alone is measured with it
  --core N         The core that server and client share, or "any"; default the
                   last
  --memory         Instead, measure the memory of a 128 MB function after 100,000
                   invocations
  --quick          Measure for a moment only, and write no files by default
  --output FOLDER  Where the table and the plot go; default bench/results
  --help           Show this help

What is built is kept in bench/peers/.build. What cannot be built on this
machine is named, with the reason, and left out.

Exit codes: 0 measured, 1 a client failed or replied wrongly, 2 an option is
wrong, 130 interrupted`;
}

/** Parses the command line. */
export function parsePeersFlags(args: string[], known: string[]): PeersFlags {
  const flags = parseArgs(args, {
    string: TEXTS,
    boolean: BOOLEANS,
    unknown: refuseUnknown([...TEXTS, ...BOOLEANS], "see --help"),
  });
  const { help, memory, quick, output } = flags;
  for (const name of TEXTS) {
    if (flags[name] !== "") continue;
    throw new UsageError(`Cannot use --${name}: expected a value after it`);
  }
  return {
    clients: flags.clients?.split(",").map((name) => toClient(name, known)),
    core: toCore(flags.core ?? `${CORES - 1}`),
    help,
    memory,
    output: output === undefined ? quick ? undefined : RESULTS : toPath(output),
    quick,
    quota: toQuota(flags.quota ?? "both"),
    rounds: toRounds(flags.rounds ?? (memory || quick ? "1" : "3")),
    sizes: (flags.sizes ?? "64,10KiB,1MiB,5MiB").split(",").map(toBytes),
  };
}

/** A size as a person reads it. */
export function formatSize(bytes: number): string {
  for (const unit of ["MiB", "KiB"]) {
    if (bytes % UNITS[unit] === 0) return `${bytes / UNITS[unit]} ${unit}`;
  }
  return `${bytes} B`;
}

function toClient(name: string, known: string[]): string {
  if (known.includes(name)) return name;
  throw new UsageError(
    `Cannot use --clients "${name}": expected some of ${known.join(", ")}`,
  );
}

function toCore(value: string): string {
  if (value === "any") return "-";
  if (/^\d+$/.test(value) && Number(value) < CORES) return value;
  throw new UsageError(
    `Cannot use --core "${value}": expected "any" or a whole number below ${CORES}`,
  );
}

function toPath(value: string): string {
  return value.startsWith("/") ? value : `${workingDirectory()}/${value}`;
}

function toQuota(value: string): QuotaMode {
  if (value === "both" || value === "with" || value === "without") return value;
  throw new UsageError(
    `Cannot use --quota "${value}": expected "both", "with" or "without"`,
  );
}

function toRounds(value: string): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new UsageError(
    `Cannot use --rounds "${value}": expected a whole number from 1 to 999`,
  );
}

function toBytes(value: string): number {
  const [, digits, unit] = /^(\d+)(|KiB|MiB)$/.exec(value) ?? [];
  const bytes = Number(digits) * UNITS[unit];
  if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return bytes;
  throw new UsageError(
    `Cannot use --sizes "${value}": expected sizes such as 64, 10KiB and 1MiB, from 64 to 6MiB`,
  );
}

/** The names in lines that fit the help. */
function wrap(names: string[]): string {
  const lines = [""];
  for (const name of names) {
    const line = lines.at(-1)!;
    if (line.length + name.length > 58) lines.push("");
    lines[lines.length - 1] += `${name}, `;
  }
  return lines.map((line) => line.trim()).join(`\n${" ".repeat(19)}`)
    .replace(/,$/, "");
}
