// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "./is_record.ts";
import { isLogLevel } from "./log/log.ts";

/** What may stand at one key of deno.json. */
export interface Key {
  /** The value where the file has none. */
  readonly default: unknown;
  /** What an error says that it expects. */
  readonly expected: string;
  isValid(value: unknown): boolean;
}

/** The log levels, as an error lists them. */
export const LOG_LEVELS =
  '"TRACE", "DEBUG", "INFO", "WARN", "ERROR" or "FATAL"';

/** The kinds of permissions that Deno knows. */
export const PERMISSION_KINDS: readonly string[] =
  "read write import env net run ffi sys".split(" ");

/** Every key that the runtime reads, by its path in deno.json. */
export const KEYS: Readonly<Record<string, Key>> = {
  "lambda.handler": {
    default: undefined,
    expected: 'the path of a module, such as "./handler.ts"',
    isValid: (value) => typeof value === "string" && value !== "",
  },
  "lambda.basePath": {
    default: "",
    expected: 'a path such as "/prod"',
    isValid: matches(/^\/[^\s?#\\]*$/),
  },
  "lambda.textTypes": {
    default: [],
    expected: 'media types in lower case, such as ["application/x-tex"]',
    isValid: isListOf(
      matches(/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/),
    ),
  },
  "lambda.invokeMode": {
    default: "BUFFERED",
    expected: '"BUFFERED" or "RESPONSE_STREAM"',
    isValid: (value) => value === "BUFFERED" || value === "RESPONSE_STREAM",
  },
  "lambda.passThroughPath": {
    default: undefined,
    expected: 'a path such as "/events"',
    isValid: matches(/^\/[^\s?#\\]*$/),
  },
  "lambda.logLevel": {
    default: "INFO",
    expected: LOG_LEVELS,
    isValid: (value) => typeof value === "string" && isLogLevel(value),
  },
  "lambda.logInit": {
    default: false,
    expected: "true or false",
    isValid: (value) => typeof value === "boolean",
  },
  "lambda.transport": {
    default: "fetch",
    expected: '"fetch" or "socket"',
    isValid: (value) => value === "fetch" || value === "socket",
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
  "lambda.drainMs": {
    default: 300,
    expected: "a whole number of milliseconds from 0",
    isValid: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  "lambda.external": {
    default: [],
    expected: 'names of modules, such as ["pg-native"]',
    isValid: isListOf(matches(/./)),
  },
  "lambda.include": {
    default: [],
    expected: 'paths of files and folders, such as ["templates"]',
    isValid: isListOf(matches(/./)),
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

function matches(pattern: RegExp): Key["isValid"] {
  return (value) => typeof value === "string" && pattern.test(value);
}

function isListOf(isValid: Key["isValid"]): Key["isValid"] {
  return (value) => Array.isArray(value) && value.every(isValid);
}

/** Refuses names that Deno does not know, since it would ignore them. */
function isPermissions(value: unknown): boolean {
  return isRecord(value) &&
    Object.entries(value).every(([name, granted]) =>
      PERMISSION_KINDS.includes(name) &&
      (granted === "inherit" || typeof granted === "boolean" ||
        Array.isArray(granted))
    );
}
