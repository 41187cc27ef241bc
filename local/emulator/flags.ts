// Copyright 2026 the Toukon Lambda authors. MIT license.

import { parseArgs } from "@std/cli/parse-args";
import { refuseUnknown } from "../cli/unknown_option.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { IngressName } from "./ingress/ingress.ts";

/** What the command line of the emulator says. */
export interface EmulatorFlags {
  allowAll: boolean;
  concurrency: number;
  deadLetter: string | undefined;
  envFile: string | undefined;
  freeze: boolean;
  help: boolean;
  ingress: IngressName | "all";
  memoryMb: number;
  name: string | undefined;
  noCheck: boolean;
  port: number;
  retryDelayMs: number;
  snapStart: boolean;
  sqs: string | undefined;
  timeoutMs: number;
}

/** The text of `--help`. */
export const HELP =
  `Runs the Lambda function that deno.json names on this machine, as Lambda would.

Usage: deno task local [options]

SDKs and the AWS CLI invoke it with --endpoint-url, a browser by its function
URL. It starts again when a file of it changes.

Options:
  --port PORT          Listen there for SDKs, and on the next port for HTTP; 0
                       takes any two. Default: 9000
  --timeout SECONDS    Give an invocation so long. Default: 30
  --memory MB          Give the function so much memory. Default: 512
  --env-file FILE      Give the function the variables in FILE
  --name NAME          Call the function so. Default: the folder's name
  --ingress GATEWAY    Deliver HTTP requests as rest, http, url, alb or lattice
                       does, or as all do and say where the answers differ.
                       Default: url
  --concurrency N      Run N invocations at once, as Managed Instances do
  --freeze             Stop the process between invocations
  --snap-start         Start it as from a snapshot
  --sqs URL            Take messages from a queue to the function
  --dead-letter TO     Send asynchronous invocations that fail to a queue's URL
                       or a topic's ARN. Default: files in dead_letters/
  --retry-delay SECS   Wait so long before an asynchronous invocation is tried
                       again, and twice as long after that. Default: 60
  --allow-all          Let the function do everything, and not only what the
                       built function may do
  --no-check           Run what does not pass deno check, too
  --help               Show this help

Paths are relative to the directory where you are.

Exit codes: 0 ended, 1 the function's project is wrong, 2 an option is wrong`;

const BOOLEANS = [
  "allow-all",
  "freeze",
  "help",
  "no-check",
  "snap-start",
] as const;
const TEXTS = [
  "concurrency",
  "dead-letter",
  "env-file",
  "ingress",
  "memory",
  "name",
  "port",
  "retry-delay",
  "sqs",
  "timeout",
] as const;
const GATEWAYS = ["rest", "http", "url", "alb", "lattice", "all"];

/** Parses the command line of the emulator. */
export function parseEmulatorFlags(args: string[]): EmulatorFlags {
  const flags = parseArgs(args, {
    string: TEXTS,
    boolean: BOOLEANS,
    unknown: refuseUnknown(
      [...BOOLEANS, ...TEXTS],
      "deno.json names the handler",
    ),
  });
  for (const name of TEXTS) {
    if (flags[name] !== "") continue;
    throw new UsageError(`Cannot use --${name}: expected a value after it`);
  }
  const concurrency = toNumber(flags, "concurrency", {
    least: 1,
    most: 1_000,
    fallback: 1,
    isWhole: true,
  });
  if (flags.freeze && concurrency > 1) {
    throw new UsageError(
      "Cannot use --freeze with --concurrency: Managed Instances are never frozen",
    );
  }
  if (flags["snap-start"] && concurrency > 1) {
    throw new UsageError(
      "Cannot use --snap-start with --concurrency: Managed Instances have no snapshots",
    );
  }
  return {
    allowAll: flags["allow-all"],
    concurrency,
    deadLetter: toTarget(flags["dead-letter"]),
    envFile: flags["env-file"],
    freeze: flags.freeze,
    help: flags.help,
    ingress: toIngress(flags.ingress),
    memoryMb: toNumber(flags, "memory", {
      least: 128,
      most: 10_240,
      fallback: 512,
      isWhole: true,
    }),
    name: toName(flags.name),
    noCheck: flags["no-check"],
    port: toNumber(flags, "port", {
      least: 0,
      most: 65_534,
      fallback: 9_000,
      isWhole: true,
    }),
    retryDelayMs: 1_000 * toNumber(flags, "retry-delay", {
      least: 0,
      most: 3_600,
      fallback: 60,
      isWhole: false,
    }),
    snapStart: flags["snap-start"],
    sqs: flags.sqs === undefined ? undefined : toUrl("sqs", flags.sqs),
    timeoutMs: 1_000 * toNumber(flags, "timeout", {
      least: 0.001,
      most: 900,
      fallback: 30,
      isWhole: false,
    }),
  };
}

function toNumber(
  flags: Record<string, unknown>,
  name: string,
  { least, most, fallback, isWhole }: {
    least: number;
    most: number;
    fallback: number;
    isWhole: boolean;
  },
): number {
  const value = flags[name] as string | undefined;
  if (value === undefined) return fallback;
  const number = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : NaN;
  const isRight = number >= least && number <= most &&
    (!isWhole || Number.isInteger(number));
  if (isRight) return number;
  throw new UsageError(
    `Cannot use --${name}: expected a ${
      isWhole ? "whole number" : "number"
    } from ${least} to ${most}, found "${value}"`,
  );
}

function toIngress(value = "url"): IngressName | "all" {
  if (GATEWAYS.includes(value)) return value as IngressName | "all";
  throw new UsageError(
    `Cannot use --ingress: expected ${
      GATEWAYS.map((it) => `"${it}"`).join(", ")
    }, found "${value}"`,
  );
}

function toName(value: string | undefined): string | undefined {
  if (value === undefined || /^[\w-]{1,64}$/.test(value)) return value;
  throw new UsageError(
    `Cannot use --name: expected at most 64 letters, digits, "-" and "_", found "${value}"`,
  );
}

function toTarget(value: string | undefined): string | undefined {
  if (value === undefined || value.startsWith("arn:")) return value;
  return toUrl("dead-letter", value);
}

function toUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (url && /^https?:$/.test(url.protocol) && url.pathname.length > 1) {
    return value;
  }
  throw new UsageError(
    `Cannot use --${name}: expected the URL of a queue, found "${value}"`,
  );
}
