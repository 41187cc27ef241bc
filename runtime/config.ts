// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isLogLevel, type LogLevel } from "./log/log.ts";
import { RuntimeError } from "./failure/errors.ts";

/** The `lambda` key of deno.json. */
export interface Config {
  /** The handler module, relative to deno.json. */
  handler: string | undefined;
  /** A prefix that is taken off the path of HTTP requests. */
  basePath: string;
  /** More media types whose bodies leave as text. */
  textTypes: readonly string[];
  /** Whether HTTP responses are streamed; the invoke mode of the gateway. */
  invokeMode: "BUFFERED" | "RESPONSE_STREAM";
  /** Where a handler with only fetch gets events that are no HTTP requests. */
  passThroughPath: string | undefined;
  /** What is less severe is not logged; AWS_LAMBDA_LOG_LEVEL overrides it. */
  logLevel: LogLevel;
  /** Where the handler runs: beside the runtime, or in a worker under it. */
  isolation: "none" | "worker";
  /** What the worker may do of what the process may. */
  permissions: Deno.PermissionOptions | undefined;
  /** Where failed invocations go; checked where they are sent. */
  deadLetter: Record<string, unknown> | undefined;
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

/** The kinds of permissions that Deno knows. */
export const PERMISSION_KINDS: readonly string[] = [
  "read",
  "write",
  "import",
  "env",
  "net",
  "run",
  "ffi",
  "sys",
];

const KEYS: Record<string, Key> = {
  "lambda.handler": {
    default: undefined,
    expected: 'the path of a module, such as "./handler.ts"',
    isValid: (value) => typeof value === "string" && value !== "",
  },
  "lambda.basePath": {
    default: "",
    expected: 'a path such as "/prod"',
    isValid: isPath,
  },
  "lambda.textTypes": {
    default: [],
    expected: 'media types in lower case, such as ["application/x-tex"]',
    isValid: (value) => Array.isArray(value) && value.every(isMediaType),
  },
  "lambda.invokeMode": {
    default: "BUFFERED",
    expected: '"BUFFERED" or "RESPONSE_STREAM"',
    isValid: (value) => value === "BUFFERED" || value === "RESPONSE_STREAM",
  },
  "lambda.passThroughPath": {
    default: undefined,
    expected: 'a path such as "/events"',
    isValid: isPath,
  },
  "lambda.logLevel": {
    default: "INFO",
    expected: LOG_LEVELS,
    isValid: (value) => typeof value === "string" && isLogLevel(value),
  },
  "lambda.isolation": {
    default: "none",
    expected: '"none" or "worker"',
    isValid: (value) => value === "none" || value === "worker",
  },
  "lambda.permissions": {
    default: undefined,
    expected:
      '"inherit", "none" or an object such as { "net": ["example.com"] }, of "env", "ffi", "import", "net", "read", "run", "sys" and "write"',
    isValid: (value) =>
      value === "inherit" || value === "none" || isPermissions(value),
  },
  "lambda.deadLetter": {
    default: undefined,
    expected: "an object with queueUrl or topicArn",
    isValid: isRecord,
  },
  "lambda.external": {
    default: [],
    expected: 'names of modules, such as ["pg-native"]',
    isValid: isListOfTexts,
  },
  "lambda.include": {
    default: [],
    expected: 'paths of files and folders, such as ["templates"]',
    isValid: isListOfTexts,
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
 * @param lambda The value of the key, where it is known: no file is looked for.
 *
 * @throws {RuntimeError} `Runtime.InvalidConfig`, naming key and value.
 */
export async function readConfig(
  directory: string | undefined,
  lambda?: Record<string, unknown>,
): Promise<ConfigFile> {
  if (lambda) return { config: toConfig(lambda), path: undefined };
  const { file, path } = await readConfigFile(directory);
  const config = toConfig(section(file, "lambda"));
  if (config.permissions !== undefined) requireWorkerOptions(file);
  return { config, path };
}

/** Reads the whole deno.json or deno.jsonc; an empty one where there is none. */
export async function readConfigFile(
  directory: string | undefined,
): Promise<{ file: Record<string, unknown>; path: string | undefined }> {
  const path = directory === undefined ? undefined : findConfigFile(directory);
  return { file: path === undefined ? {} : await parseFile(path) ?? {}, path };
}

function toConfig(lambda: Record<string, unknown>): Config {
  const supervisor = section(lambda, "supervisor", "lambda.");
  const config: Config = {
    handler: pick("lambda.handler", lambda.handler),
    basePath: pick("lambda.basePath", lambda.basePath),
    textTypes: pick("lambda.textTypes", lambda.textTypes),
    invokeMode: pick("lambda.invokeMode", lambda.invokeMode),
    passThroughPath: pick("lambda.passThroughPath", lambda.passThroughPath),
    logLevel: logLevelFromEnvironment() ??
      pick("lambda.logLevel", lambda.logLevel),
    isolation: pick("lambda.isolation", lambda.isolation),
    permissions: pick("lambda.permissions", lambda.permissions),
    deadLetter: pick("lambda.deadLetter", lambda.deadLetter),
    supervisor: {
      maxRestarts: pick(
        "lambda.supervisor.maxRestarts",
        supervisor.maxRestarts,
      ),
      maxSeconds: pick("lambda.supervisor.maxSeconds", supervisor.maxSeconds),
    },
  };
  // Only a build uses these.
  pick("lambda.external", lambda.external);
  pick("lambda.include", lambda.include);
  refuseUnknown(lambda, "lambda.");
  refuseUnknown(supervisor, "lambda.supervisor.");
  refuseIdlePermissions(config);
  return config;
}

function logLevelFromEnvironment(): LogLevel | undefined {
  const value = Deno.env.get("AWS_LAMBDA_LOG_LEVEL");
  if (!value) return undefined;
  const level = value.toUpperCase();
  if (isLogLevel(level)) return level;
  throw invalid(
    `Cannot use AWS_LAMBDA_LOG_LEVEL: expected ${LOG_LEVELS}, found "${value}"`,
  );
}

/** The deno.json or deno.jsonc in the directory or above it, if it may be read. */
export function findConfigFile(directory: string): string | undefined {
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
  const { blankJsonc, describeJsonProblem } = await import(
    "./failure/json_problem.ts"
  );
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

function isPath(value: unknown): boolean {
  return typeof value === "string" && /^\/[^\s?#\\]*$/.test(value);
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) &&
    value.every((it) => typeof it === "string" && it !== "");
}

function isMediaType(value: unknown): boolean {
  return typeof value === "string" &&
    /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(value);
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

/** Deno ends the process where a worker is given permissions without it. */
function requireWorkerOptions({ unstable }: Record<string, unknown>): void {
  if (Array.isArray(unstable) && unstable.includes("worker-options")) return;
  throw invalid(
    `Cannot use "lambda.permissions" of deno.json: expected "unstable": ["worker-options"] in the same file, found ${
      JSON.stringify(unstable) ?? "none"
    }`,
  );
}

/** Without a worker they would be written down and not hold. */
function refuseIdlePermissions({ isolation, permissions }: Config): void {
  if (permissions === undefined || isolation === "worker") return;
  throw invalid(
    `Cannot use "lambda.permissions" of deno.json: expected "lambda.isolation" to be "worker", found "${isolation}"`,
  );
}

/** Deno passes over names that it does not know: those would be denied. */
function isPermissions(value: unknown): boolean {
  return isRecord(value) &&
    Object.entries(value).every(([name, granted]) =>
      PERMISSION_KINDS.includes(name) &&
      (granted === "inherit" || typeof granted === "boolean" ||
        Array.isArray(granted))
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): RuntimeError {
  return new RuntimeError("Runtime.InvalidConfig", message);
}
