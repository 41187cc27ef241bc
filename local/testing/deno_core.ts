// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What Deno's own sanitizers of tests use, as far as it is used here. */
export interface DenoCore {
  /** Has the number of what is open, on the object that stands for it. */
  readonly internalRidSymbol: symbol;
  /** Marks the promises of operations. */
  readonly promiseIdSymbol: symbol;
  /** Gives the state of a promise, 0 while it is pending. */
  getPromiseDetails(promise: Promise<unknown>): [state: number, value: unknown];
  /** Gives the names of what is open, by its number. */
  resources(): Record<number, string>;
  /** Has a function called for every promise that is made; none ends it. */
  setPromiseHooks(onInit?: (promise: Promise<unknown>) => void): void;
}

/**
 * Gives what Deno's own sanitizers use. It is no part of Deno's documented API.
 *
 * @throws {TypeError} If this version of Deno has it no more.
 */
export function denoCore(): DenoCore {
  const internal =
    (Deno as unknown as { internal: keyof typeof Deno }).internal;
  const { core } = Deno[internal] as unknown as { core?: Partial<DenoCore> } ??
    {};
  const isWhole = core?.internalRidSymbol && core.promiseIdSymbol &&
    core.getPromiseDetails && core.resources && core.setPromiseHooks;
  if (isWhole) return core as DenoCore;
  throw new TypeError(
    `Cannot tell what is left behind: Deno ${Deno.version.deno} does not. Use the sanitizers of "deno test" instead`,
  );
}
