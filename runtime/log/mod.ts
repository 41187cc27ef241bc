// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Structured logging through the function's own log: with its level, its
 * format and the request id of the invocation, beside what `console` prints.
 *
 * ```ts
 * import * as log from "@toukon/lambda/log";
 *
 * export function handleEvent({ orderId }: { orderId: string }) {
 *   log.info("paid", { orderId });
 *   return { orderId };
 * }
 * ```
 *
 * Where the log format is JSON, the fields are members of the record:
 *
 * ```json
 * {"timestamp":"2026-01-02T03:04:05.678Z","level":"INFO","requestId":"8f5e…","message":"paid","orderId":"A-1"}
 * ```
 *
 * For programs that log with `@std/log`, {@linkcode LambdaLogHandler} sends
 * their records the same way. Where no runtime serves, such as in a unit test
 * of the handler, everything goes to `console`.
 *
 * @module
 */

export { critical, debug, error, info, warn } from "./functions.ts";
export { child, Logger, type LoggerOptions } from "./logger.ts";
export { LambdaLogHandler, type LambdaLogHandlerOptions } from "./handler.ts";
