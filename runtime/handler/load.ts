// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Config, ConfigFile } from "../config.ts";
import { RuntimeError } from "../failure/errors.ts";
import type { AnyBehaviour, Source } from "./behaviour.ts";
import {
  type HandlerLocation,
  importHandler,
  locateHandler,
} from "./locate.ts";
import { toBehaviour, toFetchHandler } from "./to_behaviour.ts";

/**
 * Gives the behaviour to serve: the source, else the module that deno.json
 * names, else the one that `_HANDLER` names.
 *
 * @throws {RuntimeError} If there is none, or what there is is no handler.
 */
export async function loadBehaviour(
  source: Source | Promise<Source> | undefined,
  file: ConfigFile,
): Promise<AnyBehaviour> {
  if (source !== undefined) return await prepare(await source, file.config);
  const location = namedHandler(file) ?? handlerOfEnvironment();
  if (!location) throw noHandler(file);
  const handler = await importHandler(location, () => import(location.url));
  return await prepare(handler, file.config);
}

/** Where the handler is that deno.json names, if it names one. */
export function namedHandler(
  { config: { handler }, path }: ConfigFile,
): HandlerLocation | undefined {
  if (handler === undefined || path === undefined) return undefined;
  const end = path.lastIndexOf("/");
  return locateHandler(handler, path.slice(0, end), path.slice(end + 1));
}

function handlerOfEnvironment(): HandlerLocation | undefined {
  const handler = Deno.env.get("_HANDLER");
  const root = Deno.env.get("LAMBDA_TASK_ROOT");
  if (!handler || !root) return undefined;
  return locateHandler(handler, root, "_HANDLER");
}

function noHandler({ path }: ConfigFile): RuntimeError {
  return new RuntimeError(
    "Runtime.HandlerNotFound",
    `Cannot find a handler: ${
      path ? `${path} names none` : "there is no deno.json that may be read"
    }. Add to deno.json

  "lambda": { "handler": "./handler.ts" }`,
  );
}

/** HTTP costs its loading only where it is spoken. */
async function prepare(
  source: unknown,
  config: Config,
): Promise<AnyBehaviour> {
  const handler = toFetchHandler(source);
  if (!handler) return toBehaviour(source);
  const { toHttpBehaviour } = await import("../http/behaviour.ts");
  return toHttpBehaviour(handler, config);
}
