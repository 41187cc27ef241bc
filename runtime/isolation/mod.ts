// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Host } from "../handler/runner.ts";
import type { InvokeOptions } from "../handler/invoke.ts";
import type { ConfigFile } from "../config.ts";
import { namedHandler } from "../handler/load.ts";
import type { LogFormat, LogStream } from "../log/log.ts";
import { type PoolOptions, WorkerPool } from "./pool.ts";

/** Options for {@linkcode startPool}. */
export interface StartPoolOptions extends
  Pick<
    PoolOptions,
    | "api"
    | "giveUp"
    | "hasSpare"
    | "log"
    | "onFailure"
    | "outOfScope"
    | "setTraceId"
  >,
  Pick<InvokeOptions, "facts"> {
  /** The configuration. */
  file: ConfigFile;
  /** How many invocations run at once. */
  concurrency: number;
  /** Whether it is the configuration that says which module the handler is. */
  isNamed: boolean;
  /** The time that sending dead letters takes from the handler at most. */
  reserveMs: number;
  /** Where the log goes. */
  stream: LogStream;
  /** How it is written. */
  logFormat: LogFormat;
}

/** Starts workers with the handler, one for each core that can be used. */
export function startPool(options: StartPoolOptions): Promise<Host> {
  const { concurrency, isNamed, file, facts, logFormat, reserveMs, stream } =
    options;
  return WorkerPool.start({
    ...options,
    size: Math.min(concurrency, navigator.hardwareConcurrency),
    supervisor: file.config.supervisor,
    main: (isNamed && programOf(file)) || Deno.mainModule,
    start: {
      file,
      facts,
      isConcurrent: concurrency > 1,
      logFormat,
      logsToMain: stream !== Deno.stdout,
      reserveMs,
    },
  });
}

/**
 * A program that serves the module which is named. Since it is seen before it
 * runs, the worker needs no permission to import it. It does not wait: Deno
 * keeps what a worker has loaded that ends before its program has run.
 */
function programOf(file: ConfigFile): string | undefined {
  const handler = namedHandler(file);
  if (handler === undefined) return undefined;
  const serve = import.meta.resolve("../serve.ts");
  const program = `import { serve } from ${JSON.stringify(serve)};
serve(import(${JSON.stringify(handler)}));
`;
  return `data:text/javascript,${encodeURIComponent(program)}`;
}
