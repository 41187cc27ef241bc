// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Post } from "../support/runtime_api.ts";

const PRELUDE = "application/vnd.awslambda.http-integration-response";

/**
 * Gives what was answered: JSON as what it says, an HTTP response that was
 * streamed as its prelude with its body, anything else as text.
 *
 * @throws {Error} If an error was posted.
 */
export function readAnswer({ path, headers, text }: Post): unknown {
  if (path.endsWith("/error")) {
    const { errorType, errorMessage } = JSON.parse(text);
    throw new Error(`${errorType}: ${errorMessage}`);
  }
  const type = headers.get("content-type");
  if (type === "application/json") return JSON.parse(text);
  if (type !== PRELUDE) return text;
  const end = text.indexOf("\0");
  const body = text.slice(end).replace(/^\0{8}/, "");
  return { ...JSON.parse(text.slice(0, end)), body };
}

/** Whether an answer has all that is expected of it. */
export function matches(answer: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(answer) && answer.length === expected.length &&
      expected.every((it, index) => matches(answer[index], it));
  }
  if (typeof expected !== "object" || expected === null) {
    return answer === expected;
  }
  if (typeof answer !== "object" || answer === null) return false;
  return Object.entries(expected).every(([name, value]) =>
    matches((answer as Record<string, unknown>)[name], value)
  );
}
