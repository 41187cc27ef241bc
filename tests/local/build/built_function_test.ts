// Copyright 2026 the Toukon Lambda authors. MIT license.

// What a build makes, as Lambda runs it: as a user without rights, with nothing
// but /tmp to write to, and no network but loopback.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { BuildProject } from "../../support/build_project.ts";
import { Child, runToEnd } from "../../support/child.ts";
import { LogReader } from "../../support/log_reader.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";
import {
  DenoForAll,
  SANDBOX_USER,
  sandboxed,
  sandboxProblem,
} from "../../support/sandbox.ts";
import type { Seen } from "../../support/sandboxed_function.ts";
import { SqsServer } from "../../support/sqs_server.ts";
import { CHECKOUT } from "../../support/starter.ts";
import { testOverEach } from "../../support/transports.ts";

const HANDLER = `
import { getHeapStatistics } from "node:v8";
import common from "./common.cjs";

const KINDS: Record<string, () => unknown> = {
  heap: () => getHeapStatistics().heap_size_limit,
  common: () => common.sha256("abc"),
  trace: () => {
    throw new Error("told where");
  },
  granted: () => {
    Deno.writeTextFileSync("/tmp/toukon_granted", Deno.env.get("GREETING")!);
    const text = Deno.readTextFileSync("/tmp/toukon_granted");
    Deno.removeSync("/tmp/toukon_granted");
    return text;
  },
  file: () => Deno.readTextFileSync("/etc/passwd"),
  write: () => Deno.writeTextFileSync("./main.js", ""),
  host: () => fetch("http://192.0.2.1/"),
  port: () => Deno.connect({ hostname: "127.0.0.1", port: 1 }),
  variable: () => Deno.env.get("SECRET"),
  program: () => new Deno.Command("/bin/sh").output(),
  code: (name = "https://jsr.io/@std/assert/1.0.0/mod.ts") => import(name),
};

export async function handleEvent(event: { kind?: string }): Promise<unknown> {
  return event.kind === undefined ? event : await KINDS[event.kind]();
}
`;

/** As many npm packages are written. */
const COMMON = `
const { createHash } = require("node:crypto");
exports.sha256 = (text) => createHash("sha256").update(text).digest("hex");
`;

const PERMISSIONS = { env: ["GREETING"], read: ["/tmp"], write: ["/tmp"] };

/** What the permissions do not allow. */
const FORBIDDEN = ["file", "write", "host", "port", "variable", "program"];

/** What a build says of those of them whose names are written in the handler. */
const WARNING =
  `Warning: the function reaches for what "permissions.default" of deno.json does not grant:
  env SECRET, in handler.ts
  net 192.0.2.1:80, in handler.ts
  read /etc/passwd, in handler.ts
  write ./main.js, in handler.ts
It will fail with NotCapable there. If it needs that, add to "permissions.default":
  "env": [
    "SECRET"
  ],
  "net": [
    "192.0.2.1:80"
  ],
  "read": [
    "/etc/passwd"
  ],
  "write": [
    "./main.js"
  ]
`;

// What is printed in a test that passes may not be shown; its name is.
const NO_SANDBOX = await sandboxProblem();
const WHERE = NO_SANDBOX === undefined
  ? "in namespaces"
  : `as far as can be seen without namespaces (${NO_SANDBOX})`;

function makeProject(config: Record<string, unknown> = {}): BuildProject {
  const project = new BuildProject({
    handler: HANDLER,
    config: { permissions: { default: PERMISSIONS }, ...config },
  });
  project.write("common.cjs", COMMON);
  return project;
}

testOverEach(
  `build --bundle makes a function that needs no rights, no disk and no network, ${WHERE}`,
  async (transport) => {
    using project = makeProject({
      lambda: { handler: "./handler.ts", transport },
    });
    const { code, stdout, stderr } = await project.build(["--bundle"]);
    assertEquals([code, stderr], [0, WARNING]);
    assertEquals(project.outputs(), ["common.cjs", "dist"]);
    assertStringIncludes(stdout, "--allow-net=$AWS_LAMBDA_RUNTIME_API\n");
    assertEquals(
      [...Deno.readDirSync(`${project.directory}/dist`)].map(({ name }) => name)
        .sort(),
      ["bootstrap", "deno_dir", "main.js", "main.js.map"],
    );

    const seen = await runFunction(project, "dist/bootstrap", 0);

    assertProved(seen);
    assertMatch(seen.posts.trace.text, /\/handler\.ts:\d+:\d+/);
    // V8 takes what it finds: else it would be written anew.
    assertEquals(seen.codeCache, ["V8 code cache hit"]);
    assertEquals(seen.notCached, []);
  },
);

testOverEach(
  `build --bundle makes a function that isolates its handler, ${WHERE}`,
  async (transport) => {
    using project = makeProject({
      unstable: ["worker-options"],
      lambda: {
        handler: "./handler.ts",
        transport,
        isolation: "worker",
        permissions: PERMISSIONS,
      },
    });
    const { code, stdout, stderr } = await project.build(["--bundle"]);
    assertEquals([code, stderr], [0, WARNING]);
    assertStringIncludes(stdout, "--allow-read=/proc/self/cwd/main.js,/tmp\n");

    const seen = await runFunction(project, "dist/bootstrap", 0);

    assertProved(seen);
    // Those of the runtime, of the worker and, if it has come so far, the spare.
    assert(seen.codeCache.length >= 2);
    assertEquals(new Set(seen.codeCache), new Set(["V8 code cache hit"]));
    assertEquals(seen.notCached, []);
  },
);

Deno.test("build --bundle makes a function that may log to the socket and send dead letters", async () => {
  const sqs = await SqsServer.start();
  await using _sqs = { [Symbol.asyncDispose]: () => sqs.stop() };
  const queueUrl = await sqs.createQueue("failed");
  using project = makeProject({
    lambda: { handler: "./handler.ts", deadLetter: { queueUrl } },
  });
  const { code, stderr } = await project.build(["--bundle"]);
  assertEquals([code, stderr], [0, WARNING]);
  await using reader = await LogReader.start();
  await using api = new RuntimeApiServer({ isConcurrent: true });
  await using child = new Child(`${project.directory}/dist/bootstrap`, {
    env: {
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_MAX_CONCURRENCY: "2",
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: reader.path,
      PATH: `${folderOf(Deno.execPath())}:${Deno.env.get("PATH")}`,
    },
  });
  api.serveTo(child);

  const posts = await Promise.all(
    ["1", "2"].map((id) => api.invoke({ id, body: `{"kind":"trace"}` })),
  );
  child.kill("SIGTERM");
  const output = await child.ended();

  assertEquals(posts.map((post) => post.path), [
    "invocation/1/error",
    "invocation/2/error",
  ]);
  const letters = await sqs.receive(queueUrl);
  assertEquals(
    letters.map(({ MessageAttributes }) =>
      MessageAttributes?.RequestID.StringValue
    ).sort(),
    ["1", "2"],
  );
  assertEquals(output.stdout + output.stderr, "");
  const entries = await reader.entries();
  assertEquals(
    entries.map(({ level, requestId }) => `${level} ${requestId}`).sort(),
    ["ERROR 1", "ERROR 2"],
  );
});

const BASE = await findBase();

Deno.test({
  name:
    `build makes a program that needs no rights, no disk and no network, ${WHERE}${
      BASE ? "" : ": ignored without denort, see DENORT_BIN"
    }`,
  ignore: BASE === undefined,
  fn: async () => {
    using project = makeProject();
    const { code, stderr } = await project.build(["--memory=256"], BASE);
    assertEquals([code, stderr], [0, WARNING]);

    const seen = await runFunction(project, "bootstrap", 9001);

    assertProved(seen);
  },
});

/** The environment in which a program can be compiled that runs, if any. */
async function findBase(): Promise<Record<string, string> | undefined> {
  const given = Deno.env.get("DENORT_BIN");
  if (given) return { DENORT_BIN: given };
  const { denoDir } = JSON.parse(
    await run([Deno.execPath(), "info", "--json"]),
  );
  const name = `denort-${Deno.build.target}.zip`;
  try {
    Deno.statSync(`${denoDir}/dl/release/v${Deno.version.deno}/${name}`);
    return { DENORT_BIN: "" };
  } catch {
    return undefined;
  }
}

function assertProved(seen: Seen): void {
  assertEquals(seen.unexpected, undefined);
  assertEquals(seen.answered, 1_000);
  assertEquals(seen.posts.granted, {
    path: "invocation/granted/response",
    text: '"hello"',
  });
  assertMatch(seen.posts.common.text, /^"ba7816bf8f01cfea/);
  for (const kind of FORBIDDEN) {
    const { path, text } = seen.posts[kind];
    assertEquals(path, `invocation/${kind}/error`);
    assertEquals(JSON.parse(text).errorType, "NotCapable");
  }
  assertEquals(seen.posts.code.path, "invocation/code/error");
  // Three quarters of 256 MB.
  assertEquals(seen.heapBytes, 192 * 2 ** 20);
  assertEquals(seen.log.includes("WARN"), false, seen.log);
  if (NO_SANDBOX !== undefined) return;
  assertEquals(seen.uid, SANDBOX_USER);
  assertEquals(seen.writable, ["/tmp"]);
  assertEquals(seen.interfaces, ["lo"]);
}

/** Has a built function answer 1,000 invocations, and one of each kind. */
async function runFunction(
  { directory }: BuildProject,
  bootstrap: string,
  port: number,
): Promise<Seen> {
  using deno = new DenoForAll();
  // Bundled, so that it needs neither a cache nor this checkout.
  const program = `${directory}/sandboxed_function.js`;
  await run([
    deno.path,
    "bundle",
    "--quiet",
    "--no-config",
    `--output=${program}`,
    `${CHECKOUT}/tests/support/sandboxed_function.ts`,
  ]);
  const kinds = ["granted", "common", "trace", ...FORBIDDEN, "code"];
  const folders = ["/", "/tmp", "/var/tmp", "/dev/shm", directory];
  const command = [
    ...[deno.path, "run", "-A", "--quiet", "--no-config", program],
    `${directory}/${bootstrap}`,
    String(port),
    "1000",
    kinds.join(","),
    folders.join(","),
  ];
  return JSON.parse(
    await run(
      NO_SANDBOX === undefined ? sandboxed(command) : command,
      deno.path,
    ),
  );
}

/** Runs a program, with one Deno in PATH, and gives what it wrote to stdout. */
async function run(
  [command, ...args]: string[],
  deno = Deno.execPath(),
): Promise<string> {
  const { stdout } = await runToEnd(command, {
    args,
    env: {
      PATH: `${folderOf(deno)}:${Deno.env.get("PATH")}`,
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
    },
  });
  return stdout;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
