// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  clip,
  type ErrorDocument,
  toErrorDocument,
} from "../failure/failure.ts";
import { toXrayFrame, type XrayFrame } from "../failure/xray.ts";
import { createId } from "./span.ts";

/** What is kept of errors that are too long. */
const SHORT_EXCEPTIONS = 5;
const SHORT_MESSAGE_LENGTH = 1_024;
const SHORT_FRAMES = 10;

/** An error as a subsegment has it. */
interface Exception {
  id: string;
  type: string;
  message: string;
  /** The id of the exception that this one was caused by. */
  cause?: string;
  stack: XrayFrame[];
}

/** What a subsegment says of its errors: itself, or where it is said. */
export type Cause = { exceptions: Exception[] } | string;

/**
 * Makes the cause of a subsegment. An error that an inner one has had already
 * is the id of its exception there.
 *
 * @param ids The ids of the errors so far, which are added to.
 */
export function toCause(errors: unknown[], ids: Map<unknown, string>): Cause {
  const [first] = errors;
  if (errors.length === 1 && ids.has(first)) return ids.get(first)!;
  const exceptions: Exception[] = [];
  for (const error of errors) {
    const id = addExceptions(exceptions, toErrorDocument(error));
    if (typeof error === "object" && error !== null) ids.set(error, id);
  }
  return { exceptions };
}

/** Shortens what is too long for a document. */
export function toShortCause(cause: Cause): Cause {
  if (typeof cause === "string") return cause;
  const exceptions = cause.exceptions.slice(0, SHORT_EXCEPTIONS);
  const ids = new Set(exceptions.map(({ id }) => id));
  return {
    exceptions: exceptions.map(({ message, stack, cause, ...rest }) => ({
      ...rest,
      message: clip(message, SHORT_MESSAGE_LENGTH),
      ...(cause !== undefined && ids.has(cause) && { cause }),
      stack: stack.slice(0, SHORT_FRAMES),
    })),
  };
}

/** Adds an error, its causes and the errors in it, and gives its id. */
function addExceptions(
  exceptions: Exception[],
  document: ErrorDocument,
): string {
  const { errorType, errorMessage, stackTrace, cause, errors } = document;
  const exception: Exception = {
    id: createId(),
    type: errorType,
    message: errorMessage,
    stack: stackTrace.map(toXrayFrame),
  };
  exceptions.push(exception);
  if (cause) exception.cause = addExceptions(exceptions, cause);
  for (const error of errors ?? []) addExceptions(exceptions, error);
  return exception.id;
}
