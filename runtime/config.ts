// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Config, ConfigFile } from "./config_types.ts";
import { invalidConfig, RuntimeError } from "./failure/errors.ts";
import { KEYS, LOG_LEVELS } from "./config_keys.ts";
import { isRecord } from "./is_record.ts";
import { isLogLevel, type LogLevel } from "./log/log.ts";

export { PERMISSION_KINDS } from "./config_keys.ts";
export type { Config, ConfigFile } from "./config_types.ts";

/**
 * Reads the `lambda` key of the deno.json or deno.jsonc that is found in the
 * directory or above it. Where reading is not permitted, the defaults hold.
 *
 * @param lambda The value of the key; given it, the function reads no file.
 *
 * @throws {RuntimeError} `Runtime.InvalidConfig`, naming key and value.
 */
export async function readConfig(
  directory: string | undefined,
  lambda?: Record<string, unknown>,
): Promise<ConfigFile> {
  if (lambda) return { config: await toConfig(lambda), path: undefined };
  const { file, path } = await readConfigFile(directory);
  const config = await toConfig(section(file, "lambda"));
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

async function toConfig(lambda: Record<string, unknown>): Promise<Config> {
  const supervisor = section(lambda, "supervisor", "lambda.");
  const config: Config = {
    handler: pick("lambda.handler", lambda.handler),
    basePath: pick("lambda.basePath", lambda.basePath),
    textTypes: pick("lambda.textTypes", lambda.textTypes),
    invokeMode: pick("lambda.invokeMode", lambda.invokeMode),
    passThroughPath: pick("lambda.passThroughPath", lambda.passThroughPath),
    logLevel: logLevelFromEnvironment() ??
      pick("lambda.logLevel", lambda.logLevel),
    logInit: pick("lambda.logInit", lambda.logInit),
    transport: pick("lambda.transport", lambda.transport),
    isolation: pick("lambda.isolation", lambda.isolation),
    permissions: pick("lambda.permissions", lambda.permissions),
    deadLetter: pick("lambda.deadLetter", lambda.deadLetter),
    drainMs: pick("lambda.drainMs", lambda.drainMs),
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
  await refuseUnknown(lambda, "lambda.");
  await refuseUnknown(supervisor, "lambda.supervisor.");
  refuseIdlePermissions(config);
  return config;
}

function logLevelFromEnvironment(): LogLevel | undefined {
  const value = Deno.env.get("AWS_LAMBDA_LOG_LEVEL");
  if (!value) return undefined;
  const level = value.toUpperCase();
  if (isLogLevel(level)) return level;
  throw new RuntimeError(
    "Runtime.InvalidConfig",
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

/** Whether there is such a file, as far as may be seen. */
export function isReadableFile(path: string): boolean {
  // Without the permission, Deno would ask a person at the terminal for it.
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
  // Deno reads an empty file as one that configures nothing.
  if (json.trim() === "") return {};
  try {
    return JSON.parse(json);
  } catch {
    throw new RuntimeError(
      "Runtime.InvalidConfig",
      `Cannot parse ${path}: ${describeJsonProblem(json)}`,
    );
  }
}

function section(
  parent: Record<string, unknown>,
  name: string,
  prefix = "",
): Record<string, unknown> {
  const value = parent[name] ?? {};
  if (isRecord(value)) return value;
  throw invalidConfig(
    `${prefix}${name}`,
    `expected an object, found ${JSON.stringify(value)}`,
  );
}

function pick<T>(name: string, value: unknown): T {
  const key = KEYS[name];
  if (value === undefined) return key.default as T;
  if (key.isValid(value)) return value as T;
  throw invalidConfig(
    name,
    `expected ${key.expected}, found ${JSON.stringify(value)}`,
  );
}

async function refuseUnknown(
  found: Record<string, unknown>,
  prefix: string,
): Promise<void> {
  const known = Object.keys(KEYS).filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split(".")[0]);
  const unknown = Object.keys(found).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const { unknownKey } = await import("./failure/nearest.ts");
  throw unknownKey(prefix, unknown, [...new Set(known)]);
}

/** Refuses permissions that Deno gives a worker only with an unstable option. */
function requireWorkerOptions({ unstable }: Record<string, unknown>): void {
  if (Array.isArray(unstable) && unstable.includes("worker-options")) return;
  throw invalidConfig(
    "lambda.permissions",
    `expected "unstable": ["worker-options"] in the same file, found ${
      JSON.stringify(unstable) ?? "none"
    }`,
  );
}

/** Refuses permissions without a worker, which would not hold. */
function refuseIdlePermissions({ isolation, permissions }: Config): void {
  if (permissions === undefined || isolation === "worker") return;
  throw invalidConfig(
    "lambda.permissions",
    `expected "lambda.isolation" to be "worker", found "${isolation}"`,
  );
}
