// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { AnyBehaviour, Source } from "./behaviour.ts";
import { toBehaviour, toFetchHandler } from "./behaviour.ts";
import type { Config, ConfigFile } from "../config.ts";
import { RuntimeError } from "../failure/errors.ts";

const EXTENSIONS = ["ts", "js", "mts", "mjs", "tsx", "jsx"];

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
  const { config, path } = file;
  const named = namedHandler(file);
  if (source !== undefined || named !== undefined) {
    return await prepare(await load(source, named, config), config);
  }
  const handler = Deno.env.get("_HANDLER");
  const root = Deno.env.get("LAMBDA_TASK_ROOT");
  if (handler && root) {
    return await prepare(await importHandler(handler, root), config);
  }
  throw new RuntimeError(
    "Runtime.HandlerNotFound",
    `Cannot find a handler: ${
      path ? `${path} names none` : "there is no deno.json that may be read"
    }. Add to deno.json

  "lambda": { "handler": "./handler.ts" }`,
  );
}

/** In a worker, it is the source that imports the named module. */
async function load(
  source: Source | Promise<Source> | undefined,
  named: string | undefined,
  { handler }: Config,
): Promise<unknown> {
  try {
    return await (source ?? import(named!));
  } catch (cause) {
    const isMissing = cause instanceof TypeError && named !== undefined &&
      cause.message.startsWith(`Module not found "${named}"`);
    if (!isMissing) throw cause;
    throw new RuntimeError(
      "Runtime.HandlerNotFound",
      `Cannot find the handler "${handler}": expected a module at "${named}"`,
      { cause },
    );
  }
}

/** The URL of the module that deno.json names, if it names one. */
export function namedHandler(
  { config: { handler }, path }: ConfigFile,
): string | undefined {
  if (handler === undefined || path === undefined) return undefined;
  return toUrl(handler, path);
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

/** Reads `_HANDLER` as a path, or as AWS writes it: `folder/module.export`. */
async function importHandler(handler: string, root: string): Promise<unknown> {
  if (isFile(`${root}/${handler}`)) {
    return await import(toUrl(handler, `${root}/`));
  }
  const [, module, name] = /^(.*?[^/.][^/.]*)\.([^/]+)$/.exec(handler) ?? [];
  const extension = EXTENSIONS.find((it) => isFile(`${root}/${module}.${it}`));
  if (module === undefined || extension === undefined) {
    throw new RuntimeError(
      "Runtime.HandlerNotFound",
      `Cannot find the handler "${handler}" of _HANDLER: expected a module in "${root}", as in "handler.ts" or "handler.handleEvent"`,
    );
  }
  const exports = await import(toUrl(`${module}.${extension}`, `${root}/`));
  const keys = name.split(".");
  const last = keys.pop()!;
  const owner = keys.reduce((value, key) => value?.[key], exports);
  const found = owner?.[last];
  if (last === "fetch" && typeof found === "function") {
    return { fetch: found.bind(owner) };
  }
  if (
    typeof found === "function" || found?.handleEvent || found?.fetch
  ) return found;
  throw new RuntimeError(
    "Runtime.HandlerNotFound",
    `Cannot find the handler "${handler}" of _HANDLER: "${module}.${extension}" exports ${
      Object.keys(exports).map((it) => `"${it}"`).join(", ") || "nothing"
    }, but no function or behaviour "${name}"`,
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A path becomes a file URL; what is a URL or package already stays one. */
function toUrl(specifier: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) return specifier;
  const baseUrl = new URL("file://");
  baseUrl.pathname = base.split("/").map(encodeURIComponent).join("/");
  return new URL(
    specifier.split("/").map(encodeURIComponent).join("/"),
    baseUrl,
  )
    .href;
}
