// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * An AWS Lambda runtime for Deno: write one handler, name it in `deno.json`,
 * and it answers on Lambda and on your machine.
 *
 * ```ts
 * // handler.ts
 * import type { Context } from "@toukon/lambda";
 *
 * export function handleEvent(event: { name: string }, context: Context) {
 *   return { message: `Hello, ${event.name}`, requestId: context.requestId };
 * }
 * ```
 *
 * @module
 */

export { defineHandler } from "./runtime/handler/to_behaviour.ts";
export type {
  AnyBehaviour,
  AnyHandler,
  Behaviour,
  FetchHandler,
  Handler,
  HandlerModule,
  Lifecycle,
  Source,
  StreamifiedHandler,
} from "./runtime/handler/behaviour.ts";
export type { CognitoIdentity, Context } from "./runtime/handler/context.ts";
export type { FetchFunction, HttpInfo } from "./runtime/http/adapter.ts";
export { serve, type ServeOptions } from "./runtime/serve.ts";
