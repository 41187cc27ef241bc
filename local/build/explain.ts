// Copyright 2026 the Toukon Lambda authors. MIT license.

import { bundle } from "./bundle.ts";
import { findDeferrable, type FoundImport } from "./deferrable.ts";
import { runDeno } from "./deno.ts";
import { entryOfHandler } from "./entry.ts";
import type { BuildFlags } from "./flags.ts";
import { ImportClock, type ImportTime } from "./import_time.ts";
import {
  type ModuleGraph,
  reaches,
  readModuleGraph,
  type StaticModule,
} from "./module_graph.ts";
import {
  ENTRY,
  FUNCTION_FOLDER,
  makeWorkFolder,
  WORK_FOLDER,
} from "./outputs.ts";
import { findProject, type Project, readProject } from "./project.ts";
import { report } from "./report.ts";
import { type BundledModule, isOwn } from "./source.ts";

/** How long all measurements may take, in milliseconds. */
const LIMIT_MS = 60_000;

/** How many modules are shown. */
const SHOWN = 10;

/** An import that costs less, in milliseconds, is not worth a change. */
const WORTH_MS = 1;

/** A module, with what its import costs. */
interface Cost {
  module: StaticModule;
  /** In a process of its own. */
  alone: ImportTime;
  /** After all others that do not need it themselves. */
  onTop: ImportTime;
}

/**
 * Says what the import of the function costs at a cold start: its size, its
 * heaviest modules, and which of them could be imported later.
 *
 * @throws {BuildError} If the function cannot be read.
 */
export async function explain(flags: BuildFlags): Promise<string> {
  const directory = findProject(Deno.cwd());
  const project = await readProject(directory, flags);
  console.error(
    `Importing "${project.handler}" and what it imports, in processes that may read only the environment variables that deno.json grants. That runs what is at the top of the modules, and not the handler. It takes at most ${
      LIMIT_MS / 1000
    } s, after they are bundled`,
  );
  const work = makeWorkFolder(directory);
  try {
    Deno.mkdirSync(`${directory}/${FUNCTION_FOLDER}`);
    Deno.writeTextFileSync(`${work}/${ENTRY}`, entryOfHandler(project));
    return await explainIn(project);
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

async function explainIn(project: Project): Promise<string> {
  const { directory } = project;
  const graph = await readModuleGraph(project);
  const { sources } = await bundle(project, { sourceMap: true, minify: false });
  const own = graph.modules.filter((it) => it.isOwn).map(({ url }) => url);
  const deferrable = await findDeferrable(directory, own);
  const clock = new ImportClock(
    project,
    await readDenoDir(directory),
    AbortSignal.timeout(LIMIT_MS),
  );
  const whole = await clock.measure(graph.handler);
  const { costs, failed } = await measureAll(graph, clock);
  return report(`Explained ${project.handler}`, {
    ...sizesOf(sources),
    "import": show(whole),
    "heaviest": tableOf(costs),
    ...(failed.length > 0 && { "not measured": failed }),
    "could be lazy": adviceOf(graph, costs, deferrable),
    ...(graph.lazy.length > 0 && { "lazy already": graph.lazy.join(", ") }),
    "alone": "imported in a process of its own",
    "on top": "imported after all others that do not need it",
    "measured":
      "compiling with V8's code cache and evaluating, after the runtime is there",
  });
}

/** Measures each once, and the heaviest again. */
async function measureAll(
  graph: ModuleGraph,
  clock: ImportClock,
): Promise<{ costs: Cost[]; failed: string[] }> {
  const failed: string[] = [];
  const found: { module: StaticModule; ms: number }[] = [];
  const others = graph.modules.filter(({ url }) => url !== graph.handler);
  for (const [index, module] of others.entries()) {
    if (clock.isOver) {
      failed.push(`${others.length - index} more: there was no time left`);
      break;
    }
    const time = await clock.measure(module.url, [], 1);
    if ("ms" in time) found.push({ module, ms: time.ms });
    else failed.push(`${module.name}: ${time.problem}`);
  }
  const imported = found.map(({ module }) => module.url);
  const heaviest = found.sort((a, b) => b.ms - a.ms).slice(0, SHOWN);
  const costs: Cost[] = [];
  for (const { module } of heaviest) {
    const before = imported.filter((url) => !reaches(graph, url, module.url));
    costs.push({
      module,
      alone: await clock.measure(module.url),
      onTop: await clock.measure(module.url, before),
    });
  }
  return { costs, failed };
}

/** How many modules there are, of whom, and how large they are. */
function sizesOf(sources: BundledModule[]): Record<string, string> {
  const modules = sources
    .filter(({ path }) => !path.startsWith(`${WORK_FOLDER}/`));
  const own = modules.filter(isOwn);
  const packages = new Set(modules.flatMap(({ path }) => packageOf(path)));
  const encoder = new TextEncoder();
  const bytes = modules
    .reduce((sum, { text }) => sum + encoder.encode(text).length, 0);
  return {
    "modules":
      `${modules.length}: ${own.length} of the project, ${packages.size} packages of npm`,
    "bytes": `${(bytes / 1e3).toFixed(1)} kB, as they are written`,
  };
}

/** The npm package that a module belongs to. */
function packageOf(path: string): string[] {
  const [, name] = /^npm:\/((?:@[^/]+\/)?[^/@]+)@/.exec(path) ??
    /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name === undefined ? [] : [name];
}

function tableOf(costs: Cost[]): string[] {
  if (costs.length === 0) return ["the handler imports nothing"];
  const rows = [
    ["alone", "on top", ""],
    ...costs.map(({ module, alone, onTop }) => [
      show(alone),
      show(onTop),
      module.name,
    ]),
  ];
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => row[column].length))
  );
  return rows.map(([alone, onTop, name]) =>
    `${alone.padStart(widths[0])}  ${onTop.padStart(widths[1])}  ${name}`
      .trimEnd()
  );
}

/** Names the imports that could be made later, the dearest first. */
function adviceOf(
  graph: ModuleGraph,
  costs: Cost[],
  deferrable: FoundImport[],
): string[] {
  const advice = costs.flatMap(({ module, onTop }) => {
    if (!("ms" in onTop) || onTop.ms < WORTH_MS) return [];
    const importers = graph.modules
      .filter(({ imports }) => imports.includes(module.url));
    const uses = importers.map(({ url }) =>
      deferrable.find((it) =>
        it.from === url && graph.resolve(url, it.specifier) === module.url
      )
    );
    // One importer that needs it at once is enough to have it loaded.
    if (uses.length === 0 || uses.includes(undefined)) return [];
    const reasons = uses.map((use, index) => reasonOf(use!, importers[index]));
    return [{ ms: onTop.ms, text: `${module.name}: ${reasons.join("; ")}` }];
  });
  if (advice.length === 0) {
    return [`nothing that costs ${WORTH_MS} ms and is used in functions only`];
  }
  return [
    ...advice.sort((a, b) => b.ms - a.ms).map(({ text }) => text),
    "if none of these functions is called while the modules are imported",
  ];
}

function reasonOf(
  { names, users }: FoundImport,
  { name }: StaticModule,
): string {
  const where = users.length > 0 ? users.join(", ") : "a function";
  return `${name} uses ${names.join(", ")} only in ${where}`;
}

function show(time: ImportTime): string {
  return "ms" in time ? `${time.ms.toFixed(1)} ms` : time.problem;
}

/** Where Deno keeps what it has downloaded. */
async function readDenoDir(directory: string): Promise<string> {
  const { text } = await runDeno(["info", "--json"], { directory });
  return JSON.parse(text).denoDir;
}
