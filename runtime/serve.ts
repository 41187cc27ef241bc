// Copyright 2026 the Toukon Lambda authors. MIT license.

import { provideAwslambda } from "./awslambda/awslambda.ts";
import { RuntimeError } from "./failure/errors.ts";
import type { Source } from "./handler/behaviour.ts";
import { serveLambda } from "./lambda.ts";
import { NAME } from "./version.ts";

// A handler may be imported before serve() is called, and ask for it then.
provideAwslambda();

let isServing = false;

/** Options for {@linkcode serve}. */
export interface ServeOptions {
  /**
   * The `lambda` key of deno.json. A built function carries it along, since
   * the file is not there where it runs.
   *
   * @default {what deno.json beside the program, or above it, says}
   */
  config?: Record<string, unknown>;
  /**
   * Imports the handler where it runs. With `"isolation": "worker"` the main
   * thread then does not import it at all.
   *
   * @default {imports the module that the configuration names}
   */
  load?: () => Promise<Source>;
}

/**
 * Serves a handler: on Lambda, where `AWS_LAMBDA_RUNTIME_API` is set, for as
 * long as the environment lives; anywhere else once, with the event from stdin
 * or from `--event FILE`, printing the reply.
 *
 * It ends the process: locally with 0 if the handler has replied, 1 if it has
 * failed, and 2 if the event or an option is wrong; on Lambda with 0 at the end
 * of the environment, and with another code where it cannot go on.
 *
 * @param source A handler, a behaviour, a module with one, or a promise of
 * those such as `import("./handler.ts")`; or the options alone, with `load`.
 * Left out, it is the module that `lambda.handler` of deno.json names, or that
 * `_HANDLER` names.
 * @param options The configuration, where it does not come from deno.json.
 *
 * @throws {RuntimeError} `Runtime.InvalidHandler` if it was called before: the
 * module of a handler that is served must not serve it again.
 *
 * @example Serving a module
 * ```ts ignore
 * import { serve } from "@toukon/lambda";
 *
 * serve(import("./handler.ts"));
 * ```
 *
 * @example Serving a function
 * ```ts ignore
 * import { serve } from "@toukon/lambda";
 *
 * serve((event: { name: string }) => ({ message: `Hello, ${event.name}` }));
 * ```
 *
 * @example Serving a module that only workers import
 * ```ts ignore
 * import { serve } from "@toukon/lambda";
 *
 * serve({ load: () => import("./handler.ts"), config: { isolation: "worker" } });
 * ```
 */
export function serve(
  source?: Source | Promise<Source> | ServeOptions,
  options?: Pick<ServeOptions, "config">,
): Promise<never> {
  // Thrown at once, so that the module that calls it fails, awaiting or not.
  if (isServing) {
    throw new RuntimeError(
      "Runtime.InvalidHandler",
      "Cannot serve: expected one call of serve(), found two. Take it out of the module of the handler",
    );
  }
  isServing = true;
  return serveOnce(source, options);
}

async function serveOnce(
  source: Source | Promise<Source> | ServeOptions | undefined,
  options: ServeOptions | undefined,
): Promise<never> {
  // Until it is awaited, a rejected import would count as unhandled.
  if (source instanceof Promise) source.catch(() => {});
  const given = toGiven(source, options);
  if (isWorker()) {
    const { serveInWorker } = await import("./isolation/worker_side.ts");
    return await serveInWorker(given.source);
  }
  const address = Deno.env.get("AWS_LAMBDA_RUNTIME_API");
  const directory = mainDirectory();
  if (address) {
    return Deno.exit(await serveLambda({ ...given, address, directory }));
  }
  const { runOnce } = await import("../local/dev/run.ts");
  return Deno.exit(await runOnce({ ...given, directory }));
}

/** Tells a handler from options, and makes one form of both. */
function toGiven(
  first: Source | Promise<Source> | ServeOptions | undefined,
  options: ServeOptions = {},
): {
  source: (() => Source | Promise<Source>) | undefined;
  config: Record<string, unknown> | undefined;
} {
  if (first === undefined) return { source: undefined, config: options.config };
  if (isServeOptions(first)) {
    return { source: first.load, config: first.config };
  }
  return { source: () => first, config: options.config };
}

/** Whether an argument has what options have, and nothing of a handler. */
function isServeOptions(
  first: Source | Promise<Source> | ServeOptions,
): first is ServeOptions {
  const isObject = typeof first === "object" && first !== null;
  if (!isObject || first instanceof Promise) return false;
  const names = Object.keys(first);
  return names.length > 0 &&
    names.every((name) => name === "load" || name === "config");
}

/** Whether this is a worker that the runtime has started for the handler. */
function isWorker(): boolean {
  return "WorkerGlobalScope" in globalThis &&
    (globalThis as { name?: string }).name === NAME;
}

/** Where the search for deno.json begins: beside the program that serves. */
function mainDirectory(): string | undefined {
  const main = Deno.mainModule;
  const isProgram = main.startsWith("file:") &&
    main !== import.meta.resolve("../local/dev/mod.ts");
  if (isProgram) {
    return decodeURIComponent(new URL(".", main).pathname).replace(/\/$/, "");
  }
  const { state } = Deno.permissions.querySync({ name: "read", path: "." });
  return state === "granted" ? Deno.cwd() : undefined;
}
