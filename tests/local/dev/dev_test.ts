// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { VERSION } from "../../../runtime/version.ts";
import { BuildProject } from "../../support/build_project.ts";
import {
  deno,
  dev,
  HANDLER,
  MOD,
  program,
  type Result,
  ROOT,
} from "./run_dev.ts";

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
  const { code, text, stderr } = await dev("");
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, {});
  assertStringIncludes(stderr, "Nothing came on stdin: the event is {}\n");
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
  assertStringIncludes(
    stderr,
    "export function handleEvent(event: unknown, context: Context)",
  );
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
  const { code, text, stderr } = await program({
    "main.ts": `import { serve } from "${MOD}"; await serve();`,
    "deno.json": "{}",
  });
  assertEquals([code, text], [2, ""]);
  assertMatch(
    stderr,
    /^Cannot find a handler: .*deno\.json names none\. Add to deno\.json\n\n {2}"lambda": \{ "handler": "\.\/handler\.ts" \}\n$/,
  );
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
  return await deno([...granted, "@toukon/lambda/dev"], "{}", {
    cwd: directory,
  });
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
  const { code, text, stderr } = await withPermissions({
    net: ["example.com"],
  });
  assertEquals([code, text], [2, ""]);
  assertEquals(
    stderr,
    'Cannot use "lambda.permissions" of deno.json: expected what the process may do, or less of it, found {"net":["example.com"]}. Grant it to the process too, or leave it out\n',
  );
});

Deno.test("dev says what Deno does not take as a permission of a worker", async () => {
  const { code, text, stderr } = await withPermissions({ net: ["no host"] });
  assertEquals([code, text], [2, ""]);
  assertStringIncludes(
    stderr,
    'Cannot use "lambda.permissions" of deno.json: expected permissions that Deno takes, found {"net":["no host"]}. ',
  );
  assertStringIncludes(stderr, "invalid host");
});

Deno.test("dev refuses a dead letter queue that could not be reached on Lambda", async () => {
  const { code, text, stderr } = await program({
    "main.ts":
      `import { serve } from "${MOD}"; await serve(import("./handler.ts"));`,
    "handler.ts": HANDLER,
    "deno.json": '{ "lambda": { "deadLetter": { "queueUrl": "failed" } } }',
  });
  assertEquals([code, text, stderr], [
    2,
    "",
    'Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found "failed"\n',
  ]);
});

Deno.test("dev says in one line what is wrong with the configuration", async () => {
  for (const isolation of ["none", "worker"]) {
    const { code, text, stderr } = await program({
      "main.ts": `import { serve } from "${MOD}"; await serve();`,
      "deno.json": JSON.stringify({
        lambda: { handler: "./missing.ts", isolation },
      }),
    }, { read: [ROOT] });
    assertEquals([code, text], [2, ""], isolation);
    assertMatch(
      stderr,
      /^Cannot find the handler "\.\/missing\.ts" of deno\.json: expected a module at ".*"\n$/,
    );
  }
  const { code, text, stderr } = await program({
    "main.ts": `import { serve } from "${MOD}"; await serve();`,
    "deno.json": '{ "lambda": { "logLevel": "LOUD" } }',
  });
  assertEquals([code, text], [2, ""]);
  assertMatch(stderr, /^Cannot use "lambda\.logLevel" .*, found "LOUD"\n$/);
});

Deno.test("dev takes paths as they are where the person stands", async () => {
  const env = { INIT_CWD: `${ROOT}examples/events` };
  const { code, text } = await deno(
    ["-P=dev", "local/dev/mod.ts", "-e", "default.json"],
    "not read",
    { env },
  );
  assertEquals(code, 0);
  assertEquals(JSON.parse(text).event, { anything: ["else"] });

  const handler = "../../tests/fixtures/local_lifecycle.ts";
  const other = await deno(
    ["-P=dev", "local/dev/mod.ts", "--handler", handler],
    "{}",
    { env },
  );
  assertEquals([other.code, other.text], [0, "{}\n"]);
});

Deno.test("dev names a file in UTF-16, with and without byte order mark", async () => {
  const littleEndian = Uint8Array.of(0x7b, 0, 0x7d, 0);
  const bigEndian = Uint8Array.of(0, 0x7b, 0, 0x7d);
  const events = [
    littleEndian,
    bigEndian,
    Uint8Array.of(0xff, 0xfe, ...littleEndian),
    Uint8Array.of(0xfe, 0xff, ...bigEndian),
  ];
  for (const event of events) {
    const { code, text, stderr } = await dev(event);
    assertEquals([code, text, stderr], [
      2,
      "",
      "Cannot read the event from stdin: expected UTF-8, found UTF-16. Save it as UTF-8\n",
    ]);
  }
});

Deno.test("dev -h prints the help", async () => {
  const { code, text } = await dev("no JSON", "-h");
  assertEquals(code, 0);
  for (
    const option of ["-e, --event FILE", "-h, --help", "--timeout SECONDS"]
  ) {
    assertStringIncludes(text, option);
  }
});

/** Runs a handler module whose text is given. */
function handler(
  text: string,
  lambda: Record<string, unknown> = {},
): Promise<Result> {
  return program({
    "main.ts": `import { serve } from "${MOD}"; await serve();`,
    "handler.ts": text,
    "deno.json": JSON.stringify({
      lambda: { handler: "./handler.ts", ...lambda },
    }),
  }, { read: [ROOT] });
}

Deno.test("dev says that the handler has ended the process", async () => {
  const codes = [
    ["Deno.exit(3)", 3, 3],
    ["Deno.exit()", 0, 1],
    ["process.exit(4)", 4, 4],
  ];
  for (const [exit, asked, expected] of codes) {
    const { code, text, stderr } = await handler(
      `import process from "node:process";
export function handleEvent(): never { process.on; return ${exit}; }`,
    );
    assertEquals([code, text, stderr], [
      expected,
      "",
      `Cannot reply: the handler has ended the process with exit code ${asked}, expected it to return or throw\n`,
    ]);
  }
});

Deno.test("dev tells a handler with fetch how to get a request", async () => {
  const text = "export default { fetch: () => new Response('Hello') };";
  for (const isolation of ["none", "worker"]) {
    const { code, stderr } = await handler(text, { isolation });
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'run it with "deno serve"');
    const [, event] = /^ {2}(\{.*\})$/m.exec(stderr) ?? [];
    const { code: retried, text: reply } = await program({
      "main.ts": `import { serve } from "${MOD}"; await serve();`,
      "handler.ts": text,
      "deno.json": '{ "lambda": { "handler": "./handler.ts" } }',
    }, { stdin: event });
    assertEquals([retried, JSON.parse(reply).body], [0, "Hello"]);
  }
});

Deno.test("dev --timeout gives the handler so many seconds", async () => {
  const { code, text } = await dev(
    "{}",
    "--timeout",
    "0.5",
    "--handler",
    "tests/fixtures/local_never_settles.ts",
  );
  assertEquals(code, 1);
  assertStringIncludes(
    JSON.parse(JSON.parse(text).body).details,
    "Function.Timeout",
  );
  const known = await dev(
    "{}",
    "--timeout=90",
    "--handler=tests/fixtures/local_remaining_time.ts",
  );
  const seconds = Math.round(Number(known.text) / 1_000);
  assertEquals([known.code, seconds >= 80 && seconds <= 90], [0, true]);
});

Deno.test("dev refuses a timeout that Lambda could not give", async () => {
  for (const timeout of ["0", "-1", "901", "soon", ""]) {
    assertEquals(await refused(`--timeout=${timeout}`), [
      `Cannot use --timeout: expected a number of seconds above 0, at most 900, found "${timeout}"\n`,
    ]);
  }
});

Deno.test("dev refuses a handler module that serves itself", async () => {
  for (const fixture of ["serving_handler", "serving_awaited_handler"]) {
    const { code, text } = await dev(
      "{}",
      "--handler",
      `tests/fixtures/${fixture}.ts`,
    );
    assertEquals(code, 1);
    assertEquals(
      JSON.parse(JSON.parse(text).body).details,
      "Runtime.InvalidHandler: Cannot serve: expected one call of serve(), found two. Take it out of the module of the handler",
    );
  }
});

Deno.test("dev names the handler of the command line that is missing", async () => {
  assertEquals(await refused("--handler", "missing.ts"), [
    `Cannot find the handler "missing.ts" of --handler: expected a module at "file://${ROOT}missing.ts"\n`,
  ]);
});
