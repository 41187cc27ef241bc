// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { satisfies, stdPackages } from "../../tools/offline/packages.ts";
import { setup, type SetupOptions } from "../../tools/offline/setup.ts";

const SETUP = new URL("../../tools/offline/setup.ts", import.meta.url).pathname;

const CONFIG = {
  name: "@example/project",
  version: "1.0.0",
  license: "MIT",
  exports: "./mod.ts",
  imports: {
    "@std/assert": "jsr:@std/assert@^1.0.19",
    "@std/cli": "jsr:@std/cli@^1.0.32",
    "@std/log": "jsr:@std/log@^0.224.14",
  },
  vendor: true,
  lock: false,
  exclude: ["vendor/"],
};

/** A project in a temporary folder, removed when it goes out of scope. */
class Project implements AsyncDisposable {
  readonly root: string = Deno.makeTempDirSync({ prefix: "toukon_offline_" });

  constructor(config: unknown = CONFIG) {
    this.write("deno.json", JSON.stringify(config));
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  std(name: string): string {
    return this.path(`vendor/jsr.io/@std/${name}`);
  }

  write(name: string, text: string): void {
    const path = this.path(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  /** Vendors a package as Deno does when JSR is in reach. */
  writeReal(name: string, version: string): void {
    const base = `vendor/jsr.io/@std/${name}`;
    this.write(`${base}/meta.json`, `{"versions":{"${version}":{}}}`);
    this.write(
      `${base}/${version}_meta.json`,
      `{"manifest":{},"exports":{".":"./mod.ts"}}`,
    );
    this.write(`${base}/${version}/mod.ts`, "export const isReal = true;\n");
  }

  /** The text of every file in vendor/jsr.io, by its path. */
  vendored(): Record<string, string> {
    const files: Record<string, string> = {};
    const folders = [this.path("vendor/jsr.io")];
    for (const folder of folders) {
      for (const entry of exists(folder) ? Deno.readDirSync(folder) : []) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory) folders.push(path);
        else files[path.slice(this.root.length)] = Deno.readTextFileSync(path);
      }
    }
    return files;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** A registry on this machine that counts what it is asked. */
class Registry implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: (request: Request) => Response | Promise<Response>) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        this.asked.push(new URL(request.url).pathname);
        return answer(request);
      },
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function answerAsJsr(): Response {
  return Response.json({
    versions: { "1.0.19": {}, "1.0.32": {}, "0.224.14": {} },
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The address of a port where nothing listens. */
function refusedUrl(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`;
}

/** Sets a project up as on a machine that does not reach JSR. */
async function layIn(project: Project): Promise<void> {
  const options = { root: project.root, registry: refusedUrl() };
  assertEquals(await setup(options), "laid");
}

async function run(
  project: Project,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: project.root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

function runSetup(project: Project, ...args: string[]) {
  return run(project, [
    "run",
    "--quiet",
    "--no-config",
    "--no-prompt",
    "--allow-net=127.0.0.1",
    `--allow-read=.,${SETUP.slice(0, SETUP.lastIndexOf("/"))}`,
    "--allow-write=vendor",
    SETUP,
    ...args,
  ]);
}

Deno.test("stdPackages() reads names and versions from deno.json", () => {
  assertEquals(stdPackages(JSON.stringify(CONFIG)), [
    { name: "assert", version: "1.0.19" },
    { name: "cli", version: "1.0.32" },
    { name: "log", version: "0.224.14" },
  ]);
  assertEquals(stdPackages(`{"imports":{"x":"npm:x@^1.0.0"}}`), []);
  assertEquals(stdPackages("{}"), []);
});

Deno.test("stdPackages() refuses a version that it cannot read", () => {
  assertThrows(
    () => stdPackages(`{"imports":{"@std/cli":"jsr:@std/cli@1"}}`),
    SyntaxError,
    `"jsr:@std/cli@1"`,
  );
});

Deno.test("satisfies() keeps the leftmost number that is not zero", () => {
  assert(satisfies("1.0.19", "1.0.19"));
  assert(satisfies("1.0.20", "1.0.19"));
  assert(satisfies("1.2.0", "1.0.19"));
  assert(!satisfies("1.0.18", "1.0.19"));
  assert(!satisfies("2.0.19", "1.0.19"));
  assert(satisfies("0.224.15", "0.224.14"));
  assert(!satisfies("0.225.0", "0.224.14"));
  assert(!satisfies("1.224.14", "0.224.14"));
  assert(!satisfies("0.0.4", "0.0.3"));
  assert(!satisfies("1.1.0-rc.1", "1.0.19"));
});

Deno.test("setup() leaves fetching to Deno when JSR answers", async () => {
  await using project = new Project();
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "kept");

  assertEquals(project.vendored(), {});
  assertEquals(registry.asked.sort(), [
    "/@std/assert/meta.json",
    "/@std/cli/meta.json",
    "/@std/log/meta.json",
  ]);
});

Deno.test("setup() lays stand-ins when JSR refuses the connection", async () => {
  await using project = new Project();

  await layIn(project);

  const files = project.vendored();
  const meta = JSON.parse(
    files["/vendor/jsr.io/@std/cli/1.0.32_meta.json"],
  );
  assertEquals(meta, {
    standIn: true,
    manifest: {},
    exports: { ".": "./mod.ts", "./parse-args": "./parse_args.ts" },
  });
  assertEquals(
    files["/vendor/jsr.io/@std/cli/1.0.32/parse_args.ts"],
    Deno.readTextFileSync(
      new URL("../../tools/offline/std/cli/parse_args.ts", import.meta.url),
    ),
  );
});

Deno.test("setup() gives no stand-in a file name that Deno would hash", async () => {
  await using project = new Project();

  await layIn(project);

  const names = Object.keys(project.vendored()).map((path) =>
    path.slice(path.lastIndexOf("/") + 1)
  );
  assertEquals(names.filter((name) => !/^[a-z0-9_.]{1,30}$/.test(name)), []);
});

Deno.test("setup() lays stand-ins when JSR answers too late", async () => {
  await using project = new Project();
  const late = Promise.withResolvers<void>();
  await using registry = new Registry(async () => {
    await late.promise;
    return answerAsJsr();
  });

  const result = await setup({
    root: project.root,
    registry: registry.url,
    timeoutMs: 20,
  });
  late.resolve();

  assertEquals(result, "laid");
});

Deno.test("setup() lays stand-ins when JSR stops in the middle of an answer", async () => {
  await using project = new Project();
  await using registry = new Registry(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(`{"versions":{`));
        },
      }),
    )
  );

  const result = await setup({
    root: project.root,
    registry: registry.url,
    timeoutMs: 200,
  });

  assertEquals(result, "laid");
});

const UNUSABLE: Record<string, () => Response> = {
  "an HTTP error": () => new Response("{}", { status: 503 }),
  "an HTTP error with metadata": () =>
    new Response(answerAsJsr().body, { status: 403 }),
  "a page": () => new Response("<html>Please log in</html>"),
  "JSON of another form": () => Response.json(["1.0.19"]),
  "null": () => Response.json(null),
  "only versions that will not do": () =>
    Response.json({ versions: { "1.0.1": {}, "9.0.0": {} } }),
  "a redirect to itself": () =>
    new Response(null, { status: 302, headers: { location: "/" } }),
};

for (const [what, answer] of Object.entries(UNUSABLE)) {
  Deno.test(`setup() lays stand-ins when JSR answers ${what}`, async () => {
    await using project = new Project();
    await using registry = new Registry(answer);

    const options = { root: project.root, registry: registry.url };
    assertEquals(await setup(options), "laid");
  });
}

Deno.test("setup() lays all stand-ins when JSR offers only some packages", async () => {
  await using project = new Project();
  await using registry = new Registry((request) =>
    request.url.includes("/log/")
      ? new Response(null, { status: 404 })
      : answerAsJsr()
  );

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "laid");
  assertEquals([...Deno.readDirSync(project.std("."))].length, 3);
});

Deno.test("setup() keeps real packages without asking JSR", async () => {
  await using project = new Project();
  project.writeReal("assert", "1.0.19");
  project.writeReal("cli", "1.2.0");
  project.writeReal("log", "0.224.14");
  const before = project.vendored();
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "kept");

  assertEquals(registry.asked, []);
  assertEquals(project.vendored(), before);
  assertEquals([...Deno.readDirSync(project.path("vendor"))].length, 1);
});

Deno.test("setup() lays stand-ins beside real packages that are complete", async () => {
  await using project = new Project();
  project.writeReal("assert", "1.0.19");
  const real = project.vendored();

  await layIn(project);

  const files = project.vendored();
  for (const [path, text] of Object.entries(real)) {
    assertEquals(files[path], text);
  }
  assert(exists(project.std("log/0.224.14/logger.ts")));
});

Deno.test("setup() lays stand-ins over real packages that are too old", async () => {
  await using project = new Project();
  project.writeReal("assert", "1.0.18");

  await layIn(project);

  assert(exists(project.std("assert/1.0.19_meta.json")));
  assert(!exists(project.std("assert/1.0.18_meta.json")));
});

Deno.test("setup() does not ask JSR again right after it did not answer", async () => {
  await using project = new Project();
  await layIn(project);
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "kept");

  assertEquals(registry.asked, []);
});

Deno.test("setup() asks JSR again when the last time is long ago", async () => {
  await using project = new Project();
  await layIn(project);
  await using registry = new Registry(() => new Response("", { status: 500 }));
  const options: SetupOptions = {
    root: project.root,
    registry: registry.url,
    retryAfterMs: 60_000,
  };

  const longAgo = new Date(Date.now() - 61_000);
  Deno.utimeSync(project.path("vendor/.jsr_asked"), longAgo, longAgo);
  assertEquals(await setup(options), "kept");
  assertEquals(registry.asked.length, 3);

  assertEquals(await setup(options), "kept");
  assertEquals(registry.asked.length, 3);
});

Deno.test("setup() asks JSR again when the last time is in the future", async () => {
  await using project = new Project();
  await layIn(project);
  await using registry = new Registry(answerAsJsr);

  const nextYear = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000);
  Deno.utimeSync(project.path("vendor/.jsr_asked"), nextYear, nextYear);
  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "removed");
});

Deno.test("setup() removes the stand-ins when JSR answers", async () => {
  await using project = new Project();
  project.writeReal("log", "0.224.14");
  const real = project.vendored();
  await layIn(project);
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup({ ...options, retryAfterMs: 0 }), "removed");

  assertEquals(project.vendored(), real);
  assertEquals(registry.asked.sort(), [
    "/@std/assert/meta.json",
    "/@std/cli/meta.json",
  ]);
  assert(!exists(project.path("vendor/.jsr_asked")));
});

Deno.test("setup() lays a stand-in anew when deno.json asks for more", async () => {
  await using project = new Project();
  await layIn(project);

  const imports = { "@std/cli": "jsr:@std/cli@^1.0.33" };
  project.write("deno.json", JSON.stringify({ ...CONFIG, imports }));
  await layIn(project);

  assert(exists(project.std("cli/1.0.33/parse_args.ts")));
  assert(!exists(project.std("cli/1.0.32")));
});

const DAMAGE: Record<string, (project: Project) => void> = {
  "a module is missing": (project) =>
    Deno.removeSync(project.std("assert/1.0.19/equals.ts")),
  "a module is cut short": (project) =>
    Deno.truncateSync(project.std("assert/1.0.19/equals.ts"), 10),
  "meta.json is missing": (project) =>
    Deno.removeSync(project.std("assert/meta.json")),
  "meta.json is cut short": (project) =>
    Deno.truncateSync(project.std("assert/meta.json"), 5),
  "the version's metadata is missing": (project) =>
    Deno.removeSync(project.std("assert/1.0.19_meta.json")),
  "the version's metadata is cut short": (project) =>
    Deno.truncateSync(project.std("assert/1.0.19_meta.json"), 5),
  "the version's metadata is no object": (project) =>
    Deno.writeTextFileSync(project.std("assert/1.0.19_meta.json"), "null"),
  "a package is missing": (project) =>
    Deno.removeSync(project.std("assert"), { recursive: true }),
  "a cut-off run left its folder": (project) => {
    Deno.renameSync(project.std("assert"), project.path("vendor/.laying"));
    Deno.removeSync(project.path("vendor/.laying/meta.json"));
  },
};

for (const [what, damage] of Object.entries(DAMAGE)) {
  Deno.test(`setup() repairs stand-ins when ${what}`, async () => {
    await using project = new Project();
    await layIn(project);
    const whole = project.vendored();
    damage(project);

    await layIn(project);

    assertEquals(project.vendored(), whole);
    assert(!exists(project.path("vendor/.laying")));
  });
}

Deno.test("setup() removes damaged real packages and keeps begun ones when JSR answers", async () => {
  await using project = new Project();
  project.writeReal("assert", "1.0.19");
  project.write("vendor/jsr.io/@std/assert/meta.json", `{"vers`);
  project.write("vendor/jsr.io/@std/cli/meta.json", `{"versions":{}}`);
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup(options), "removed");

  assertEquals(project.vendored(), {
    "/vendor/jsr.io/@std/cli/meta.json": `{"versions":{}}`,
  });
});

Deno.test("setup() run many times at once lays the stand-ins once", async () => {
  await using project = new Project();
  await using registry = new Registry(() => new Response("", { status: 500 }));
  const options = { root: project.root, registry: registry.url };

  const results = await Promise.all(
    Array.from({ length: 8 }, () => setup(options)),
  );

  assertEquals(results.sort(), [...Array(7).fill("kept"), "laid"]);
  assertEquals(registry.asked.length, 3);
});

Deno.test("setup() with requireReal refuses stand-ins and lays none", async () => {
  await using project = new Project();
  const options = {
    root: project.root,
    registry: refusedUrl(),
    requireReal: true,
  };

  await assertRejects(() => setup(options), Error, `"@std/assert"`);
  assertEquals(project.vendored(), {});

  await layIn(project);
  const laid = project.vendored();
  await assertRejects(() => setup(options), Error, `"@std/assert"`);
  assertEquals(project.vendored(), laid);
});

Deno.test("setup() with requireReal takes stand-ins away at once when JSR answers", async () => {
  await using project = new Project();
  await layIn(project);
  await using registry = new Registry(answerAsJsr);

  const options = { root: project.root, registry: registry.url };
  assertEquals(await setup({ ...options, requireReal: true }), "removed");
  assertEquals(project.vendored(), {});
});

Deno.test("setup.ts says in one line that it laid stand-ins, once", async () => {
  await using project = new Project();
  const registry = `--registry=${refusedUrl()}`;

  const first = await runSetup(project, registry);
  assertEquals(first.code, 0);
  assertEquals(first.stdout, "");
  assertStringIncludes(first.stderr, "JSR cannot be reached");
  assertEquals(first.stderr.trimEnd().split("\n").length, 1);

  const second = await runSetup(project, registry);
  assertEquals(second, { code: 0, stdout: "", stderr: "" });
});

Deno.test("setup.ts run by several processes at once corrupts nothing", async () => {
  await using project = new Project();
  const registry = `--registry=${refusedUrl()}`;

  const outputs = await Promise.all(
    Array.from({ length: 3 }, () => runSetup(project, registry)),
  );

  assertEquals(outputs.map((output) => output.code), [0, 0, 0]);
  const notices = outputs.filter((output) => output.stderr !== "");
  assertEquals(notices.length, 1);
  const found = project.vendored();
  await using alone = new Project();
  await layIn(alone);
  assertEquals(found, alone.vendored());
});

Deno.test("setup.ts --require-real exits with 1 when it finds stand-ins", async () => {
  await using project = new Project();
  await layIn(project);

  const { code, stderr } = await runSetup(
    project,
    "--require-real",
    `--registry=${refusedUrl()}`,
  );

  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot go on without the real packages");
});

Deno.test("setup.ts refuses arguments that it does not know", async () => {
  await using project = new Project();

  const { code, stderr } = await runSetup(project, "--force");

  assertEquals(code, 1);
  assertStringIncludes(stderr, `Unknown argument "--force"`);
  assertEquals(project.vendored(), {});
});

Deno.test("setup() lets Deno's commands work with an empty cache", async (t) => {
  await using project = new Project();
  await layIn(project);
  project.write(
    "mod.ts",
    `/**
 * A project.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { Logger } from "@std/log/logger";
import { BaseHandler } from "@std/log/base-handler";
import { LogLevels } from "@std/log/levels";

class Handler extends BaseHandler {
  override log(msg: string): void {
    console.log(msg);
  }
}

/** Logs the event's name. */
export function main(args: string[]): string | undefined {
  const { event, help } = parseArgs(args, {
    string: ["event"],
    boolean: ["help"],
  });
  const logger = new Logger("main", "INFO", { handlers: [new Handler("INFO")] });
  logger.info(\`\${event} \${help} \${LogLevels.INFO}\`);
  return event;
}

if (import.meta.main) main(Deno.args);
`,
  );
  project.write(
    "mod_test.ts",
    `import { main } from "./mod.ts";
import * as assertions from "@std/assert";
import { assertEquals } from "@std/assert/equals";

Deno.test("main() returns the event", () => {
  assertEquals(main(["--event", "x"]), "x");
  assertions.assertThrows(() => assertions.assertEquals(1, 2));
});
`,
  );
  const env = { DENO_DIR: project.path("cache") };
  const commands: Record<string, string[]> = {
    "run": ["run", "--cached-only", "mod.ts", "--event=hello.json"],
    "check": ["check", "--cached-only", "mod.ts", "mod_test.ts"],
    "test": ["test", "--cached-only", "--no-check", "--quiet"],
    "doc --lint": ["doc", "--lint", "mod.ts"],
    "install": ["install", "--cached-only"],
    "publish --dry-run": ["publish", "--dry-run", "--allow-dirty"],
  };
  for (const [name, args] of Object.entries(commands)) {
    await t.step(`deno ${name}`, async () => {
      const { code, stdout, stderr } = await run(project, args, env);
      assertEquals(code, 0, stderr);
      if (name === "run") assertEquals(stdout, "INFO hello.json false 20\n");
      if (name === "publish --dry-run") {
        assertEquals(stderr.includes("vendor/"), false, stderr);
      }
    });
  }
});
