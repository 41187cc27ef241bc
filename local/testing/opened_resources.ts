// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { DenoCore } from "./deno_core.ts";

/** What is open, and where it was opened. */
export interface OpenResource {
  kind: string;
  stack: string | undefined;
}

/** A socket of Node's modules. */
export interface SocketHandle {
  close(...args: unknown[]): unknown;
}

/** The functions of Deno that open something. */
const OPENERS = [
  "connect",
  "connectTls",
  "create",
  "createHttpClient",
  "createSync",
  "listen",
  "listenDatagram",
  "listenTls",
  "open",
  "openSync",
  "startTls",
  "watchFs",
];

/**
 * Kinds that somebody else in the thread may have opened, such as the server
 * that a handler is tested with, or that a pending operation tells of.
 */
const OTHERS = /(Stream|Conn|child|fetchCancelHandle)$/;

type Opener = (...args: unknown[]) => unknown;

const functions = Deno as unknown as Record<string, Opener>;

/** Follows what is opened, from its making to its end. */
export class OpenedResources {
  readonly #core: DenoCore;
  readonly #isFollowed: () => boolean;
  readonly #before: Record<number, string>;
  readonly #originals = new Map<string, Opener>();
  readonly #fetch = globalThis.fetch;
  readonly #followedFetch: typeof fetch;
  readonly #stacks = new Map<string, string>();
  readonly #sockets = new Map<SocketHandle, string>();

  /**
   * @param isFollowed Whether the running code is what is followed.
   */
  constructor(core: DenoCore, isFollowed: () => boolean) {
    this.#core = core;
    this.#isFollowed = isFollowed;
    this.#before = core.resources();
    for (const name of OPENERS) {
      const original = functions[name];
      if (typeof original !== "function") continue;
      this.#originals.set(name, original);
      functions[name] = this.#follow(
        original,
        (opened) => this.#idOf(opened),
      );
    }
    this.#followedFetch = this.#follow(
      this.#fetch as Opener,
      () => this.#newest("fetchResponse"),
    ) as typeof fetch;
    globalThis.fetch = this.#followedFetch;
  }

  /** Follows a socket of Node's modules. */
  addSocket(handle: SocketHandle, stack: string): void {
    this.#sockets.set(handle, stack);
    const { close } = handle;
    handle.close = (...args) => {
      this.#sockets.delete(handle);
      return close.apply(handle, args);
    };
  }

  /** Gives what was opened and is not closed. */
  stillOpen(): OpenResource[] {
    const sockets = [...this.#sockets.values()]
      .map((stack) => ({ kind: "tcpStream", stack }));
    const resources = Object.entries(this.#core.resources())
      .filter(([id]) => !(Number(id) in this.#before))
      .map(([id, kind]) => ({ kind, stack: this.#stacks.get(id) }))
      .filter(({ kind, stack }) => stack !== undefined || !OTHERS.test(kind));
    return [...sockets, ...resources];
  }

  /** Follows no more. */
  end(): void {
    for (const [name, original] of this.#originals) functions[name] = original;
    // The handler may have put one of its own there.
    if (globalThis.fetch === this.#followedFetch) {
      globalThis.fetch = this.#fetch;
    }
  }

  #follow(
    original: Opener,
    findId: (opened: unknown) => string | undefined,
  ): Opener {
    return (...args) => {
      if (!this.#isFollowed()) return original(...args);
      const stack = new Error().stack ?? "";
      const remember = (opened: unknown) => {
        const id = findId(opened);
        if (id !== undefined) this.#stacks.set(id, stack);
      };
      const result = original(...args);
      if (result instanceof Promise) result.then(remember, () => {});
      else remember(result);
      return result;
    };
  }

  #idOf(opened: unknown): string | undefined {
    const id = (opened as Record<symbol, unknown> | undefined)
      ?.[this.#core.internalRidSymbol];
    return id === undefined ? undefined : String(id);
  }

  /** The last that was opened of a kind. */
  #newest(kind: string): string | undefined {
    return Object.entries(this.#core.resources())
      .findLast(([, name]) => name === kind)?.[0];
  }
}
