// Copyright 2026 the Toukon Lambda authors. MIT license.

import { clip, type ErrorDocument, safely } from "./failure.ts";

/** Lambda cuts a longer one off, which leaves it without its end. */
const MAX_CAUSE_BYTES = 64 * 1024;
/** What is kept of a cause that is too long. */
const SHORT_EXCEPTIONS = 5;
const SHORT_MESSAGE_LENGTH = 1_024;
const SHORT_FRAMES = 10;

/** One line of a stack as X-Ray has it. */
export interface XrayFrame {
  path: string;
  line: number;
  label: string;
}

interface XrayException {
  type: string;
  message: string;
  stack: XrayFrame[];
}

/**
 * Gives the errors of a document as X-Ray's exception document in one line of
 * ASCII: whole or shortened, or undefined where even the short form is too long.
 *
 * @see {@link https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-errors}
 */
export function toXrayCause(document: ErrorDocument): string | undefined {
  const whole = toLine(toExceptions(document));
  if (whole.length <= MAX_CAUSE_BYTES) return whole;
  const short = toLine(
    toExceptions(document).slice(0, SHORT_EXCEPTIONS).map((
      { type, message, stack },
    ) => ({
      type,
      message: clip(message, SHORT_MESSAGE_LENGTH),
      stack: stack.slice(0, SHORT_FRAMES),
    })),
  );
  return short.length <= MAX_CAUSE_BYTES ? short : undefined;
}

function toLine(exceptions: XrayException[]): string {
  const paths = new Set(
    exceptions.flatMap(({ stack }) => stack.map(({ path }) => path)),
  );
  const json = JSON.stringify({
    working_directory: safely(() => Deno.cwd()) ?? "",
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
    {
      type: errorType,
      message: errorMessage,
      stack: stackTrace.map(toXrayFrame),
    },
    ...(errors ?? []).flatMap(toExceptions),
    ...(cause ? toExceptions(cause) : []),
  ];
}

/**
 * Reads `at label (file:///path.ts:line:column)`; the label may be absent, as
 * in the `at async file:///path.ts:line:column` of a top-level await.
 */
export function toXrayFrame(line: string): XrayFrame {
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

/**
 * Gives the path of a file URL. It is no whole URL: Deno has decoded most of it,
 * so that a `#` in it belongs to the path.
 */
function toPath(location: string): string {
  if (!location.startsWith("file://")) return location;
  const path = location.slice("file://".length);
  return safely(() => decodeURIComponent(path)) ?? path;
}
