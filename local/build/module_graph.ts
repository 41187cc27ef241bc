// Copyright 2026 the Toukon Lambda authors. MIT license.

import { BuildError } from "./build_error.ts";
import { runDeno } from "./deno.ts";
import { isPath, type Project, toFileUrl } from "./project.ts";
import { isOwn } from "./source.ts";

/** A module that is imported before the handler can be called. */
export interface StaticModule {
  /** What Deno imports it by, without the import map. */
  url: string;
  /** What a person calls it: its path in the project, or as it is imported. */
  name: string;
  /** Whether it is one of the project's own. */
  isOwn: boolean;
  /** The URLs of what it imports statically, of which own modules alone know. */
  imports: string[];
}

/** What the modules of the project import. */
export interface ModuleGraph {
  /** The handler's module, by its URL. */
  handler: string;
  /** The own modules, and what they import, but not what that imports. */
  modules: StaticModule[];
  /** What own modules import when they come to it, as it is written. */
  lazy: string[];
  /** Gives the URL of what a module imports, by how it is written there. */
  resolve(from: string, specifier: string): string | undefined;
}

/** The part of the output of `deno info --json` that is read here. */
interface Info {
  modules: {
    specifier: string;
    dependencies?: {
      specifier: string;
      code?: { specifier?: string };
      isDynamic?: boolean;
    }[];
  }[];
  redirects: Record<string, string>;
}

/**
 * Reads which modules the handler imports statically.
 *
 * @throws {BuildError} With what Deno says about it.
 */
export async function readModuleGraph(project: Project): Promise<ModuleGraph> {
  const { directory, configName, handler } = project;
  const url = isPath(handler)
    ? toFileUrl(handler.startsWith("/") ? handler : `${directory}/${handler}`)
    : handler;
  const { success, text } = await runDeno(
    ["info", "--quiet", "--json", `--config=${configName}`, url],
    { directory },
  );
  if (!success) throw new BuildError(`Cannot explain "${handler}"\n\n${text}`);
  return toGraph(
    JSON.parse(text),
    new URL(url).href,
    `${toFileUrl(directory)}/`,
  );
}

function toGraph(info: Info, handler: string, root: string): ModuleGraph {
  const byUrl = new Map(info.modules.map((it) => [it.specifier, it]));
  const start = info.redirects[handler] ?? handler;
  const modules = new Map<string, StaticModule>();
  const lazy = new Set<string>();
  const dependenciesOf = (url: string) =>
    byUrl.get(info.redirects[url] ?? url)?.dependencies ?? [];
  function visit(url: string, name: string): void {
    if (modules.has(url)) return;
    const path = pathBelow(url, root);
    const isOfProject = path !== undefined && isOwn({ path, text: "" });
    const module: StaticModule = {
      url,
      name: isOfProject ? path : name,
      isOwn: isOfProject,
      imports: [],
    };
    modules.set(url, module);
    if (!isOfProject) return;
    for (const { specifier, code, isDynamic } of dependenciesOf(url)) {
      if (code?.specifier === undefined) continue;
      if (isDynamic) {
        lazy.add(specifier);
        continue;
      }
      module.imports.push(code.specifier);
      visit(code.specifier, specifier);
    }
  }
  visit(start, handler);
  return {
    handler: start,
    modules: [...modules.values()],
    lazy: [...lazy].sort(),
    resolve: (from, specifier) =>
      dependenciesOf(from).find((it) => it.specifier === specifier)?.code
        ?.specifier,
  };
}

/** The path of a file in the project; undefined where it is elsewhere. */
function pathBelow(url: string, root: string): string | undefined {
  return url.startsWith(root)
    ? decodeURIComponent(url.slice(root.length))
    : undefined;
}

/** Whether a module imports another, itself or through others. */
export function reaches(
  { modules }: ModuleGraph,
  from: string,
  to: string,
): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (url === to) return true;
    if (seen.has(url)) continue;
    seen.add(url);
    open.push(...modules.find((it) => it.url === url)?.imports ?? []);
  }
  return false;
}
