// Copyright 2026 the Toukon Lambda authors. MIT license.

import { withAdvice } from "./advice.ts";
import { RuntimeError } from "./errors.ts";

/** What Lambda is told of an error: the body of its error reports. */
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
}

// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[[\d;]*m/g;
const MAX_MESSAGE_LENGTH = 32 * 1024;
const MAX_NAME_LENGTH = 256;
const MAX_FRAMES = 100;
const MAX_FRAME_LENGTH = 1_024;
const MAX_DEPTH = 5;
const MAX_ERRORS = 10;
/** A third level of ten errors each would be more than Lambda takes. */
const MAX_ERRORS_DEPTH = 2;

/** An error that was described in another thread. */
export class DescribedError extends Error {
  readonly #failure: Failure;

  constructor(failure: Failure) {
    super(failure.document.errorMessage);
    this.#failure = failure;
  }

  /** Gives the failure of such an error, and undefined of anything else. */
  static failureOf(thrown: unknown): Failure | undefined {
    return isObject(thrown) && #failure in thrown ? thrown.#failure : undefined;
  }
}

/** Makes the failure to report of anything thrown. Never throws. */
export function toFailure(thrown: unknown): Failure {
  const described = DescribedError.failureOf(thrown);
  if (described) return described;
  const document = toErrorDocument(thrown);
  return {
    type: headerType(
      document.errorType,
      safely(() => thrown instanceof RuntimeError) === true,
    ),
    document,
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

/** Writes an error document as text: the message, the frames, the causes. */
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
  // Deno colours what it says of modules, terminal or not.
  if (typeof message === "string") return message.replaceAll(COLOUR, "");
  return safely(() => Deno.inspect(thrown)) ?? "";
}

function framesOf(thrown: unknown): string[] {
  const coloured = isObject(thrown) ? read(thrown, "stack") : undefined;
  if (typeof coloured !== "string") return [];
  const stack = coloured.replaceAll(COLOUR, "");
  // A message can have lines that look like frames.
  const message = messageOf(thrown);
  const start = stack.indexOf(message);
  return stack.slice(start < 0 ? 0 : start + message.length).split("\n")
    .map((line) => clip(line.trim(), MAX_FRAME_LENGTH))
    .filter((line) => line.startsWith("at "))
    .slice(0, MAX_FRAMES);
}

function errorsOf(thrown: object): unknown[] | undefined {
  return safely(() =>
    thrown instanceof AggregateError && Array.isArray(thrown.errors)
      ? thrown.errors.slice(0, MAX_ERRORS)
      : undefined
  );
}

/** Gives the type in a form that Lambda does not replace by `Runtime.Unknown`. */
function headerType(name: string, fromRuntime: boolean): string {
  if (fromRuntime) return name;
  const letters = name.replace(/[^A-Za-z]/g, "");
  if (letters.length < 2) return "Function.Error";
  return `Function.${letters[0].toUpperCase()}${letters.slice(1)}`;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) ||
    typeof value === "function";
}

/** Reads a member of a value that may be a proxy or have getters. */
function read(value: object, key: string): unknown {
  return safely(() => (value as Record<string, unknown>)[key]);
}

/**
 * Shows anything that was thrown as text. Never throws.
 *
 * @param what Names it in the text for a value that has none.
 */
export function showThrown(thrown: unknown, what = "a value"): string {
  return safely(() => String(thrown)) ?? `${what} that cannot be shown`;
}

/** Shows why something failed: the message of an error and of its cause. */
export function showReason(error: unknown): string {
  if (!(error instanceof Error)) return showThrown(error);
  return error.cause instanceof Error
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}

/** Gives what a function returns, or undefined if it throws. */
export function safely<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Cuts a text that is longer than the limit, and tells how much is missing. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}… (${
    text.length - maxLength
  } more characters)`;
}
