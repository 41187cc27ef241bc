// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "./context.ts";
import type { FetchFunction } from "./http/adapter.ts";
import { RuntimeError } from "./runtime_error.ts";

/**
 * A function that answers one invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, as it is when it is bytes, or
 * as it is produced when it is a stream.
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
 * @typeParam Reply What it answers; sent as JSON, as it is when it is bytes, or
 * as it is produced when it is a stream.
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

/**
 * What answers HTTP requests: an object with the `fetch` method that `deno
 * serve` calls, such as the app of a framework.
 *
 * @example Usage
 * ```ts
 * import type { FetchHandler } from "@toukon/lambda";
 *
 * const app: FetchHandler = {
 *   fetch(request) {
 *     const { pathname } = new URL(request.url);
 *     return Response.json({ pathname });
 *   },
 * };
 *
 * export default app;
 * ```
 */
export interface FetchHandler {
  /** Answers one HTTP request. */
  fetch: FetchFunction;
  /** As {@linkcode Behaviour.init}. */
  init?(): unknown;
  /** Answers the events that are no HTTP requests. */
  handleEvent?: AnyHandler;
  /** As {@linkcode Behaviour.shutdown}. */
  shutdown?(): unknown;
}

/** A handler of whatever event and reply: those are the module's to know. */
// deno-lint-ignore no-explicit-any
export type AnyHandler = Handler<any, any>;

/** A behaviour of whatever event and reply. */
// deno-lint-ignore no-explicit-any
export type AnyBehaviour = Behaviour<any, any>;

/**
 * A module that exports `handleEvent`, `fetch` or both, with or without `init`
 * and `shutdown`, or a {@linkcode Behaviour}, {@linkcode Handler} or
 * {@linkcode FetchHandler} as its default. Beside a default with `fetch`,
 * `handleEvent` may be exported for the events that are no HTTP requests.
 */
export interface HandlerModule {
  /** As {@linkcode Behaviour.init}. */
  readonly init?: () => unknown;
  /** As {@linkcode Behaviour.handleEvent}. */
  readonly handleEvent?: AnyHandler;
  /** As {@linkcode FetchHandler.fetch}. */
  readonly fetch?: FetchFunction;
  /** As {@linkcode Behaviour.shutdown}. */
  readonly shutdown?: () => unknown;
  /** The handler in another form. */
  readonly default?: AnyHandler | AnyBehaviour | FetchHandler;
}

/** What {@linkcode serve} takes: a handler in any of its forms. */
export type Source = AnyHandler | AnyBehaviour | FetchHandler | HandlerModule;

/**
 * Makes a behaviour of whatever a handler may be.
 *
 * @throws {RuntimeError} `Runtime.InvalidHandler` if it is none.
 */
export function toBehaviour(source: unknown): AnyBehaviour {
  const candidate = withoutDefault(source);
  if (isClass(candidate)) {
    throw invalid(
      candidate,
      "which cannot be called: export an instance of it",
    );
  }
  if (typeof candidate === "function") {
    return { handleEvent: candidate as AnyHandler };
  }
  if (!isObject(candidate) || typeof candidate.handleEvent !== "function") {
    throw invalid(source, "without a handleEvent or fetch function");
  }
  for (const name of ["init", "shutdown"]) {
    const member = candidate[name];
    if (member !== undefined && typeof member !== "function") {
      throw invalid(source, `whose ${name} is ${kindOf(member)}`);
    }
  }
  return candidate as unknown as AnyBehaviour;
}

/**
 * Gives what answers HTTP requests, or undefined if the source does not: a
 * module with `fetch`, or one whose default has it.
 *
 * Every member is bound to what it was found on.
 *
 * @throws {RuntimeError} `Runtime.InvalidHandler` if a member is no function.
 */
export function toFetchHandler(source: unknown): FetchHandler | undefined {
  if (!isObject(source)) return undefined;
  const fallback = "default" in source ? source.default : undefined;
  const owners = [source, fallback].filter(isObject);
  const fetch = findMember("fetch", owners, source);
  if (!fetch) return undefined;
  return {
    fetch,
    init: findMember("init", owners, source),
    handleEvent: findMember("handleEvent", owners, source) ??
      (typeof fallback === "function" ? fallback as AnyHandler : undefined),
    shutdown: findMember("shutdown", owners, source),
  };
}

/** Asks with `in`: some routers answer to every name that they are read by. */
function findMember(
  name: string,
  owners: Record<string, unknown>[],
  source: unknown,
  // deno-lint-ignore no-explicit-any
): ((...args: any[]) => any) | undefined {
  const owner = owners.find((it) => name in it);
  if (!owner || owner[name] === undefined) return undefined;
  if (typeof owner[name] === "function") return owner[name].bind(owner);
  throw invalid(source, `whose ${name} is ${kindOf(owner[name])}`);
}

function withoutDefault(source: unknown): unknown {
  if (!isObject(source) || "handleEvent" in source) return source;
  return source.default ?? source;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isClass(value: unknown): boolean {
  return typeof value === "function" &&
    /^class\b/.test(Function.prototype.toString.call(value));
}

function kindOf(value: unknown): string {
  if (isClass(value)) return "a class";
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
}

or

export default {
  fetch(request) {
    return new Response("Hello");
  },
};`,
  );
}
