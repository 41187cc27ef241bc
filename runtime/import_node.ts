// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Imports one of Node's modules by a name that neither types nor bundles see.
 *
 * A graph of types that reaches such a module makes Deno ask for `@types/node`
 * in every project that has a package.json, and a bundle loads what is imported
 * by a literal name at every start.
 */
export async function importNode<Module>(name: string): Promise<Module> {
  const specifier = `node:${name}`;
  return await import(specifier);
}

/** What the runtime uses of `node:async_hooks`. */
export interface AsyncHooks {
  AsyncLocalStorage: new <Store>() => AsyncLocalStorage<Store>;
}

/** Holds a value for a function and all that it begins. */
export interface AsyncLocalStorage<Store> {
  /** Gives the value that the calling code runs with. */
  getStore(): Store | undefined;
  /** Calls a function with a value. */
  run<Args extends unknown[], Result>(
    store: Store,
    run: (...args: Args) => Result,
    ...args: Args
  ): Result;
}
