// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isLogLevel, type LogLevel } from "./log.ts";
import { RuntimeError } from "./runtime_error.ts";

/** The `lambda` key of deno.json. */
export interface Config {
  /** The handler module, relative to deno.json. */
  handler: string | undefined;
  /** What is less severe is not logged; AWS_LAMBDA_LOG_LEVEL overrides it. */
  logLevel: LogLevel;
  /** When a crashed loop is restarted no more. */
  supervisor: {
    /** How many restarts are tried within {@linkcode maxSeconds}. */
    maxRestarts: number;
    /** The time in which restarts are counted, in seconds. */
    maxSeconds: number;
  };
}

/** A {@linkcode Config} and the file that it was read from. */
export interface ConfigFile {
  /** The values, defaults filled in. */
  config: Config;
  /** The deno.json or deno.jsonc, when there is one that may be read. */
  path: string | undefined;
}

interface Key {
  default: unknown;
  expected: string;
  isValid: (value: unknown) => boolean;
}

const LOG_LEVELS = '"TRACE", "DEBUG", "INFO", "WARN", "ERROR" or "FATAL"';

const KEYS: Record<string, Key> = {
  "lambda.handler": {
    default: undefined,
    expected: 'the path of a module, such as "./handler.ts"',
    isValid: (value) => typeof value === "string" && value !== "",
  },
  "lambda.logLevel": {
    default: "INFO",
    expected: LOG_LEVELS,
    isValid: (value) => typeof value === "string" && isLogLevel(value),
  },
  "lambda.supervisor.maxRestarts": {
    default: 3,
    expected: "a whole number from 0",
    isValid: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  "lambda.supervisor.maxSeconds": {
    default: 5,
    expected: "a number of seconds above 0",
    isValid: (value) => typeof value === "number" && value > 0,
  },
};

/**
 * Reads the `lambda` key of the deno.json or deno.jsonc that is found in the
 * directory or above it. Where reading is not permitted, the defaults hold.
 *
 * @throws {RuntimeError} `Runtime.InvalidConfig`, naming key and value.
 */
export async function readConfig(
  directory: string | undefined,
): Promise<ConfigFile> {
  const path = directory === undefined ? undefined : findConfigFile(directory);
  const file = path === undefined ? {} : await parseFile(path) ?? {};
  const lambda = section(file, "lambda");
  const supervisor = section(lambda, "supervisor", "lambda.");
  const config: Config = {
    handler: pick("lambda.handler", lambda.handler),
    logLevel: logLevelFromEnvironment() ??
      pick("lambda.logLevel", lambda.logLevel),
    supervisor: {
      maxRestarts: pick(
        "lambda.supervisor.maxRestarts",
        supervisor.maxRestarts,
      ),
      maxSeconds: pick("lambda.supervisor.maxSeconds", supervisor.maxSeconds),
    },
  };
  refuseUnknown(lambda, "lambda.");
  refuseUnknown(supervisor, "lambda.supervisor.");
  return { config, path };
}

function logLevelFromEnvironment(): LogLevel | undefined {
  const level = Deno.env.get("AWS_LAMBDA_LOG_LEVEL")?.toUpperCase();
  if (!level) return undefined;
  if (isLogLevel(level)) return level;
  throw invalid(
    `Cannot use AWS_LAMBDA_LOG_LEVEL: expected ${LOG_LEVELS}, found "${level}"`,
  );
}

function findConfigFile(directory: string): string | undefined {
  for (let at = directory;; at = at.replace(/\/[^/]*$/, "")) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const path = `${at}/${name}`;
      if (isReadableFile(path)) return path;
    }
    if (!at.includes("/")) return undefined;
  }
}

function isReadableFile(path: string): boolean {
  // Asking first keeps Deno from asking the person at a terminal.
  const permission = Deno.permissions.querySync({ name: "read", path });
  if (permission.state !== "granted") return false;
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

async function parseFile(
  path: string,
): Promise<Record<string, unknown> | null> {
  const text = Deno.readTextFileSync(path);
  try {
    return JSON.parse(text);
  } catch {
    return await parseJsonc(text, path);
  }
}

async function parseJsonc(
  text: string,
  path: string,
): Promise<Record<string, unknown> | null> {
  const { blankJsonc, describeJsonProblem } = await import("./json.ts");
  const json = blankJsonc(text);
  // Deno takes an empty file for one that configures nothing.
  if (json.trim() === "") return {};
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`Cannot parse ${path}: ${describeJsonProblem(json)}`);
  }
}

function section(
  parent: Record<string, unknown>,
  name: string,
  prefix = "",
): Record<string, unknown> {
  const value = parent[name] ?? {};
  if (typeof value === "object" && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalid(
    `Cannot use "${prefix}${name}" of deno.json: expected an object, found ${
      JSON.stringify(value)
    }`,
  );
}

function pick<T>(name: string, value: unknown): T {
  const key = KEYS[name];
  if (value === undefined) return key.default as T;
  if (key.isValid(value)) return value as T;
  throw invalid(
    `Cannot use "${name}" of deno.json: expected ${key.expected}, found ${
      JSON.stringify(value)
    }`,
  );
}

function refuseUnknown(found: Record<string, unknown>, prefix: string): void {
  const known = Object.keys(KEYS).filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split(".")[0]);
  const unknown = Object.keys(found).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalid(
    `Cannot use "${prefix}${unknown}" of deno.json: expected one of ${
      [...new Set(known)].map((name) => `"${prefix}${name}"`).join(", ")
    }`,
  );
}

function invalid(message: string): RuntimeError {
  return new RuntimeError("Runtime.InvalidConfig", message);
}
