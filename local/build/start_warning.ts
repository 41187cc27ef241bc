// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ErrorDocument } from "../../runtime/failure/failure.ts";
import { withPointer } from "./native.ts";
import type { WarmUpResult } from "./warm_up.ts";

const ADD_ON_FILE = /\.node"/;

/**
 * Says that the function has failed when the build started it, unless for want
 * of a permission: it had none.
 */
export function startWarning(
  { isReady, isLate, failure, text }: WarmUpResult,
): string[] {
  if (failure === undefined) {
    if (isReady) return [];
    const how = isLate
      ? "it did not ask for an invocation in time"
      : "it ended before it asked for an invocation";
    return [warn(`${how}\n${text}`.trimEnd())];
  }
  if (missingPermission(failure) !== undefined) return [];
  const { errorType, errorMessage } = failure;
  return [warn(`${errorType}: ${errorMessage}`)];
}

/**
 * The message of the error that a permission is missing, or of its cause, where
 * granting it would help.
 */
export function missingPermission(
  { errorType, errorMessage, cause }: ErrorDocument,
): string | undefined {
  if (errorType !== "NotCapable") return cause && missingPermission(cause);
  return ADD_ON_FILE.test(errorMessage) ? undefined : errorMessage;
}

function warn(problem: string): string {
  return withPointer(
    `Warning: when the build started the function, without environment variables and with no permission but to read them, it failed: ${problem}`,
  );
}
