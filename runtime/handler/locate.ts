// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isReadableFile } from "../config.ts";
import { RuntimeError } from "../failure/errors.ts";

const EXTENSIONS = ["ts", "js", "mts", "mjs", "tsx", "jsx", "cts", "cjs"];

/** The module that a handler is in, and what of it the handler is. */
export interface HandlerLocation {
  /** What the person has written. */
  readonly name: string;
  /** Where it is written, as errors say it. */
  readonly setting: string;
  /** The module, as errors say it. */
  readonly module: string;
  /** The URL of the module. */
  readonly url: string;
  /** The export, as in `handler` or `api.handler`; else the whole module. */
  readonly exportName: string | undefined;
}

/**
 * Finds the module of a handler that is named by a path or URL, or as AWS
 * writes it: `folder/module.export`.
 *
 * @param root The folder that paths are relative to.
 *
 * @throws {RuntimeError} `Runtime.HandlerNotFound` if AWS's form names no module.
 */
export function locateHandler(
  name: string,
  root: string,
  setting: string,
): HandlerLocation {
  const location = { name, setting, module: name, exportName: undefined };
  if (/^[a-z][a-z0-9+.-]+:/i.test(name)) return { ...location, url: name };
  const base = name.startsWith("/") ? "" : `${root}/`;
  const hasExtension = EXTENSIONS.some((it) => name.endsWith(`.${it}`));
  if (hasExtension || isReadableFile(base + name)) {
    return { ...location, url: toUrl(base + name) };
  }
  const [, module, exportName] = /^(.*?[^/.][^/.]*)\.([^/]+)$/.exec(name) ?? [];
  const tried = module === undefined
    ? []
    : EXTENSIONS.map((extension) => `${module}.${extension}`);
  const found = tried.find((path) => isReadableFile(base + path));
  if (found !== undefined) {
    return { ...location, module: found, url: toUrl(base + found), exportName };
  }
  throw new RuntimeError(
    "Runtime.HandlerNotFound",
    `Cannot find the handler "${name}" of ${setting}: expected a module in "${root}" that may be read, as in "handler.ts" or "handler.handleEvent", found none of ${
      [name, ...tried].map((path) => `"${path}"`).join(", ")
    }`,
  );
}

/**
 * Imports the module of a handler, and takes the export that is named.
 *
 * @param load Imports the module.
 *
 * @throws {RuntimeError} `Runtime.HandlerNotFound` if the module is not there,
 * or the export is not in it.
 */
export async function importHandler(
  { name, setting, module, url, exportName }: HandlerLocation,
  load: () => Promise<unknown>,
): Promise<unknown> {
  let exports: unknown;
  try {
    exports = await load();
  } catch (cause) {
    const isMissing = cause instanceof TypeError &&
      cause.message.startsWith(`Module not found "${url}"`);
    if (!isMissing) throw cause;
    throw new RuntimeError(
      "Runtime.HandlerNotFound",
      `Cannot find the handler "${name}" of ${setting}: expected a module at "${url}"`,
      { cause },
    );
  }
  if (exportName === undefined) return exports;
  const found = findExport(exports, exportName.split("."));
  if (found !== undefined) return found;
  throw new RuntimeError(
    "Runtime.HandlerNotFound",
    `Cannot find the handler "${name}" of ${setting}: "${module}" exports ${
      Object.keys(exports as object).map((it) => `"${it}"`).join(", ") ||
      "nothing"
    }, but no function or behaviour "${exportName}"`,
  );
}

/** What a name such as `api.handler` stands for, if it can be a handler. */
function findExport(exports: unknown, keys: string[]): unknown {
  const last = keys.pop()!;
  const owner = keys.reduce(memberOf, exports);
  const found = memberOf(owner, last);
  if (last === "fetch" && typeof found === "function") {
    return { fetch: found.bind(owner) };
  }
  const isHandler = typeof found === "function" ||
    ["handleEvent", "handler", "fetch"].some((name) => memberOf(found, name));
  return isHandler ? found : undefined;
}

/** Node.js finds the members of a CommonJS module below its default. */
function memberOf(owner: unknown, name: string): unknown {
  const members = owner as Record<string, unknown> | undefined;
  return members?.[name] ??
    (members?.default as Record<string, unknown> | undefined)?.[name];
}

function toUrl(path: string): string {
  const url = new URL("file://");
  url.pathname = path.split("/").map(encodeURIComponent).join("/");
  return url.href;
}
