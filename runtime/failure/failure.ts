// Copyright 2026 the Toukon Lambda authors. MIT license.

import { withAdvice } from "./advice.ts";
import { RuntimeError } from "./errors.ts";

/** What is told of an error, in the form of Lambda's error document. */
export interface ErrorDocument {
  /** The name of the error: its class, or the type of a value that is none. */
  errorType: string;
  /** The message of the error. */
  errorMessage: string;
  /** The frames of the stack, innermost first, without the message. */
  stackTrace: string[];
  /** The error's `cause`, when it has one. */
  cause?: ErrorDocument;
  /** The errors of an `AggregateError`. */
  errors?: ErrorDocument[];
}

/** An error, ready to be reported to Lambda. */
export interface Failure {
  /** `Runtime.Reason` or `Function.Reason`, the forms that Lambda keeps. */
  type: string;
  /** The body of the report. */
  document: ErrorDocument;
  /** X-Ray's exception document as one line of ASCII, when it fits. */
  xrayCause: string | undefined;
}

const MAX_MESSAGE_LENGTH = 32 * 1024;
const MAX_NAME_LENGTH = 256;
const MAX_FRAMES = 100;
const MAX_FRAME_LENGTH = 1_024;
const MAX_DEPTH = 5;
const MAX_ERRORS = 10;
/** Errors in errors in errors would be more than Lambda takes. */
const MAX_ERRORS_DEPTH = 2;
const MAX_XRAY_CAUSE_BYTES = 64 * 1024;

/** An error that was described in another thread. */
export class DescribedError extends Error {
  readonly #failure: Failure;

  constructor(failure: Failure) {
    super(failure.document.errorMessage);
    this.#failure = failure;
  }

  /** Gives the description of such an error, and of no other. */
  static failureOf(thrown: unknown): Failure | undefined {
    return isObject(thrown) && #failure in thrown ? thrown.#failure : undefined;
  }
}

/** Makes the report of anything thrown. Never throws. */
export function toFailure(thrown: unknown): Failure {
  const described = DescribedError.failureOf(thrown);
  if (described) return described;
  const document = toErrorDocument(thrown);
  return {
    type: headerType(
      document.errorType,
      guard(() => thrown instanceof RuntimeError) === true,
    ),
    document,
    xrayCause: toXrayCause(document),
  };
}

/** Makes Lambda's error document of anything thrown. Never throws. */
export function toErrorDocument(
  thrown: unknown,
  outer: unknown[] = [],
): ErrorDocument {
  const described = DescribedError.failureOf(thrown);
  if (described) return described.document;
  const name = nameOf(thrown);
  const message = messageOf(thrown);
  const document: ErrorDocument = {
    errorType: clip(name, MAX_NAME_LENGTH),
    errorMessage: clip(
      name === "NotCapable" ? withAdvice(message) : message,
      MAX_MESSAGE_LENGTH,
    ),
    stackTrace: framesOf(thrown),
  };
  if (outer.length === MAX_DEPTH || !isObject(thrown)) return document;
  const path = [...outer, thrown];
  const cause = read(thrown, "cause");
  if (cause !== undefined && !path.includes(cause)) {
    document.cause = toErrorDocument(cause, path);
  }
  const errors = outer.length < MAX_ERRORS_DEPTH ? errorsOf(thrown) : undefined;
  if (errors) {
    document.errors = errors.filter((error) => !path.includes(error))
      .map((error) => toErrorDocument(error, path));
  }
  return document;
}

/** Shows an error document as text: the message, the frames, the causes. */
export function formatErrorDocument(document: ErrorDocument): string {
  const { errorType, errorMessage, stackTrace, cause, errors } = document;
  return [
    `${errorType}: ${errorMessage}`,
    ...stackTrace.map((frame) => `    ${frame}`),
    ...(errors ?? []).map((error) =>
      `Error in it: ${formatErrorDocument(error)}`
    ),
    ...(cause ? [`Caused by: ${formatErrorDocument(cause)}`] : []),
  ].join("\n");
}

function nameOf(thrown: unknown): string {
  if (!isObject(thrown)) return thrown === null ? "null" : typeof thrown;
  const name = read(thrown, "name");
  if (typeof name === "string" && name) return name;
  const type = read(thrown, "constructor");
  const typeName = isObject(type) ? read(type, "name") : undefined;
  return typeof typeName === "string" && typeName ? typeName : "Error";
}

function messageOf(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown);
  const message = read(thrown, "message");
  if (typeof message === "string") return message;
  return guard(() => Deno.inspect(thrown)) ?? "";
}

function framesOf(thrown: unknown): string[] {
  const stack = isObject(thrown) ? read(thrown, "stack") : undefined;
  if (typeof stack !== "string") return [];
  // A message can have lines that look like frames.
  const message = messageOf(thrown);
  const start = stack.indexOf(message);
  return stack.slice(start < 0 ? 0 : start + message.length).split("\n")
    .map((line) => clip(line.trim(), MAX_FRAME_LENGTH))
    .filter((line) => line.startsWith("at "))
    .slice(0, MAX_FRAMES);
}

function errorsOf(thrown: object): unknown[] | undefined {
  return guard(() =>
    thrown instanceof AggregateError && Array.isArray(thrown.errors)
      ? thrown.errors.slice(0, MAX_ERRORS)
      : undefined
  );
}

/** Lambda replaces any type of another form by `Runtime.Unknown`. */
function headerType(name: string, fromRuntime: boolean): string {
  if (fromRuntime) return name;
  const letters = name.replace(/[^A-Za-z]/g, "");
  if (letters.length < 2) return "Function.Error";
  return `Function.${letters[0].toUpperCase()}${letters.slice(1)}`;
}

interface XrayException {
  type: string;
  message: string;
  stack: { path: string; line: number; label: string }[];
}

function toXrayCause(document: ErrorDocument): string | undefined {
  const whole = xrayLine(toExceptions(document));
  if (whole.length <= MAX_XRAY_CAUSE_BYTES) return whole;
  const short = xrayLine(
    toExceptions(document).slice(0, 5).map(({ type, message, stack }) => ({
      type,
      message: clip(message, 1_024),
      stack: stack.slice(0, 10),
    })),
  );
  return short.length <= MAX_XRAY_CAUSE_BYTES ? short : undefined;
}

function xrayLine(exceptions: XrayException[]): string {
  const paths = new Set(
    exceptions.flatMap(({ stack }) => stack.map(({ path }) => path)),
  );
  const json = JSON.stringify({
    working_directory: guard(() => Deno.cwd()) ?? "",
    exceptions,
    paths: [...paths],
  });
  return json.replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function toExceptions(document: ErrorDocument): XrayException[] {
  const { errorType, errorMessage, stackTrace, cause, errors } = document;
  return [
    { type: errorType, message: errorMessage, stack: stackTrace.map(toFrame) },
    ...(errors ?? []).flatMap(toExceptions),
    ...(cause ? toExceptions(cause) : []),
  ];
}

/**
 * Reads `at label (file:///path.ts:line:column)`; the label may be absent, as
 * in the `at async file:///path.ts:line:column` of a top-level await.
 */
function toFrame(line: string): XrayException["stack"][number] {
  const match = /^at (?:(.*) \(|async )?(.*?)(?::(\d+))?(?::\d+)?\)?$/.exec(
    line,
  );
  const [, label = "", location = line, lineNumber = "0"] = match ?? [];
  return {
    path: toPath(location),
    line: Number(lineNumber),
    label: label || "anonymous",
  };
}

/** Deno has mostly decoded the path already: a `#` in it is no fragment. */
function toPath(location: string): string {
  if (!location.startsWith("file://")) return location;
  const path = location.slice("file://".length);
  return guard(() => decodeURIComponent(path)) ?? path;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) ||
    typeof value === "function";
}

function read(value: object, key: string): unknown {
  return guard(() => (value as Record<string, unknown>)[key]);
}

/** A thrown value may be a proxy or have getters: looking at it can throw. */
function guard<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}… (${
    text.length - maxLength
  } more characters)`;
}
