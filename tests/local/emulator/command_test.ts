// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { UsageError } from "../../../local/cli/usage_error.ts";
import { HELP, parseEmulatorFlags } from "../../../local/emulator/flags.ts";
import { createStyle } from "../../../local/emulator/terminal/style.ts";
import {
  firstScreen,
  toLines,
} from "../../../local/emulator/terminal/terminal.ts";
import { Child } from "../../support/child.ts";

const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/** What `deno task local` runs, with the permissions that it has. */
function local(...args: string[]): Child {
  return new Child(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "-P=local",
      "local/emulator/mod.ts",
      ...args,
    ],
    cwd: ROOT,
    env: { INIT_CWD: ROOT },
  });
}

Deno.test("the command says where it listens, invokes the function and ends in order", async () => {
  await using child = local("--port=0", "--name=hello");
  const [, endpoint] = await child.until(({ stdout }) =>
    /SDKs +(http:\S+)/.exec(stdout)
  );
  const [, url] = await child.until(({ stdout }) =>
    /HTTP +(http:\S+)/.exec(stdout)
  );
  await child.until(({ stdout }) => stdout.includes("ready after"));
  const response = await child.unlessLost(fetch(
    `${endpoint}/2015-03-31/functions/hello/invocations`,
    { method: "POST", body: '{"name":"Deno"}' },
  ));
  assertStringIncludes(await response.text(), "Deno");
  const page = await child.unlessLost(fetch(url));
  await page.body?.cancel();
  assertEquals(page.status, 200);
  await child.until(({ stdout }) => stdout.includes("REPORT"));

  child.kill("SIGTERM");
  const { code, stdout, stderr } = await child.ended();
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "watched      ./examples/hello.ts and what it");
  // Piped, there are no colours, and nobody to press a key.
  assert(!stdout.includes("\x1b"));
  assert(!stdout.includes("keys"));
});

Deno.test("a port that is taken is exit code 2", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using child = local(`--port=${listener.addr.port}`);
  const { code, stderr } = await child.ended();

  assertEquals(code, 2);
  assertMatch(stderr, /^Cannot listen on port \d+: something else does\. /);
});

Deno.test("--help shows every option, and an unknown one is exit code 2", async () => {
  await using help = local("--help");
  assertEquals(await help.ended(), {
    code: 0,
    stdout: `${HELP}\n`,
    stderr: "",
  });
  await using wrong = local("--tiemout=3");
  const { code, stderr } = await wrong.ended();
  assertEquals([code, stderr], [
    2,
    'Unknown option "--tiemout=3": did you mean --timeout? See --help\n',
  ]);
});

Deno.test("docs/local.md names every option, in the order of the help", () => {
  const page = Deno.readTextFileSync(`${ROOT}/docs/local.md`);
  assertEquals(
    [...page.matchAll(/^\| `(--[\w-]+)/gm)].map(([, name]) => name),
    [...HELP.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name),
  );
});

Deno.test("docs/local.md shows the permission set that the task has", () => {
  const page = Deno.readTextFileSync(`${ROOT}/docs/local.md`);
  const [, json] = /```json\n(\{.*?\n\})\n```/s.exec(page)!;
  const { permissions } = JSON.parse(
    Deno.readTextFileSync(`${ROOT}/deno.json`),
  );
  assertEquals(JSON.parse(json).permissions.local, permissions.local);
});

Deno.test("parseEmulatorFlags() has defaults", () => {
  assertEquals(parseEmulatorFlags([]), {
    allowAll: false,
    concurrency: 1,
    deadLetter: undefined,
    envFile: undefined,
    freeze: false,
    help: false,
    ingress: "url",
    memoryMb: 512,
    name: undefined,
    noCheck: false,
    port: 9_000,
    retryDelayMs: 60_000,
    snapStart: false,
    sqs: undefined,
    timeoutMs: 30_000,
  });
});

Deno.test("parseEmulatorFlags() says what it expects", () => {
  for (
    const [args, message] of [
      [
        ["--port=x"],
        'Cannot use --port: expected a whole number from 0 to 65534, found "x"',
      ],
      [
        ["--memory=64"],
        'Cannot use --memory: expected a whole number from 128 to 10240, found "64"',
      ],
      [
        ["--timeout=901"],
        'Cannot use --timeout: expected a number from 0.001 to 900, found "901"',
      ],
      [["--timeout="], "Cannot use --timeout: expected a value after it"],
      [["--ingress=edge"], 'Cannot use --ingress: expected "rest"'],
      [["--name=a b"], "Cannot use --name: expected at most 64"],
      [
        ["--sqs=queue"],
        'Cannot use --sqs: expected the URL of a queue, found "queue"',
      ],
      [
        ["--freeze", "--concurrency=2"],
        "Cannot use --freeze with --concurrency",
      ],
      [
        ["--snap-start", "--concurrency=2"],
        "Cannot use --snap-start with --concurrency",
      ],
    ] as [string[], string][]
  ) {
    assertThrows(() => parseEmulatorFlags(args), UsageError, message);
  }
});

Deno.test("firstScreen() is aligned, and tells the keys at a terminal", () => {
  const screen = firstScreen({
    name: "orders",
    endpoint: "http://127.0.0.1:9000",
    url: "http://127.0.0.1:9001/",
    ingress: "url",
    handler: "./handler.ts",
    permissions: "none",
    more: [["polled", "http://127.0.0.1/q"]],
    hasKeys: true,
  }, createStyle(false));
  assertStringIncludes(
    screen,
    `  watched      ./handler.ts and what it imports
  permissions  none
  polled       http://127.0.0.1/q
  keys         r restart   i invoke again   q quit
`,
  );
});

Deno.test("toLines() colours what is not the function's where colours are wanted", () => {
  const happening = {
    type: "log",
    atMs: 0,
    source: "platform",
    text: "START\n",
    requestId: "1",
  } as const;
  assertEquals(toLines(happening, createStyle(false)), "START\n");
  assertEquals(
    toLines(happening, createStyle(true)),
    "\x1b[2mSTART\x1b[0m\n",
  );
});
