// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApi } from "./api.ts";
import type { AnyBehaviour, Source } from "./behaviour.ts";
import { readConfig } from "./config.ts";
import { sendConsoleTo } from "./console.ts";
import { readFunctionFacts } from "./context.ts";
import { toErrorDocument, toFailure, toText } from "./failure.ts";
import { loadBehaviour } from "./handler.ts";
import { InFlight } from "./in_flight.ts";
import { createInvoke } from "./invoke.ts";
import { LambdaLog } from "./log.ts";
import { loop } from "./loop.ts";
import { supervise } from "./supervisor.ts";

/** Options for {@linkcode serve}. */
export interface ServeOptions {
  /**
   * The `lambda` key of deno.json. A built function carries it along, since
   * the file is not there where it runs.
   *
   * @default {what deno.json beside the program, or above it, says}
   */
  config?: Record<string, unknown>;
}

/**
 * Serves a handler: on Lambda, where `AWS_LAMBDA_RUNTIME_API` is set, for as
 * long as the environment lives; anywhere else once, with the event from stdin
 * or from `--event FILE`, printing the reply.
 *
 * It ends the process: with 1 if the handler cannot be started or, locally,
 * has failed.
 *
 * @param source A handler, a behaviour, a module with one, or a promise of
 * those such as `import("./handler.ts")`. Left out, it is the module that
 * `lambda.handler` of deno.json names, or that `_HANDLER` names.
 *
 * @example Serving a module
 * ```ts ignore
 * import { serve } from "@toukon/lambda";
 *
 * await serve(import("./handler.ts"));
 * ```
 *
 * @example Serving a function
 * ```ts ignore
 * import { serve } from "@toukon/lambda";
 *
 * await serve((event: { name: string }) => ({ message: `Hello, ${event.name}` }));
 * ```
 */
export async function serve(
  source?: Source | Promise<Source>,
  { config }: ServeOptions = {},
): Promise<never> {
  // Until it is awaited, a rejected import would count as unhandled.
  if (source instanceof Promise) source.catch(() => {});
  const address = Deno.env.get("AWS_LAMBDA_RUNTIME_API");
  if (address) return Deno.exit(await serveLambda(source, config, address));
  const { runOnce } = await import("../local/run.ts");
  return Deno.exit(
    await runOnce({ source, config, directory: mainDirectory() }),
  );
}

/** Serves Lambda until nothing more can be served, and gives the exit code. */
async function serveLambda(
  source: Source | Promise<Source> | undefined,
  config: ServeOptions["config"],
  address: string,
): Promise<number> {
  const inFlight = new InFlight();
  const log = new LambdaLog({
    stream: Deno.stdout,
    requestId: () => inFlight.requestId,
    multiline: false,
  });
  sendConsoleTo(log);
  inFlight.catchBackgroundErrors(log);
  try {
    const api = new RuntimeApi(address, log);
    const started = await start(source, config, api, inFlight, log);
    if (!started) return 1;
    const { behaviour, supervisor } = started;
    const facts = readFunctionFacts();
    const invoke = createInvoke({ api, behaviour, facts, inFlight, log });
    const child = () => loop({ api, invoke, inFlight, log });
    return await supervise(child, supervisor, log);
  } catch (error) {
    log.error(`Process ends: ${toText(toErrorDocument(error))}`);
    return 1;
  }
}

interface Started {
  behaviour: AnyBehaviour;
  supervisor: { maxRestarts: number; maxSeconds: number };
}

/** Starts the handler, or reports why it cannot be started. */
async function start(
  source: Source | Promise<Source> | undefined,
  config: ServeOptions["config"],
  api: RuntimeApi,
  inFlight: InFlight,
  log: LambdaLog,
): Promise<Started | undefined> {
  const failed = Promise.withResolvers<never>();
  inFlight.fail = failed.reject;
  try {
    return await Promise.race([init(source, config, api, log), failed.promise]);
  } catch (error) {
    const failure = toFailure(error);
    log.error(`Init failed: ${toText(failure.document)}`);
    await api.initError(failure);
    return undefined;
  } finally {
    inFlight.fail = undefined;
  }
}

async function init(
  source: Source | Promise<Source> | undefined,
  config: ServeOptions["config"],
  api: RuntimeApi,
  log: LambdaLog,
): Promise<Started> {
  const file = await readConfig(mainDirectory(), config);
  log.setLevel(file.config.logLevel);
  const behaviour = await loadBehaviour(source, file);
  await behaviour.init?.();
  if (behaviour.shutdown) await shutDownOnSigterm(behaviour, api, log);
  return { behaviour, supervisor: file.config.supervisor };
}

async function shutDownOnSigterm(
  behaviour: AnyBehaviour,
  api: RuntimeApi,
  log: LambdaLog,
): Promise<void> {
  Deno.addSignalListener("SIGTERM", async () => {
    try {
      await behaviour.shutdown?.();
      Deno.exit(0);
    } catch (error) {
      log.error(`Shutdown failed: ${toText(toErrorDocument(error))}`);
      Deno.exit(1);
    }
  });
  try {
    await api.registerExtension();
  } catch (error) {
    log.warn(`shutdown() may not run: ${toErrorDocument(error).errorMessage}`);
  }
}

/** Where the search for deno.json begins: beside the program that serves. */
function mainDirectory(): string | undefined {
  const main = Deno.mainModule;
  const isProgram = main.startsWith("file:") &&
    main !== import.meta.resolve("../local/dev.ts");
  if (isProgram) {
    return decodeURIComponent(new URL(".", main).pathname).replace(/\/$/, "");
  }
  const { state } = Deno.permissions.querySync({ name: "read", path: "." });
  return state === "granted" ? Deno.cwd() : undefined;
}
