// Copyright 2026 the Toukon Lambda authors. MIT license.

import { formatErrorDocument, toErrorDocument } from "../failure/failure.ts";
import { type OtelSpan, STATUS_ERROR } from "./otel_api.ts";

/** Writes into a span what was thrown, which makes it one that has failed. */
export function recordException(span: OtelSpan, error: unknown): void {
  const document = toErrorDocument(error);
  span.recordException({
    name: document.errorType,
    message: document.errorMessage,
    stack: formatErrorDocument(document),
  });
  span.setStatus({ code: STATUS_ERROR, message: document.errorMessage });
}
