// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "./context.ts";
import { RuntimeError } from "./runtime_error.ts";

/**
 * A function that answers one invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, or as it is when it is bytes.
 *
 * @example Usage
 * ```ts
 * import type { Handler } from "@toukon/lambda";
 *
 * const greet: Handler<{ name: string }, string> = (event) =>
 *   `Hello, ${event.name}`;
 * ```
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
 *
 * @example Usage
 * ```ts
 * import type { Behaviour } from "@toukon/lambda";
 *
 * let greeting: string;
 *
 * const behaviour: Behaviour<{ name: string }, string> = {
 *   init() {
 *     greeting = "Hello";
 *   },
 *   handleEvent(event) {
 *     return `${greeting}, ${event.name}`;
 *   },
 * };
 *
 * export default behaviour;
 * ```
 */
export interface Behaviour<Event = unknown, Reply = unknown> {
  /** Runs once before the first invocation. A throw is an init error. */
  init?(): unknown;
  /** Answers one invocation. */
  handleEvent(event: Event, context: Context): Reply | Promise<Reply>;
  /**
   * Runs once when the environment ends. Lambda then leaves it a few hundred
   * milliseconds.
   */
  shutdown?(): unknown;
}

/** A handler of whatever event and reply: those are the module's to know. */
// deno-lint-ignore no-explicit-any
export type AnyHandler = Handler<any, any>;

/** A behaviour of whatever event and reply. */
// deno-lint-ignore no-explicit-any
export type AnyBehaviour = Behaviour<any, any>;

/**
 * A module that exports `handleEvent`, with or without `init` and `shutdown`,
 * or a {@linkcode Behaviour} or {@linkcode Handler} as its default.
 */
export interface HandlerModule {
  /** As {@linkcode Behaviour.init}. */
  readonly init?: () => unknown;
  /** As {@linkcode Behaviour.handleEvent}. */
  readonly handleEvent?: AnyHandler;
  /** As {@linkcode Behaviour.shutdown}. */
  readonly shutdown?: () => unknown;
  /** The handler or the behaviour, where `handleEvent` is not exported. */
  readonly default?: AnyHandler | AnyBehaviour;
}

/** What {@linkcode serve} takes: a handler in any of its forms. */
export type Source = AnyHandler | AnyBehaviour | HandlerModule;

/**
 * Makes a behaviour of whatever a handler may be.
 *
 * @throws {RuntimeError} `Runtime.InvalidHandler` if it is none.
 */
export function toBehaviour(source: unknown): AnyBehaviour {
  const candidate = withoutDefault(source);
  if (typeof candidate === "function") {
    return { handleEvent: candidate as AnyHandler };
  }
  if (!isObject(candidate) || typeof candidate.handleEvent !== "function") {
    throw invalid(source, "without a handleEvent function");
  }
  for (const name of ["init", "shutdown"]) {
    const member = candidate[name];
    if (member !== undefined && typeof member !== "function") {
      throw invalid(source, `whose ${name} is ${kindOf(member)}`);
    }
  }
  return candidate as unknown as AnyBehaviour;
}

function withoutDefault(source: unknown): unknown {
  if (!isObject(source) || "handleEvent" in source) return source;
  return source.default ?? source;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  if (!isObject(value)) return `a ${typeof value}`;
  const names = Object.keys(value);
  if (names.length === 0) return "an object or module that exports nothing";
  return `an object or module with ${names.map((it) => `"${it}"`).join(", ")}`;
}

function invalid(source: unknown, problem: string): RuntimeError {
  return new RuntimeError(
    "Runtime.InvalidHandler",
    `Cannot use the handler: found ${
      kindOf(source)
    }, ${problem}. Expected a module such as

export function handleEvent(event, context) {
  return { message: "Hello", requestId: context.requestId };
}`,
  );
}
