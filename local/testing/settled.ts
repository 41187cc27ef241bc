// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Leftover, LeftoverTracker } from "./leftovers.ts";

/** Options for {@linkcode assertSettled}. */
export interface AssertSettledOptions {
  /**
   * The kinds that may be left behind, as {@linkcode Leftover.kind} names them:
   * `["tcpStream"]` for a pool of connections that is kept on purpose.
   *
   * @default {[]}
   */
  except?: readonly string[];
}

/**
 * Something has been left behind. `leftovers` says what and where.
 *
 * @example Usage
 * ```ts
 * import { UnsettledError } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { leftovers } = new UnsettledError([
 *   { kind: "timer", begunAt: "file:///handler.ts:7:3" },
 * ]);
 * assertEquals(leftovers[0].kind, "timer");
 * ```
 */
export class UnsettledError extends Error {
  /** The name of the error. */
  override name = "UnsettledError";
  /** What has been left behind. */
  readonly leftovers: readonly Leftover[];

  /** Makes the error of what was left behind. */
  constructor(leftovers: readonly Leftover[]) {
    super(
      `Handler has settled and left behind:\n${
        leftovers.map(describe).join("\n")
      }\nLambda freezes what goes on after the reply: await it, or end it, before`,
    );
    this.leftovers = leftovers;
  }
}

let isFollowing = false;

/**
 * Runs a function, and fails if it leaves anything behind that goes on when it
 * has settled: a timer, an operation such as a request that nobody awaits, or
 * what has to be closed, such as a socket or a file.
 *
 * Lambda freezes all of that as soon as the reply is sent, and thaws it in some
 * later invocation, if ever. Timers that `Deno.unrefTimer()` or `unref()` was
 * called for, and those of a {@linkcode FakeClock}, do not count, nor does a
 * promise that nothing is left to settle. Servers of `node:net` and `node:http`
 * are not seen.
 *
 * It follows what the function begins, by what Deno's own sanitizers use, and
 * runs one function at a time. What the test does beside, such as serving what
 * the handler asks for, does not count. It is for a handler that is called: in a
 * {@linkcode FakeLambda} the runtime is at work too.
 *
 * @typeParam Result What the function returns.
 * @param run Calls the handler.
 * @param options What may be left behind.
 * @returns What the function has returned.
 * @throws {UnsettledError} If something is left behind, naming where it began.
 * @throws {TypeError} If this version of Deno does not tell, or another call
 * runs.
 *
 * @example Usage
 * ```ts
 * import { assertSettled, createContext } from "@toukon/lambda/testing";
 * import type { Context } from "@toukon/lambda";
 * import { assertEquals } from "@std/assert/equals";
 * import { assertRejects } from "@std/assert/rejects";
 *
 * let timer: number | undefined;
 * function handleEvent(_event: unknown, context: Context) {
 *   timer = setTimeout(() => {}, 60_000) as unknown as number;
 *   return context.requestId;
 * }
 *
 * await assertRejects(
 *   () => assertSettled(() => handleEvent({}, createContext())),
 *   Error,
 *   "a timer, begun at file:",
 * );
 * clearTimeout(timer);
 * assertEquals(await assertSettled(() => "done"), "done");
 * ```
 */
export async function assertSettled<Result>(
  run: () => Result | Promise<Result>,
  { except = [] }: AssertSettledOptions = {},
): Promise<Result> {
  if (isFollowing) {
    throw new TypeError(
      "Cannot tell what is left behind: another assertSettled() runs in this thread. Await it before",
    );
  }
  isFollowing = true;
  try {
    return await follow(run, except);
  } finally {
    isFollowing = false;
  }
}

async function follow<Result>(
  run: () => Result | Promise<Result>,
  except: readonly string[],
): Promise<Result> {
  const tracker = await LeftoverTracker.create();
  let result: Result;
  let leftovers: Leftover[];
  try {
    result = await tracker.run(run);
    leftovers = await tracker.find((it) => !except.includes(it.kind));
  } finally {
    tracker.end();
  }
  if (leftovers.length > 0) throw new UnsettledError(leftovers);
  return result;
}

function describe({ kind, begunAt = "a place that is not known" }: Leftover) {
  if (kind === "timer") return `  a timer, begun at ${begunAt}`;
  return kind.startsWith("op_")
    ? `  an operation that has not ended (${kind}), begun at ${begunAt}`
    : `  something to be closed (${kind}), opened at ${begunAt}`;
}
