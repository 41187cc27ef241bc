// Copyright 2026 the Toukon Lambda authors. MIT license.

import { adaptStreaming, isStreaming } from "../awslambda/awslambda.ts";
import { RuntimeError } from "../failure/errors.ts";
import type {
  AnyBehaviour,
  AnyHandler,
  Behaviour,
  FetchHandler,
} from "./behaviour.ts";

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
  return withHandleEvent(behaviour, bind(answering as AnyHandler, candidate));
}

/** Gives a behaviour another function that answers. */
export function withHandleEvent(
  behaviour: AnyBehaviour,
  handleEvent: AnyHandler,
): AnyBehaviour {
  // Bound, since a member may use what is private to the class of its object.
  const members = LIFECYCLE.map((name) => [
    name,
    behaviour[name]?.bind(behaviour),
  ]);
  return { ...Object.fromEntries(members), handleEvent };
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

/** Gives the export `handler` of a module; routers have methods of that name. */
function exportedHandler(source: object): AnyHandler | undefined {
  const isModule = Object.prototype.toString.call(source) === "[object Module]";
  return isModule ? findMember("handler", [{ ...source }], source) : undefined;
}

/** Checks with `in`, since some routers return a value for every property. */
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
