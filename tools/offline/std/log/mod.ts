// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Stand-ins for the parts of `@std/log` that this project uses.
 *
 * @module
 */
export { BaseHandler } from "./base_handler.ts";
export type { BaseHandlerOptions, FormatterFunction } from "./base_handler.ts";
export * from "./levels.ts";
export { Logger, LogRecord } from "./logger.ts";
export type { LoggerOptions, LogRecordOptions } from "./logger.ts";
