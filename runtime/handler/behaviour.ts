// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "./context.ts";
import type { FetchFunction } from "../http/adapter.ts";

/**
 * A function that answers one invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, as it is when it is bytes, or
 * as it is produced when it is a stream.
 * @typeParam State What `context.state` is.
 *
 * @example Usage
 * ```ts
 * import type { Handler } from "@toukon/lambda";
 *
 * const greet: Handler<{ name: string }, string> = (event) =>
 *   `Hello, ${event.name}`;
 * ```
 */
export type Handler<Event = unknown, Reply = unknown, State = unknown> = (
  event: Event,
  context: Context<State>,
) => Reply | Promise<Reply>;

/** What a handler may have beside what answers; none of it has to be there. */
export interface Lifecycle<State = unknown> {
  /**
   * Runs once before the first invocation of a thread. A throw is an init
   * error. What it returns is each invocation's `context.state`.
   */
  init?(): State | Promise<State>;
  /**
   * Under SnapStart, runs once after `init()`, before Lambda takes the snapshot
   * that environments are restored from. A throw is an init error.
   */
  beforeSnapshot?(): unknown;
  /**
   * Under SnapStart, runs once in each environment after it was restored, and
   * in a worker that is started later, after its `init()`: make here what must
   * not be the same in all of them. Lambda leaves a restore ten seconds. A throw
   * ends the environment, or that worker.
   */
  afterRestore?(): unknown;
  /**
   * Runs once when the environment ends. Lambda then leaves it a few hundred
   * milliseconds.
   */
  shutdown?(): unknown;
}

/**
 * What a handler module implements: {@linkcode Behaviour.handleEvent}, and
 * where needed what comes before the first and after the last invocation.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers; sent as JSON, as it is when it is bytes, or
 * as it is produced when it is a stream.
 * @typeParam State What `init()` returns and `context.state` is.
 *
 * @example Usage
 * ```ts
 * import type { Behaviour } from "@toukon/lambda";
 *
 * const behaviour: Behaviour<{ name: string }, string, { greeting: string }> = {
 *   init() {
 *     return { greeting: "Hello" };
 *   },
 *   handleEvent(event, { state }) {
 *     return `${state.greeting}, ${event.name}`;
 *   },
 * };
 *
 * export default behaviour;
 * ```
 */
export interface Behaviour<Event = unknown, Reply = unknown, State = unknown>
  extends Lifecycle<State> {
  /** Answers one invocation. */
  handleEvent(event: Event, context: Context<State>): Reply | Promise<Reply>;
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
export interface FetchHandler extends Lifecycle {
  /** Answers one HTTP request. */
  fetch: FetchFunction;
  /** Answers the events that are no HTTP requests. */
  handleEvent?: AnyHandler;
}

/**
 * A handler of whatever event, reply and state: those are the module's to know.
 * The type of a handler in `@types/aws-lambda` has a third parameter, the
 * callback of older Node.js runtimes, which no handler gets here.
 */
export type AnyHandler = (
  // deno-lint-ignore no-explicit-any
  event: any,
  // deno-lint-ignore no-explicit-any
  context: Context<any>,
  // deno-lint-ignore no-explicit-any
  ...callback: any[]
  // deno-lint-ignore no-explicit-any
) => any;

/**
 * A handler that AWS's `awslambda.streamifyResponse` has made: it writes its
 * reply into a stream, whose type is that of Node.js.
 */
export type StreamifiedHandler = (
  // deno-lint-ignore no-explicit-any
  event: any,
  responseStream: never,
  // deno-lint-ignore no-explicit-any
  context: Context<any>,
) => void | Promise<void>;

/** A behaviour of whatever event, reply and state. */
export interface AnyBehaviour extends Lifecycle {
  /** Answers one invocation. */
  handleEvent: AnyHandler;
}

/**
 * A module that exports `handleEvent`, `fetch` or both, with or without what a
 * {@linkcode Lifecycle} has, or a {@linkcode Behaviour}, {@linkcode Handler} or
 * {@linkcode FetchHandler} as its default. Beside a default with `fetch`,
 * `handleEvent` may be exported for the events that are no HTTP requests. The
 * name that AWS's own runtimes take, `handler`, does for `handleEvent` too.
 */
export interface HandlerModule {
  /** As {@linkcode Lifecycle.init}. */
  readonly init?: () => unknown;
  /** As {@linkcode Lifecycle.beforeSnapshot}. */
  readonly beforeSnapshot?: () => unknown;
  /** As {@linkcode Lifecycle.afterRestore}. */
  readonly afterRestore?: () => unknown;
  /** As {@linkcode Behaviour.handleEvent}. */
  readonly handleEvent?: AnyHandler | StreamifiedHandler;
  /** As {@linkcode HandlerModule.handleEvent}, which comes first. */
  readonly handler?: AnyHandler | StreamifiedHandler;
  /** As {@linkcode FetchHandler.fetch}. */
  readonly fetch?: FetchFunction;
  /** As {@linkcode Lifecycle.shutdown}. */
  readonly shutdown?: () => unknown;
  /** The handler in another form. */
  readonly default?:
    | AnyHandler
    | StreamifiedHandler
    | AnyBehaviour
    | FetchHandler;
}

/** What {@linkcode serve} takes: a handler in any of its forms. */
export type Source = AnyHandler | AnyBehaviour | FetchHandler | HandlerModule;
