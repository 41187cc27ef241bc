// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "./context.ts";
import type { FetchFunction } from "../http/adapter.ts";
import { adaptStreaming, isStreaming } from "../awslambda/awslambda.ts";
import { RuntimeError } from "../failure/errors.ts";

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
 * Gives a behaviour as it is, with the types that follow from it:
 * `context.state` is what `init()` returns.
 *
 * @typeParam Event What the function is invoked with, parsed from JSON.
 * @typeParam Reply What it answers.
 * @typeParam State What `init()` returns.
 * @param behaviour The behaviour.
 * @returns The same behaviour.
 *
 * @example Usage
 * ```ts
 * import { defineHandler } from "@toukon/lambda";
 *
 * export default defineHandler({
 *   init: () => new Map([["1", 100]]),
 *   handleEvent(event: { id: string }, { state: prices }) {
 *     return { id: event.id, price: prices.get(event.id) };
 *   },
 * });
 * ```
 */
export function defineHandler<Event, Reply, State = undefined>(
  behaviour: Behaviour<Event, Reply, State>,
): Behaviour<Event, Reply, State> {
  return behaviour;
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

const LIFECYCLE = [
  "init",
  "beforeSnapshot",
  "afterRestore",
  "shutdown",
] as const;

/** The names under which a module may export what answers, the first first. */
const ANSWERING = ["handleEvent", "handler"] as const;

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
    refuseCallback(candidate);
    return { handleEvent: adapt(candidate as AnyHandler) };
  }
  const name = isObject(candidate) ? answeringNameIn(candidate) : undefined;
  if (!isObject(candidate) || name === undefined) {
    throw invalid(source, "without a handleEvent or fetch function");
  }
  const answering = candidate[name];
  if (typeof answering !== "function") {
    throw invalid(source, `whose ${name} is ${kindOf(answering)}`);
  }
  refuseCallback(answering);
  for (const name of LIFECYCLE) {
    const member = candidate[name];
    if (member !== undefined && typeof member !== "function") {
      throw invalid(source, `whose ${name} is ${kindOf(member)}`);
    }
  }
  const behaviour = candidate as unknown as AnyBehaviour;
  if (name === "handleEvent" && !isStreaming(answering)) return behaviour;
  return {
    ...Object.fromEntries(
      LIFECYCLE.map((name) => [name, behaviour[name]?.bind(behaviour)]),
    ),
    handleEvent: bind(answering as AnyHandler, candidate),
  };
}

/** Binds a function, and adapts one that streams as AWS's Node.js has it. */
function bind(member: AnyHandler, owner: unknown): AnyHandler {
  return adapt(member, member.bind(owner));
}

function adapt(handler: AnyHandler, bound = handler): AnyHandler {
  return isStreaming(handler) ? adaptStreaming(handler, bound) : bound;
}

function answeringNameIn(
  candidate: Record<string, unknown>,
): typeof ANSWERING[number] | undefined {
  return ANSWERING.find((name) => name in candidate);
}

/** A handler of callbacks would call back in vain, and be answered with null. */
function refuseCallback(handler: unknown): void {
  if (typeof handler !== "function" || handler.length < 3) return;
  if (isStreaming(handler)) return;
  if (Object.prototype.toString.call(handler).includes("Async")) return;
  throw new RuntimeError(
    "Runtime.InvalidHandler",
    `Cannot use the handler: found a function with the parameters (event, context, callback) that is not async. Callbacks ended with Node.js 24. Expected it to return its reply, or a promise of it, as in

export async function handler(event: unknown) {
  return { message: "Hello", event };
}`,
  );
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
  // `deno serve` knows the default only: a module may export another fetch.
  const fetch = findMember("fetch", owners.toReversed(), source);
  if (!fetch) return undefined;
  return {
    fetch,
    handleEvent: findMember("handleEvent", owners, source) ??
      exportedHandler(source) ??
      (typeof fallback === "function" ? fallback as AnyHandler : undefined),
    ...Object.fromEntries(
      LIFECYCLE.map((name) => [name, findMember(name, owners, source)]),
    ),
  };
}

/** That of a module alone: routers have methods of that name. */
function exportedHandler(source: object): AnyHandler | undefined {
  const isModule = Object.prototype.toString.call(source) === "[object Module]";
  return isModule ? findMember("handler", [{ ...source }], source) : undefined;
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
  const member = owner[name];
  if (typeof member === "function") return bind(member as AnyHandler, owner);
  throw invalid(source, `whose ${name} is ${kindOf(owner[name])}`);
}

function withoutDefault(source: unknown): unknown {
  if (!isObject(source) || answeringNameIn(source)) return source;
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

import type { Context } from "@toukon/lambda";

export function handleEvent(event: unknown, context: Context) {
  return { message: "Hello", event, requestId: context.requestId };
}

or

export default {
  fetch(request: Request) {
    return new Response("Hello, " + request.url);
  },
};`,
  );
}
