// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Makes sure that the `@std` packages named in `deno.json` can be loaded where
 * JSR cannot be reached: lays stand-ins for them into `vendor/`.
 *
 * ```sh
 * deno task setup                  # before every task
 * deno task setup --require-real   # before a release: refuses stand-ins
 * ```
 *
 * Where JSR answers, nothing is laid, stand-ins of an earlier run are removed,
 * and Deno fetches the real packages itself. Where it does not, the stand-ins
 * are used, and JSR is asked again at most every five minutes: a network that
 * swallows packets must not cost its time limit before every task.
 *
 * @module
 */
import { standInFiles, type StdPackage, stdPackages } from "./packages.ts";
import { offers } from "./registry.ts";
import { holds, remove, replace, stateOf } from "./vendor.ts";

/** Options for {@linkcode setup}. */
export interface SetupOptions {
  /**
   * The project's folder, with `deno.json` and `vendor/`.
   *
   * @default {"."}
   */
  root?: string;
  /**
   * The base URL of the registry.
   *
   * @default {"https://jsr.io/"}
   */
  registry?: string;
  /**
   * How long the registry may take to answer, in milliseconds.
   *
   * @default {2000}
   */
  timeoutMs?: number;
  /**
   * How long a registry that did not answer is left alone, in milliseconds.
   *
   * @default {300000}
   */
  retryAfterMs?: number;
  /**
   * Lays no stand-ins and fails if the packages would be stand-ins; asks the
   * registry even if it did not answer a moment ago.
   *
   * @default {false}
   */
  requireReal?: boolean;
}

/**
 * What a run did: `"kept"` found all in order, `"laid"` laid stand-ins,
 * `"removed"` took them or damaged packages away, so that Deno fetches the
 * real ones.
 */
export type SetupResult = "kept" | "laid" | "removed";

/**
 * Makes sure that the `@std` packages can be loaded, with or without JSR. Runs
 * side by side wait for each other.
 *
 * @returns What was done.
 * @throws {Error} With `requireReal`, if a package is a stand-in, or missing
 * while the registry does not answer.
 * @throws {SyntaxError} If `deno.json` cannot be read.
 */
export async function setup(options: SetupOptions = {}): Promise<SetupResult> {
  const { root = "." } = options;
  const packages = stdPackages(Deno.readTextFileSync(`${root}/deno.json`))
    .map((item) => withPaths(item, root));
  if (isDone(packages, options)) return "kept";
  Deno.mkdirSync(`${root}/vendor`, { recursive: true });
  using lock = Deno.openSync(lockPath(root), { create: true, write: true });
  await lock.lock(true);
  // Another run may have done it all while this one waited.
  if (isDone(packages, options)) return "kept";
  return await act(packages, options);
}

/** A package, where it is vendored and what its stand-in would be. */
interface Package extends StdPackage {
  readonly directory: string;
  readonly standIn: Map<string, string>;
}

function withPaths(item: StdPackage, root: string): Package {
  const directory = `${root}/vendor/jsr.io/@std/${item.name}`;
  const standIn = standInFiles(item, `${import.meta.dirname}/std`);
  return { ...item, directory, standIn };
}

function isDone(packages: Package[], options: SetupOptions): boolean {
  const others = packages.filter((item) =>
    stateOf(item.directory, item) !== "real"
  );
  if (others.length === 0) return true;
  return !options.requireReal && wasAskedLately(options) &&
    others.every((item) => holds(item.directory, item.standIn));
}

/** Does what must be done; the caller holds the lock. */
async function act(
  packages: Package[],
  options: SetupOptions,
): Promise<SetupResult> {
  const {
    root = ".",
    registry = "https://jsr.io/",
    timeoutMs = 2_000,
    requireReal = false,
  } = options;
  const missing = packages.filter((item) =>
    stateOf(item.directory, item) !== "real"
  );
  const isOffered = (requireReal || !wasAskedLately(options)) &&
    await offers(missing, registry, timeoutMs);
  if (isOffered) {
    remove(askedPath(root));
    return removeUnreal(missing) ? "removed" : "kept";
  }
  if (requireReal) {
    const names = missing.map((item) => `"@std/${item.name}"`).join(", ");
    throw new Error(
      `Cannot go on without the real packages: ${names} would be stand-ins, ` +
        `expected them from ${registry}; ` +
        `run this again where that can be reached`,
    );
  }
  if (!wasAskedLately(options)) Deno.writeTextFileSync(askedPath(root), "");
  const outdated = missing.filter((item) =>
    !holds(item.directory, item.standIn)
  );
  for (const item of outdated) {
    replace(item.directory, item.standIn, `${root}/vendor/.laying`);
  }
  return outdated.length > 0 ? "laid" : "kept";
}

/** What is merely begun stays: another Deno may be fetching it right now. */
function removeUnreal(packages: Package[]): boolean {
  const unreal = packages.filter((item) =>
    stateOf(item.directory, item) !== "partial"
  );
  for (const item of unreal) remove(item.directory);
  return unreal.length > 0;
}

/** A clock that was set back must not keep JSR from being asked. */
function wasAskedLately(
  { root = ".", retryAfterMs = 300_000 }: SetupOptions,
): boolean {
  try {
    const { mtime } = Deno.statSync(askedPath(root));
    const ageMs = Date.now() - (mtime?.getTime() ?? 0);
    return ageMs < retryAfterMs && ageMs > -retryAfterMs;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The file whose time says when JSR was asked and did not answer. */
function askedPath(root: string): string {
  return `${root}/vendor/.jsr_asked`;
}

function lockPath(root: string): string {
  return `${root}/vendor/.setup_lock`;
}

async function main(args: string[]): Promise<void> {
  const options: SetupOptions = {};
  for (const arg of args) {
    if (arg === "--require-real") options.requireReal = true;
    else if (arg.startsWith("--registry=")) options.registry = arg.slice(11);
    else {
      throw new TypeError(
        `Unknown argument "${arg}": ` +
          `expected "--require-real" or "--registry=URL"`,
      );
    }
  }
  const result = await setup(options);
  if (result === "laid") {
    console.error(
      "JSR cannot be reached: laid stand-ins for the @std packages into " +
        "vendor/, to be replaced when it can",
    );
  }
  if (result === "removed") {
    console.error(
      "JSR answers: took the stand-ins out of vendor/, Deno fetches the real " +
        "@std packages",
    );
  }
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(`Cannot set up: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
