// Copyright 2026 the Toukon Lambda authors. MIT license.

// The bench of this package and other languages' clients, as short as can be:
// that it measures, refuses wrong replies, and leaves nothing running.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertGreater } from "@std/assert/greater";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Child, type ChildResult, runToEnd } from "../support/child.ts";
import { Folder } from "../support/folder.ts";
import { CHECKOUT } from "../support/starter.ts";

const BENCH = `${CHECKOUT}/bench/peers`;
const HAS_COMPILER = await canRun("cc");

/** A client that answers the first event with what the code says. */
const CLIENT = (code: string) => `
const root = "http://" + Deno.env.get("AWS_LAMBDA_RUNTIME_API") +
  "/2018-06-01/runtime/invocation/";
const next = () => fetch(root + "next");
const post = (path, body) => fetch(root + path, { method: "POST", body });
const first = await next();
const id = first.headers.get("lambda-runtime-aws-request-id");
const { name } = await first.json();
${code}
await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

/** What clients do wrong, by what the server says of it. */
const WRONG: [says: string, code: string][] = [
  [
    'Client replies {"message":"Hello, bench-000000002"} to invocation 1: expected {"message":"Hello, bench-000000001"}',
    'await post(id + "/response", `{"message":"Hello, bench-000000002"}`);',
  ],
  [
    "/runtime/invocation/another/response: expected /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-000000000001/response",
    "await post('another/response', JSON.stringify({ message: `Hello, ${name}` }));",
  ],
  [
    `It sends: {"errorMessage":"no"}`,
    `await post(id + "/error", '{"errorMessage":"no"}');`,
  ],
  [
    "Client answers invocation 1 twice",
    "for (;;) await post(id + '/response', JSON.stringify({ message: `Hello, ${name}` }));",
  ],
  [
    "Client asks for an invocation before it has answered the one it has",
    "await next();",
  ],
  [
    "I cannot go on\nClient has ended with exit code 3, at invocation 1",
    'console.log("I cannot go on"); Deno.exit(3);',
  ],
];

async function canRun(command: string): Promise<boolean> {
  try {
    await runToEnd(command, { args: ["--version"] });
    return true;
  } catch {
    return false;
  }
}

function title(text: string): string {
  return HAS_COMPILER ? text : `${text}: ignored without cc`;
}

/** The command of the task, without the task. */
function runBench(
  args: string[],
  env: Record<string, string> = {},
): Child {
  return new Child(Deno.execPath(), {
    args: ["run", "-A", `${BENCH}/main.ts`, ...args],
    cwd: CHECKOUT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  });
}

/** Compiles the server into a folder. */
async function makeServer({ path }: Folder): Promise<string> {
  const program = `${path}/runtime_api`;
  const sources = [...Deno.readDirSync(`${BENCH}/server`)]
    .map(({ name }) => `${BENCH}/server/${name}`)
    .filter((name) => name.endsWith(".c"));
  const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2"];
  await runToEnd("cc", { args: [...flags, "-o", program, ...sources] });
  return program;
}

/** Has the server measure a client of this text for one invocation. */
async function measure(server: string, client: string): Promise<ChildResult> {
  const module = `data:text/javascript,${encodeURIComponent(client)}`;
  const command = [Deno.execPath(), "run", "--no-config", "-A", module];
  await using child = new Child(server, {
    args: ["64", "0", "1", "5", "-", "-", ...command],
    env: { NO_COLOR: "1" },
  });
  return await child.ended();
}

/** The processes that have inherited this value in their environment. */
async function processesWith(value: string): Promise<string[]> {
  // Deno itself may read no environment of others.
  const script = `grep -lsF ${value} /proc/[0-9]*/environ || true`;
  const { stdout } = await runToEnd("sh", { args: ["-c", script] });
  return stdout.split("\n").filter((line) => line !== "");
}

Deno.test({
  name: title("bench:peers measures the floor and this package"),
  ignore: !HAS_COMPILER,
  async fn() {
    using folder = new Folder();
    const { code, stderr } = await runToEnd(Deno.execPath(), {
      args: [
        ...["task", "bench:peers", "--quick", "--sizes", "64,1MiB"],
        ...["--clients", "floor,plain_fetch", "--output", folder.path],
      ],
      cwd: CHECKOUT,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", INIT_CWD: "" },
    });
    assertEquals(code, 0, stderr);
    const page = Deno.readTextFileSync(`${folder.path}/peers.md`);
    const plot = Deno.readTextFileSync(`${folder.path}/peers.svg`);
    for (const heading of ["## 64 B", "## 1 MiB", "## Versions"]) {
      assertStringIncludes(page, heading);
    }
    const rows = page.split("\n").filter((line) => / \d/.test(line))
      .filter((line) => /^\| (raw sockets|this package)/.test(line));
    assertGreater(rows.length, 3, page);
    for (const row of rows) {
      for (const cell of row.split("|").slice(2, -1)) {
        assertMatch(cell, /[1-9]/);
      }
    }
    assertStringIncludes(page, `Deno ${Deno.version.deno}`);
    assertStringIncludes(plot, "prefers-color-scheme: dark");
    assertStringIncludes(plot, "this package, deno run, fetch");
  },
});

Deno.test({
  name: title("bench:peers leaves nothing behind when it is interrupted"),
  ignore: !HAS_COMPILER,
  async fn() {
    const mark = `BENCH_${crypto.randomUUID()}`;
    const args = ["--memory", "--clients", "plain_fetch"];
    await using bench = runBench(args, { MARK: mark });
    await bench.until(({ stderr }) => stderr.includes("Round 1 of 1"));
    assertGreater((await processesWith(mark)).length, 0);
    bench.kill("SIGINT");
    const { code, stdout } = await bench.ended();
    assertEquals([code, stdout], [130, ""]);
    assertEquals(await processesWith(mark), []);
  },
});

for (const [says, code] of WRONG) {
  Deno.test({
    name: title(`the Runtime API server of bench:peers says: ${says.trim()}`),
    ignore: !HAS_COMPILER,
    async fn() {
      using folder = new Folder();
      const server = await makeServer(folder);
      const result = await measure(server, CLIENT(code));
      assertEquals([result.code, result.stdout], [1, ""], result.stderr);
      assertStringIncludes(result.stderr, says);
    },
  });
}

Deno.test({
  name: title("the Runtime API server of bench:peers measures threads too"),
  ignore: !HAS_COMPILER,
  async fn() {
    using folder = new Folder();
    const server = await makeServer(folder);
    // Most of the work is done by a thread that has ended when it is measured.
    const worker = `data:text/javascript,${
      encodeURIComponent(
        "const end = performance.now() + 300; while (performance.now() < end); postMessage(0); close();",
      )
    }`;
    const client = CLIENT(`
const worker = new Worker("${worker}", { type: "module" });
await new Promise((resolve) => worker.onmessage = resolve);
worker.terminate();
await post(id + "/response", JSON.stringify({ message: "Hello, " + name }));
await next();
`);
    const { code, stdout, stderr } = await measure(server, client);
    assertEquals(code, 0, stderr);
    const { invocations, processorUs, p50Us } = JSON.parse(stdout);
    assertEquals(invocations, 1);
    // Other programs of the machine may have taken the other half.
    assert(processorUs > 150_000, `${processorUs} of ${p50Us} µs`);
  },
});

const USAGE_ERRORS: [args: string[], says: string][] = [
  [
    ["--clients", "perl"],
    'Cannot use --clients "perl": expected some of floor',
  ],
  [["--sizes", "1GiB"], 'Cannot use --sizes "1GiB": expected sizes such as'],
  [
    ["--rounds", "0"],
    'Cannot use --rounds "0": expected a whole number from 1',
  ],
  [["--quota", "half"], 'Cannot use --quota "half": expected "both", "with"'],
  [["--core", "4096"], 'Cannot use --core "4096": expected "any" or a whole'],
  [["--round", "2"], 'Unknown option "--round": did you mean --rounds?'],
];

for (const [args, says] of USAGE_ERRORS) {
  Deno.test(`bench:peers refuses ${args.join(" ")}`, async () => {
    await using bench = runBench(args);
    const { code, stderr } = await bench.ended();
    assertEquals(code, 2);
    assertStringIncludes(stderr, says);
  });
}
