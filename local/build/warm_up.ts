// Copyright 2026 the Toukon Lambda authors. MIT license.

import { MAIN, RUN } from "./bootstrap_script.ts";
import { runDeno } from "./deno.ts";
import { needsOf } from "./needs.ts";
import { toFlag, withRuntime } from "./permissions.ts";
import type { Project } from "./project.ts";
import type { ErrorDocument } from "../../runtime/failure/failure.ts";

/**
 * Runs before the function: sets a timer, as invocations do, and takes all
 * permissions from workers, which may not have more than the process.
 */
const PRELOAD = `setTimeout(() => {});
globalThis.Worker = class extends Worker {
  constructor(module, options) {
    const { deno } = options;
    super(module, { ...options, deno: deno && { permissions: "none" } });
  }
};`;

/** Modules that a worker loads after its start. */
const PRELOAD_OF_WORKERS = `
await import("node:stream");
await import("node:vm");`;

/** How a function started, without an invocation. */
export interface WarmUpResult {
  /** Whether it has asked for an invocation. */
  isReady: boolean;
  /** Whether it had to be ended, for it did nothing. */
  isLate: boolean;
  /** What it has reported, where it failed. */
  failure?: ErrorDocument;
  /** What it has written. */
  text: string;
}

/** The time Lambda gives a function to start, in ms. */
const LIMIT_MS = 10_000;

/**
 * Fills `deno_dir` in the folder of a bundle with V8's code cache, by starting
 * the function. It gets no invocation, none of this machine's environment
 * variables, and no permission but to read those that deno.json grants and to
 * ask for the next invocation: what it does when it is imported or in `init`
 * fails where it needs more. The code is in
 * the cache all the same, since it is compiled before it runs.
 *
 * Only Linux has the path that the module is found by.
 *
 * @param directory The folder of the bundle.
 * @param project What is in it.
 * @returns How it started the first time.
 */
export async function warmUp(
  directory: string,
  { config, grants, include, unstableFlags }: Project,
): Promise<WarmUpResult> {
  const start: WarmUpResult = { isReady: false, isLate: false, text: "" };
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, (request) => answer(request, start));
  const address = `127.0.0.1:${server.addr.port}`;
  const options = {
    directory,
    env: {
      AWS_LAMBDA_RUNTIME_API: address,
      DENO_DIR: `${directory}/deno_dir`,
      // Lambda sets it always; which one it is makes no difference.
      AWS_REGION: "us-east-1",
    },
    clearEnv: true,
  };
  const needs = needsOf(config, [address], { main: MAIN, include });
  const environment = grants.filter(({ flag }) => flag === "--allow-env");
  const permissions = withRuntime(environment, needs).map(toFlag);
  const program = config.isolation === "worker"
    ? PRELOAD + PRELOAD_OF_WORKERS
    : PRELOAD;
  const preload = `--preload=data:text/javascript,${
    encodeURIComponent(program)
  }`;
  const args = [...RUN, preload, ...unstableFlags, ...permissions, MAIN];
  try {
    // Whoever opens the cache a second time has SQLite write statistics into
    // it; where it cannot be written to, Deno would do without the cache.
    for (let time = 0; time < 2; time++) {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const { text } = await runDeno(args, { ...options, signal });
      start.text ||= text;
      start.isLate ||= signal.aborted;
    }
    return start;
  } finally {
    await server.shutdown();
  }
}

/** Makes the runtime end its process, as when an environment is lost. */
async function answer(
  request: Request,
  start: WarmUpResult,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/invocation/next")) start.isReady = true;
  if (pathname.endsWith("/init/error")) start.failure = await request.json();
  return new Response(null, { status: 500 });
}
