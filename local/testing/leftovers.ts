// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type AsyncHooks as RuntimeHooks,
  type AsyncLocalStorage,
  importNode,
} from "../../runtime/import_node.ts";
import { type DenoCore, denoCore } from "./deno_core.ts";
import { OpenedResources, type SocketHandle } from "./opened_resources.ts";

/** What goes on, or is open, after a handler has settled. */
export interface Leftover {
  /**
   * `timer`, the name of an operation of Deno's such as `op_fetch_send`, or of
   * what is open, such as `tcpStream`.
   */
  kind: string;
  /** The line that began it, as file, line and column, where it is known. */
  begunAt: string | undefined;
}

/** What is used of `node:async_hooks`. */
interface AsyncHooks extends RuntimeHooks {
  createHook(callbacks: {
    init(id: number, type: string, trigger: number, resource: unknown): void;
    destroy(id: number): void;
  }): { enable(): void; disable(): void };
}

/** A timer that is set. */
interface SetTimer {
  timer: { hasRef?(): boolean };
  stack: string;
}

/** How often what ends by itself is given the time to do so. */
const TURNS = 10;
/** Enough for a library between the handler and what it calls. */
const STACK_DEPTH = 50;
/** The modules that are on every stack. */
const OWN_MODULES = ["leftovers", "opened_resources", "settled"]
  .map((name) => `${new URL(`${name}.ts`, import.meta.url).href}:`);

const realTimeout = setTimeout;

/**
 * Follows what a function begins in this thread, and what that begins in turn.
 * What the test does beside it, such as serving what the handler asks for, does
 * not count.
 */
export class LeftoverTracker {
  readonly #core: DenoCore;
  readonly #hook: ReturnType<AsyncHooks["createHook"]>;
  readonly #scope: AsyncLocalStorage<LeftoverTracker>;
  readonly #resources: OpenedResources;
  readonly #promises = new Map<Promise<unknown>, string>();
  readonly #timers = new Map<number, SetTimer>();
  readonly #stackDepth = Error.stackTraceLimit;

  /** Begins to follow. */
  static async create(): Promise<LeftoverTracker> {
    const core = denoCore();
    return new LeftoverTracker(
      core,
      await importNode<AsyncHooks>("async_hooks"),
    );
  }

  private constructor(
    core: DenoCore,
    { AsyncLocalStorage, createHook }: AsyncHooks,
  ) {
    this.#core = core;
    this.#scope = new AsyncLocalStorage();
    this.#resources = new OpenedResources(core, () => this.#isFollowed());
    this.#hook = createHook({
      init: (id, type, _trigger, resource) => this.#add(id, type, resource),
      destroy: (id) => this.#timers.delete(id),
    });
    Error.stackTraceLimit = STACK_DEPTH;
    this.#hook.enable();
    core.setPromiseHooks((promise) => {
      if (this.#isFollowed()) this.#promises.set(promise, stackHere());
    });
  }

  /** Runs a function, and follows what it begins. */
  run<Result>(run: () => Result): Result {
    return this.#scope.run(this, run);
  }

  /**
   * Gives what is left behind, once that changes no more by itself.
   *
   * @param counts Whether something counts.
   */
  async find(counts: (leftover: Leftover) => boolean): Promise<Leftover[]> {
    for (let turn = 0; turn < TURNS; turn++) {
      if (this.#leftovers().filter(counts).length === 0) return [];
      const { promise, resolve } = Promise.withResolvers<void>();
      realTimeout(resolve, 0);
      await promise;
    }
    return this.#leftovers().filter(counts);
  }

  /** Follows no more. */
  end(): void {
    this.#core.setPromiseHooks();
    this.#hook.disable();
    this.#resources.end();
    Error.stackTraceLimit = this.#stackDepth;
  }

  #isFollowed(): boolean {
    return this.#scope.getStore() === this;
  }

  #add(id: number, type: string, resource: unknown): void {
    if (!this.#isFollowed()) return;
    if (type === "Timeout" || type === "Immediate") {
      const timer = resource as SetTimer["timer"];
      this.#timers.set(id, { timer, stack: stackHere() });
    } else if (/^(TCP|PIPE|TLS)\w*WRAP$/.test(type)) {
      this.#resources.addSocket(resource as SocketHandle, stackHere());
    }
  }

  #leftovers(): Leftover[] {
    const timers = [...this.#timers.values()]
      .filter(({ timer }) => timer.hasRef?.() !== false)
      .map(({ stack }) => ({ kind: "timer", begunAt: siteOf(stack) }));
    const operations = [...this.#promises]
      .filter(([promise]) => this.#isRunning(promise))
      .map(([, stack]) => ({
        kind: /\b(op_\w+)/.exec(stack)?.[1] ?? "op_unknown",
        begunAt: siteOf(stack),
      }));
    const resources = this.#resources.stillOpen()
      .map(({ kind, stack }) => ({ kind, begunAt: siteOf(stack) }));
    return [...timers, ...operations, ...resources];
  }

  /** Only the promises of operations have something under way by themselves. */
  #isRunning(promise: Promise<unknown>): boolean {
    const { promiseIdSymbol, getPromiseDetails } = this.#core;
    return promiseIdSymbol in promise && getPromiseDetails(promise)[0] === 0;
  }
}

/** Where the code is that runs. */
function stackHere(): string {
  return new Error().stack ?? "";
}

/** Finds the innermost line that is a person's, else one of a library's. */
function siteOf(stack: string | undefined): string | undefined {
  const places = [...(stack ?? "").matchAll(/((?:file|https?):\S+:\d+:\d+)/g)]
    .map(([place]) => place)
    .filter((place) => !OWN_MODULES.some((own) => place.startsWith(own)));
  return places.find((place) =>
    place.startsWith("file:") && !/\/(node_modules|vendor)\//.test(place)
  ) ?? places[0];
}
