// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { VERSION } from "../../../runtime/version.ts";
import { BuildProject } from "../../support/build_project.ts";
import { Folder } from "../../support/folder.ts";

const ROOT = decodeURIComponent(new URL("../../..", import.meta.url).pathname);
const MOD = import.meta.resolve("../../../mod.ts");

interface Result {
  code: number;
  stdout: Uint8Array;
  text: string;
  stderr: string;
}

/** Runs what `deno task dev` runs, with the permissions that it has. */
function dev(stdin: string, ...args: string[]): Promise<Result> {
  return deno(["-P=dev", "local/dev/mod.ts", ...args], stdin);
}

async function deno(
  args: string[],
  stdin: string,
  cwd = ROOT,
): Promise<Result> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  } catch {
    // A process that refuses its options does not read its event.
  }
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout,
    text: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

function example(name: string): string {
  return Deno.readTextFileSync(`${ROOT}examples/events/${name}.json`);
}

Deno.test("dev answers the greeting of the example", async () => {
  const { code, text, stderr } = await dev(example("hello"));
  assertEquals(code, 0);
  assertMatch(text, /^\{.*\}\n$/);
  const { statusCode, body } = JSON.parse(text);
  const { message, request_id, timestamp } = JSON.parse(body);
  assertEquals(statusCode, 200);
  assertEquals(message, "🔥 こんにちは、Denoさん！");
  assertMatch(request_id, /^local-/);
  assertEquals(new Date(timestamp).toISOString(), timestamp);
  assertStringIncludes(stderr, `\t${request_id}\tINFO\t🔥 リクエスト受信`);
});

Deno.test("dev answers the API Gateway request of the example", async () => {
  const { code, text } = await dev(example("api_gateway"));
  assertEquals(code, 0);
  const { statusCode, headers, body } = JSON.parse(text);
  assertEquals(statusCode, 200);
  assertEquals(headers, { "Content-Type": "application/json" });
  const { method, path } = JSON.parse(body);
  assertEquals([method, path], ["GET", "/greetings"]);
});

Deno.test("dev answers any other event of the example", async () => {
  const { code, text } = await dev(example("default"));
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, { anything: ["else"] });
});

Deno.test("dev takes an empty stdin for {}", async () => {
  const { code, text } = await dev("");
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, {});
});

Deno.test("dev takes an event with a byte order mark", async () => {
  const { code, text } = await dev('\uFEFF{"a":1}');
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, { a: 1 });
});

Deno.test("dev --event reads the file instead of stdin", async () => {
  const { code, text } = await dev(
    "not read",
    "--event",
    "examples/events/default.json",
  );
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, { anything: ["else"] });
});

Deno.test("dev --event names a file that is missing", async () => {
  const { code, text, stderr } = await dev("", "--event", "missing.json");
  assertEquals([code, text], [2, ""]);
  assertStringIncludes(stderr, "missing.json");
});

Deno.test("dev names line and column of what is not JSON", async () => {
  const { code, text, stderr } = await dev('{\n  "a" 1\n}');
  assertEquals([code, text], [2, ""]);
  assertMatch(stderr, /line 2\D+column \d+/);
});

Deno.test("dev prints the failure of a handler and ends with 1", async () => {
  const { code, text, stderr } = await dev(
    "{}",
    "--handler",
    "tests/fixtures/local_throws.ts",
  );
  assertEquals(code, 1);
  assertEquals(JSON.parse(text), {
    statusCode: 500,
    body: JSON.stringify({
      error: "Handler failed",
      details: "TypeError: No such greeting",
    }),
  });
  assertStringIncludes(stderr, "local_throws.ts:4");
});

Deno.test("dev shows what to write when the module has no handler", async () => {
  const { code, text, stderr } = await dev(
    "{}",
    "--handler",
    "tests/fixtures/local_no_handler.ts",
  );
  assertEquals(code, 1);
  assertEquals(JSON.parse(text).statusCode, 500);
  assertStringIncludes(stderr, '"greeting"');
  assertStringIncludes(stderr, "export function handleEvent(event, context)");
});

Deno.test("dev runs init and shutdown, and keeps stdout to the reply", async () => {
  const { code, text, stderr } = await dev(
    '{"a":1}',
    "--handler",
    "tests/fixtures/local_lifecycle.ts",
  );
  assertEquals([code, text], [0, '{"a":1}\n']);
  const order = ["init runs", "printed", "shutdown runs"]
    .map((it) => stderr.indexOf(it));
  assertEquals(order.toSorted((a, b) => a - b), order);
  assertEquals(order.includes(-1), false);
});

Deno.test("dev prints bytes as they are", async () => {
  const { code, stdout } = await dev(
    "{}",
    "--handler",
    "tests/fixtures/local_bytes.ts",
  );
  assertEquals([code, ...stdout], [0, 0, 255, 10]);
});

Deno.test("dev refuses an unknown option and names the nearest", async () => {
  assertEquals(await refused("--evnt"), [
    'Unknown option "--evnt": did you mean --event? See --help\n',
  ]);
  assertEquals(await refused("--event"), [
    "Cannot use --event: expected a path after it\n",
  ]);
  assertEquals(await refused("event.json"), [
    'Cannot use "event.json": expected options only; give the event on stdin or with --event FILE\n',
  ]);
});

async function refused(...args: string[]): Promise<string[]> {
  const { code, text, stderr } = await dev("{}", ...args);
  assertEquals([code, text], [2, ""]);
  return [stderr];
}

Deno.test("dev --help and --version print and do nothing else", async () => {
  const help = await dev("no JSON", "--help");
  assertEquals(help.code, 0);
  assertStringIncludes(help.text, "--event FILE");
  const version = await dev("no JSON", "--version");
  assertEquals([version.code, version.text], [
    0,
    `@toukon/lambda ${VERSION} (Deno ${Deno.version.deno})\n`,
  ]);
});

Deno.test("dev says at a terminal how to give an event", async () => {
  const command = `"${Deno.execPath()}" run --quiet -P=dev local/dev/mod.ts`;
  const { code, stdout } = await new Deno.Command("script", {
    args: ["-qec", command, "/dev/null"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  assertEquals(code, 2);
  assertStringIncludes(new TextDecoder().decode(stdout), "--event");
});

/** Runs a program of a user's, whose folder has the files. */
async function program(files: Record<string, string>): Promise<Result> {
  using folder = new Folder(files);
  return await deno([
    "--config",
    "deno.json",
    "--allow-env",
    `--allow-read=${folder.path}`,
    `${folder.path}/main.ts`,
  ], '{"name":"Deno"}');
}

const HANDLER =
  "export function handleEvent(event: { name: string }) { return event.name; }";

Deno.test("serve() takes a function, a behaviour and a module", async () => {
  const sources = [
    "(event: { name: string }) => event.name",
    "{ handleEvent: (event: { name: string }) => event.name }",
    'import("./handler.ts")',
  ];
  for (const source of sources) {
    const { code, text, stderr } = await program({
      "main.ts": `import { serve } from "${MOD}"; await serve(${source});`,
      "handler.ts": HANDLER,
    });
    assertEquals([code, text, stderr], [0, '"Deno"\n', ""], source);
  }
});

Deno.test("serve() takes the module that deno.json or deno.jsonc names", async () => {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const { code, text } = await program({
      "main.ts": `import { serve } from "${MOD}"; await serve();`,
      "handler.ts": HANDLER,
      [name]: '{ "lambda": { "handler": "./handler.ts" } }',
    });
    assertEquals([code, text], [0, '"Deno"\n'], name);
  }
});

Deno.test("serve() shows the line to add when nothing names a handler", async () => {
  const { code, stderr } = await program({
    "main.ts": `import { serve } from "${MOD}"; await serve();`,
    "deno.json": "{}",
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, '"lambda": { "handler": "./handler.ts" }');
});

Deno.test("serve() reports an import that is rejected", async () => {
  const { code, text, stderr } = await program({
    "main.ts":
      `import { serve } from "${MOD}"; await serve(import("./handler.ts"));`,
    "handler.ts": 'throw new RangeError("no database"); export {};',
  });
  assertEquals(code, 1);
  assertStringIncludes(text, "RangeError: no database");
  assertStringIncludes(stderr, "handler.ts:1");
});

/** Runs a program whose handler is isolated in a worker. */
function isolated(event: unknown): Promise<Result> {
  return deno(
    ["--allow-env", "--allow-read=.", "tests/fixtures/local_isolated.ts"],
    JSON.stringify(event),
  );
}

Deno.test("serve() isolates the handler locally as it does on Lambda", async () => {
  const { code, text, stderr } = await isolated({});
  assertEquals(code, 0);
  assertEquals(text, `{"state":"state","isInWorker":true}\n`);
  assertEquals(stderr.match(/init runs|shutdown runs/g), [
    "init runs",
    "shutdown runs",
  ]);
});

Deno.test("serve() prints what an isolated handler streams", async () => {
  const { code, text } = await isolated({ to: 2 });
  assertEquals(code, 0);
  assertEquals(text, `{"number":1}\n{"number":2}\n`);
});

Deno.test("serve() says that an isolated handler has ended its worker", async () => {
  const { code, text } = await isolated({ exit: true });
  assertEquals(code, 1);
  assertStringIncludes(
    JSON.parse(JSON.parse(text).body).details,
    "Runtime.WorkerExit: Worker has ended by itself",
  );
});

/** Runs the named handler of a project with these permissions of its worker. */
async function withPermissions(permissions: unknown): Promise<Result> {
  using project = new BuildProject({
    handler: `export const handleEvent = () => Deno.env.get("HOME");`,
    config: {
      unstable: ["worker-options"],
      lambda: { handler: "./handler.ts", isolation: "worker", permissions },
    },
  });
  const { directory } = project;
  const granted = ["--allow-env", `--allow-read=${directory},${ROOT}`];
  return await deno([...granted, "@toukon/lambda/dev"], "{}", directory);
}

Deno.test("dev needs no permission to import the handler into its worker", async () => {
  const { code, text } = await withPermissions({ env: ["HOME"] });
  assertEquals([code, JSON.parse(text)], [0, Deno.env.get("HOME")]);
});

Deno.test("dev gives an isolated handler the permissions of deno.json", async () => {
  const { code, text } = await withPermissions("none");
  assertEquals(code, 1);
  assertStringIncludes(
    JSON.parse(JSON.parse(text).body).details,
    'NotCapable: Requires env access to "HOME"',
  );
});

Deno.test("dev says that a worker cannot have more than the process", async () => {
  const { code, text } = await withPermissions({ net: ["example.com"] });
  assertEquals(code, 1);
  assertStringIncludes(
    JSON.parse(JSON.parse(text).body).details,
    'Runtime.InvalidConfig: Cannot use "lambda.permissions" of deno.json: expected what the process may do, or less of it, found {"net":["example.com"]}. Grant it to the process too, or leave it out',
  );
});

Deno.test("dev says what Deno does not take as a permission of a worker", async () => {
  const { code, text } = await withPermissions({ net: ["no host"] });
  assertEquals(code, 1);
  const { details } = JSON.parse(JSON.parse(text).body);
  assertStringIncludes(
    details,
    'Runtime.InvalidConfig: Cannot use "lambda.permissions" of deno.json: expected permissions that Deno takes, found {"net":["no host"]}. ',
  );
  assertStringIncludes(details, "invalid host");
});

Deno.test("dev refuses a dead letter queue that could not be reached on Lambda", async () => {
  const { code, text } = await program({
    "main.ts":
      `import { serve } from "${MOD}"; await serve(import("./handler.ts"));`,
    "handler.ts": HANDLER,
    "deno.json": '{ "lambda": { "deadLetter": { "queueUrl": "failed" } } }',
  });
  assertEquals(code, 1);
  assertStringIncludes(
    JSON.parse(JSON.parse(text).body).details,
    'Runtime.InvalidConfig: Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found "failed"',
  );
});
