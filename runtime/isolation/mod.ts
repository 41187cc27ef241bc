// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ConfigFile } from "../config.ts";
import { namedHandler } from "../handler/load.ts";
import type { Runner, RunnerOptions } from "../handler/runner.ts";
import type { LambdaLog } from "../log/log.ts";
import { HandlerWorker } from "./handler_worker.ts";
import { type PoolOptions, WorkerPool } from "./pool.ts";

/** Options for {@linkcode startPool}. */
export interface StartPoolOptions
  extends
    RunnerOptions,
    Pick<PoolOptions, "giveUp" | "hasSpare" | "runOutside"> {
  /**
   * How many invocations run at once.
   *
   * @default {1}
   */
  concurrency?: number;
  /** Whether it is the configuration that says which module the handler is. */
  isNamed: boolean;
  /** The log of this thread; what workers log goes where it goes. */
  log: LambdaLog;
}

/** Starts workers with the handler, one for each core that can be used. */
export function startPool(
  file: ConfigFile,
  options: StartPoolOptions,
): Promise<Runner> {
  const { concurrency = 1, facts, isNamed, log, sendsLetters = false } =
    options;
  // What reports a failure: a worker that never yields may leave it no time to
  // be loaded.
  import("../failure/xray.ts").catch(() => {});
  const isLocal = log.stream === Deno.stderr;
  const main = (isNamed && programOf(file, isLocal)) || Deno.mainModule;
  const start = {
    file,
    facts,
    isConcurrent: concurrency > 1,
    isLocal,
    logFormat: log.format,
    logsToMain: log.stream !== Deno.stdout,
    sendsLetters,
  };
  let isFirst = true;
  return WorkerPool.start({
    ...options,
    size: Math.min(concurrency, navigator.hardwareConcurrency),
    supervisor: file.config.supervisor,
    startWorker(isRestored) {
      const beganAtMs = isFirst ? performance.timeOrigin : undefined;
      isFirst = false;
      return new HandlerWorker({
        ...options,
        main,
        start: { ...start, beganAtMs, isRestored },
        stream: log.stream,
      });
    },
  });
}

/**
 * A program that serves the module which is named. Since it is seen before it
 * runs, the worker needs no permission to import it. It does not wait: Deno
 * keeps what a worker has loaded that ends before its program has run.
 */
function programOf(file: ConfigFile, isLocal: boolean): string | undefined {
  const location = namedHandler(file);
  if (location === undefined) return undefined;
  const serve = import.meta.resolve("../serve.ts");
  const locate = import.meta.resolve("../handler/locate.ts");
  const program = `import { serve } from ${JSON.stringify(serve)};
import { importHandler } from ${JSON.stringify(locate)};
${isLocal ? freeStdout() : ""}const load = () => import(${
    JSON.stringify(location.url)
  });
serve({ load: () => importHandler(${JSON.stringify(location)}, load) });
`;
  return `data:text/javascript,${encodeURIComponent(program)}`;
}

/** Redirects stdout before the handler is imported. */
function freeStdout(): string {
  const module = import.meta.resolve("../log/stdout_to_stderr.ts");
  return `import { sendStdoutToStderr } from ${JSON.stringify(module)};
sendStdoutToStderr();
`;
}
