// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "./context.ts";

/**
 * A function that answers one invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, or as it is when it is bytes.
 */
export type Handler<Event = unknown, Reply = unknown> = (
  event: Event,
  context: Context,
) => Reply | Promise<Reply>;

/**
 * What a handler module implements: {@linkcode Behaviour.handleEvent}, and
 * where needed what comes before the first and after the last invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, or as it is when it is bytes.
 */
export interface Behaviour<Event = unknown, Reply = unknown> {
  /** Runs once before the first invocation. A throw is an init error. */
  init?(): unknown;
  /** Answers one invocation. */
  handleEvent(event: Event, context: Context): Reply | Promise<Reply>;
  /** Runs once when the environment ends. */
  shutdown?(): unknown;
}
