// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { FunctionProcess } from "../support/function_process.ts";
import { RuntimeApiServer } from "../support/runtime_api.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What a plain handler waits for at every cold start. */
const LOADED_BEFORE_FIRST_NEXT = [
  "mod.ts",
  "runtime/api/fetch.ts",
  "runtime/api/runtime_api.ts",
  "runtime/awslambda/awslambda.ts",
  "runtime/config.ts",
  "runtime/config_keys.ts",
  "runtime/failure/advice.ts",
  "runtime/failure/errors.ts",
  "runtime/failure/failure.ts",
  "runtime/failure/report.ts",
  "runtime/handler/deadline_timer.ts",
  "runtime/handler/invocation_context.ts",
  "runtime/handler/invoke.ts",
  "runtime/handler/load.ts",
  "runtime/handler/locate.ts",
  "runtime/handler/moments.ts",
  "runtime/handler/prepare_thread.ts",
  "runtime/handler/runner.ts",
  "runtime/handler/slot.ts",
  "runtime/handler/slots.ts",
  "runtime/handler/to_behaviour.ts",
  "runtime/handler/trace_id.ts",
  "runtime/is_record.ts",
  "runtime/lambda.ts",
  "runtime/lifecycle/drain.ts",
  "runtime/lifecycle/supervisor.ts",
  "runtime/log/console.ts",
  "runtime/log/count.ts",
  "runtime/log/fields.ts",
  "runtime/log/format.ts",
  "runtime/log/json.ts",
  "runtime/log/log.ts",
  "runtime/log/table.ts",
  "runtime/log/write_all.ts",
  "runtime/loop.ts",
  "runtime/reply/reply.ts",
  "runtime/serve.ts",
  "runtime/version.ts",
];

/** What a handler waits for besides where sockets are configured. */
const LOADED_FOR_SOCKETS = [
  "runtime/api/http_connection.ts",
  "runtime/api/http_syntax.ts",
  "runtime/api/reply_head.ts",
  "runtime/api/reply_reader.ts",
  "runtime/api/socket_transport.ts",
];

/** That one module imports another, for a value or a type. */
interface Import {
  from: string;
  to: string;
  kind: "static" | "dynamic" | "type";
}

/** The part of the output of `deno info --json` that is read here. */
interface Graph {
  modules: {
    specifier: string;
    dependencies?: {
      specifier: string;
      code?: { specifier?: string };
      type?: { specifier?: string };
      isDynamic?: boolean;
    }[];
  }[];
}

/** Lists the imports of modules, and of what they import, by absolute paths. */
async function importsOf(paths: string[]): Promise<Import[]> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = paths.map((path) => `import "file://${path}";\n`);
    await Deno.writeTextFile(entry, lines.join(""));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--quiet", "--json", `--config=${ROOT}deno.json`, entry],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    const { modules }: Graph = JSON.parse(decoder.decode(stdout));
    const imports = modules.flatMap(({ specifier, dependencies = [] }) =>
      dependencies.map(({ specifier: written, code, type, isDynamic }) => ({
        from: specifier,
        to: fileOf(code?.specifier ?? type?.specifier) ?? written,
        kind: !code ? "type" : isDynamic ? "dynamic" : "static",
      } as const))
    );
    return imports.filter(({ from }) => from !== `file://${entry}`);
  } finally {
    await Deno.remove(entry);
  }
}

function fileOf(url: string | undefined): string | undefined {
  return url?.startsWith("file:") ? url : undefined;
}

/** Lists the imports of the package's modules, by paths from its root. */
async function importsOfPackage(): Promise<Import[]> {
  const paths = ["mod.ts", ...modulesIn("runtime"), ...modulesIn("local")];
  const imports = await importsOf(paths.map((path) => `${ROOT}${path}`));
  const shorten = (url: string) => url.replace(`file://${ROOT}`, "");
  return imports
    .map(({ from, to, kind }) => ({
      from: shorten(from),
      to: shorten(to),
      kind,
    }))
    .filter(({ from }) => !from.includes(":"));
}

function modulesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(`${ROOT}${folder}`)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return modulesIn(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** Finds a cycle of imports: each module imports the next, the last the first. */
function findCycle(imports: Import[]): string[] | undefined {
  const importsFrom = Map.groupBy(imports, ({ from }) => from);
  const finished = new Set<string>();
  const path: string[] = [];
  function visit(module: string): string[] | undefined {
    const start = path.indexOf(module);
    if (start >= 0) return path.slice(start);
    if (finished.has(module)) return undefined;
    path.push(module);
    for (const { to } of importsFrom.get(module) ?? []) {
      const cycle = visit(to);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(module);
  }
  for (const module of importsFrom.keys()) {
    const cycle = visit(module);
    if (cycle) return cycle;
  }
}

/** Runs a program up to its first poll, and gives what it has written. */
async function runToFirstNext(
  main: string,
  env: Record<string, string>,
): Promise<string> {
  const polled = Promise.withResolvers<undefined>();
  await using api = new RuntimeApiServer({
    onNext: () => {
      polled.resolve(undefined);
      return undefined;
    },
  });
  await using program = new FunctionProcess({
    address: api.address,
    main,
    env,
  });
  const ended = program.ended();
  const early = await Promise.race([polled.promise, ended]);
  assertEquals(early, undefined, "the program has ended before it polled");
  program.terminate();
  return (await ended).log;
}

/** Lists the modules of the package that a program has run up to its first poll. */
async function modulesBeforeFirstNext(main: string): Promise<string[]> {
  const record = await Deno.makeTempDir();
  try {
    await runToFirstNext(main, { DENO_COVERAGE_DIR: record });
    const urls = Array.from(
      Deno.readDirSync(record),
      ({ name }): string =>
        JSON.parse(Deno.readTextFileSync(`${record}/${name}`)).url,
    );
    return urls.map((url) => url.replace(`file://${ROOT}`, ""))
      .filter((path) => !path.startsWith("tests/")).sort();
  } finally {
    await Deno.remove(record, { recursive: true });
  }
}

Deno.test("the modules do not import each other in a cycle, types included", async () => {
  assertEquals(findCycle(await importsOfPackage()), undefined);
});

Deno.test("findCycle() finds a cycle of a type, a value and a dynamic import", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const modules = {
      "a.ts": 'import type { B } from "./b.ts"; export type A = B;',
      "b.ts": 'export { c } from "./c.ts"; export type B = string;',
      "c.ts": 'export const c = () => import("./a.ts");',
      "start.ts": 'import type { A } from "./a.ts"; export type Start = A;',
    };
    for (const [name, text] of Object.entries(modules)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const imports = await importsOf([`${folder}/start.ts`]);
    const cycle = findCycle(imports)?.map((url) => url.split("/").at(-1));
    assertEquals(cycle?.toSorted(), ["a.ts", "b.ts", "c.ts"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runtime/ imports local/ only where serve() runs a handler locally", async () => {
  const crossing = (await importsOfPackage()).filter(({ from, to }) =>
    from.startsWith("runtime/") && to.startsWith("local/")
  );
  assertEquals(crossing, [
    { from: "runtime/serve.ts", to: "local/dev/run.ts", kind: "dynamic" },
  ]);
});

Deno.test("a plain handler loads the listed modules before its first next, and no others", async () => {
  const loaded = await modulesBeforeFirstNext(`${ROOT}tests/fixtures/plain.ts`);
  assertEquals(loaded, LOADED_BEFORE_FIRST_NEXT);
  const packages = (await importsOfPackage())
    .filter(({ from, to, kind }) =>
      loaded.includes(from) && kind === "static" && !to.endsWith(".ts")
    ).map(({ to }) => to);
  assertEquals(packages, []);
});

Deno.test("a plain handler over sockets loads five modules more, and nothing of fetch", async () => {
  const fixtures = `${ROOT}tests/fixtures`;
  const main = `${fixtures}/plain_over_sockets.ts`;
  assertEquals(
    await modulesBeforeFirstNext(main),
    [...LOADED_BEFORE_FIRST_NEXT, ...LOADED_FOR_SOCKETS].toSorted(),
  );
  // Deno loads its own modules when they are needed, and says so then.
  const ofFetch = /ext:deno_fetch\/\w+/;
  const env = { DENO_LOG: "debug" };
  assertMatch(await runToFirstNext(`${fixtures}/plain.ts`, env), ofFetch);
  assertEquals(ofFetch.exec(await runToFirstNext(main, env)), null);
});

Deno.test("no module of runtime/ is longer than 300 lines", () => {
  const long = modulesIn("runtime").filter((path) =>
    Deno.readTextFileSync(`${ROOT}${path}`).trimEnd().split("\n").length > 300
  );
  assertEquals(long, []);
});
