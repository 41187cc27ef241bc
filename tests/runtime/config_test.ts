// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertInstanceOf } from "@std/assert/instance-of";
import { assertRejects } from "@std/assert/rejects";
import { type Config, readConfig } from "../../runtime/config.ts";
import { RuntimeError } from "../../runtime/failure/errors.ts";
import { DEFAULT_CONFIG } from "../support/config.ts";
import { Folder } from "../support/folder.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const LOG_LEVEL = "AWS_LAMBDA_LOG_LEVEL";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const EXPECTED_LEVEL = '"TRACE", "DEBUG", "INFO", "WARN", "ERROR" or "FATAL"';

// What the shell has set for other functions has no place in these tests.
Deno.env.delete(LOG_LEVEL);

/** Reads a deno.json with this text. */
async function read(text: string): Promise<Config> {
  using folder = new Folder({ "deno.json": text });
  return (await readConfig(folder.path)).config;
}

/** Reads a deno.json with this `lambda` key. */
function readLambda(lambda: unknown, others = {}): Promise<Config> {
  return read(JSON.stringify({ name: "@me/function", lambda, ...others }));
}

/** The message with which a deno.json with this `lambda` key is refused. */
async function refusal(lambda: unknown, others = {}): Promise<string> {
  const error = await assertRejects(
    () => readLambda(lambda, others),
    RuntimeError,
  );
  assertEquals(error.name, "Runtime.InvalidConfig");
  return error.message;
}

/** Values that a key does not take, and what it says that it expects. */
type Case = [key: string, expected: string, values: unknown[]];

async function assertRefused(cases: Case[]): Promise<void> {
  for (const [key, expected, values] of cases) {
    for (const value of values) {
      assertEquals(
        await refusal({ [key]: value }),
        `Cannot use "lambda.${key}" of deno.json: expected ${expected}, found ${
          JSON.stringify(value)
        }`,
      );
    }
  }
}

/** Reads with a value of AWS_LAMBDA_LOG_LEVEL. */
async function readWithLevel(level: string, lambda: unknown): Promise<Config> {
  Deno.env.set(LOG_LEVEL, level);
  try {
    return await readLambda(lambda);
  } finally {
    Deno.env.delete(LOG_LEVEL);
  }
}

/** The permissions that a program asks for when it runs, as Deno records them. */
async function requestedPermissions(
  program: string,
): Promise<{ permission: string; value: string }[]> {
  const record = Deno.makeTempFileSync();
  try {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--no-prompt",
        `--config=${ROOT}/deno.json`,
        `--allow-env=${LOG_LEVEL}`,
        `data:text/javascript,${encodeURIComponent(program)}`,
      ],
      env: { DENO_AUDIT_PERMISSIONS: record },
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const lines = Deno.readTextFileSync(record).trim().split("\n");
    return lines.map((line) => JSON.parse(line))
      .filter(({ permission }) => permission !== "import")
      .map(({ permission, value }) => ({ permission, value }));
  } finally {
    Deno.removeSync(record);
  }
}

Deno.test("readConfig() gives the defaults when deno.json has no lambda key", async () => {
  assertEquals(await read(`{"name": "@me/function"}`), DEFAULT_CONFIG);
  assertEquals(await readLambda({}), DEFAULT_CONFIG);
  assertEquals(await readLambda(null), DEFAULT_CONFIG);
  assertEquals(await readLambda({ supervisor: {} }), DEFAULT_CONFIG);
});

Deno.test("readConfig() gives the defaults when deno.json is as good as empty", async () => {
  for (const text of ["", "\n", "// nothing yet\n", "null"]) {
    assertEquals(await read(text), DEFAULT_CONFIG);
  }
});

Deno.test("readConfig() gives the defaults when no directory is known", async () => {
  assertEquals(await readConfig(undefined), {
    config: DEFAULT_CONFIG,
    path: undefined,
  });
});

Deno.test("readConfig() reads every key", async () => {
  const lambda: Config = {
    handler: "./handler.ts",
    basePath: "/prod",
    textTypes: ["application/x-tex"],
    invokeMode: "RESPONSE_STREAM",
    passThroughPath: "/events",
    logLevel: "DEBUG",
    logInit: true,
    transport: "socket",
    isolation: "worker",
    permissions: { net: ["example.com"] },
    deadLetter: { queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/failed" },
    drainMs: 1_000,
    supervisor: { maxRestarts: 0, maxSeconds: 0.5 },
  };
  const unstable = ["worker-options"];
  assertEquals(await readLambda(lambda, { unstable }), lambda);
});

Deno.test("readConfig() takes every log level", async () => {
  for (const logLevel of LEVELS) {
    assertEquals((await readLambda({ logLevel })).logLevel as string, logLevel);
  }
});

Deno.test("readConfig() refuses a wrong value, naming the key and the value", async () => {
  assertEquals(
    await refusal({ handler: 1 }),
    'Cannot use "lambda.handler" of deno.json: expected the path of a module, such as "./handler.ts", found 1',
  );
  assertEquals(
    await refusal({ handler: "" }),
    'Cannot use "lambda.handler" of deno.json: expected the path of a module, such as "./handler.ts", found ""',
  );
  assertEquals(
    await refusal({ logInit: "yes" }),
    'Cannot use "lambda.logInit" of deno.json: expected true or false, found "yes"',
  );
  for (const logLevel of ["info", "CRITICAL", "toString", 3, null]) {
    assertEquals(
      await refusal({ logLevel }),
      `Cannot use "lambda.logLevel" of deno.json: expected ${EXPECTED_LEVEL}, found ${
        JSON.stringify(logLevel)
      }`,
    );
  }
  for (const maxRestarts of [-1, 1.5, "3", null]) {
    assertEquals(
      await refusal({ supervisor: { maxRestarts } }),
      `Cannot use "lambda.supervisor.maxRestarts" of deno.json: expected a whole number from 0, found ${
        JSON.stringify(maxRestarts)
      }`,
    );
  }
  for (const maxSeconds of [0, -1, "5", [5]]) {
    assertEquals(
      await refusal({ supervisor: { maxSeconds } }),
      `Cannot use "lambda.supervisor.maxSeconds" of deno.json: expected a number of seconds above 0, found ${
        JSON.stringify(maxSeconds)
      }`,
    );
  }
});

Deno.test("readConfig() refuses a wrong value of what is about HTTP", async () => {
  const cases: Case[] = [
    ["basePath", 'a path such as "/prod"', ["prod", "/a?b", "/a b", 1, null]],
    [
      "textTypes",
      'media types in lower case, such as ["application/x-tex"]',
      ["text/plain", ["Text/Plain"], ["text"], ["a/b; c=d"], [1]],
    ],
    [
      "invokeMode",
      '"BUFFERED" or "RESPONSE_STREAM"',
      ["STREAM", "buffered", true],
    ],
    ["passThroughPath", 'a path such as "/events"', ["events", "", {}]],
  ];
  await assertRefused(cases);
});

Deno.test("readConfig() refuses a wrong value of what is about failures", async () => {
  const cases: Case[] = [
    ["transport", '"fetch" or "socket"', ["sockets", "http", true, null]],
    ["isolation", '"none" or "worker"', ["process", true, null, {}]],
    [
      "permissions",
      '"inherit", "none" or an object such as { "net": ["example.com"] }, of "env", "ffi", "import", "net", "read", "run", "sys" and "write"',
      ["all", true, ["net"], null, { nett: true }, { net: "example.com" }],
    ],
    [
      "deadLetter",
      "an object with queueUrl or topicArn",
      ["https://sqs.eu-west-1.amazonaws.com/1/failed", [], null],
    ],
    [
      "drainMs",
      "a whole number of milliseconds from 0",
      [-1, 0.5, "300", null],
    ],
  ];
  await assertRefused(cases);
});

Deno.test("readConfig() refuses permissions that would not hold", async () => {
  const permissions = { net: ["example.com"] };
  assertEquals(
    await refusal({ permissions }),
    'Cannot use "lambda.permissions" of deno.json: expected "lambda.isolation" to be "worker", found "none"',
  );
  const lambda = { isolation: "worker", permissions };
  assertEquals(
    await refusal(lambda),
    'Cannot use "lambda.permissions" of deno.json: expected "unstable": ["worker-options"] in the same file, found none',
  );
  assertEquals(
    await refusal(lambda, { unstable: ["kv"] }),
    'Cannot use "lambda.permissions" of deno.json: expected "unstable": ["worker-options"] in the same file, found ["kv"]',
  );
  assertEquals(
    (await readLambda(lambda, { unstable: ["kv", "worker-options"] }))
      .permissions,
    permissions,
  );
});

Deno.test("readConfig() refuses a section that is no object", async () => {
  assertEquals(
    await refusal("./handler.ts"),
    'Cannot use "lambda" of deno.json: expected an object, found "./handler.ts"',
  );
  assertEquals(
    await refusal(["./handler.ts"]),
    'Cannot use "lambda" of deno.json: expected an object, found ["./handler.ts"]',
  );
  assertEquals(
    await refusal({ supervisor: 3 }),
    'Cannot use "lambda.supervisor" of deno.json: expected an object, found 3',
  );
});

Deno.test("readConfig() refuses an unknown key, naming those that there are", async () => {
  assertEquals(
    await refusal({ handlr: "./handler.ts" }),
    'Cannot use "lambda.handlr" of deno.json: expected one of "lambda.handler", "lambda.basePath", "lambda.textTypes", "lambda.invokeMode", "lambda.passThroughPath", "lambda.logLevel", "lambda.logInit", "lambda.transport", "lambda.isolation", "lambda.permissions", "lambda.deadLetter", "lambda.drainMs", "lambda.external", "lambda.include", "lambda.supervisor". Did you mean "lambda.handler"?',
  );
  assertEquals(
    await refusal({ supervisor: { maxRestart: 1 } }),
    'Cannot use "lambda.supervisor.maxRestart" of deno.json: expected one of "lambda.supervisor.maxRestarts", "lambda.supervisor.maxSeconds". Did you mean "lambda.supervisor.maxRestarts"?',
  );
  assertEquals(
    (await refusal({ supervisor: { restartDelay: 1 } })).includes("mean"),
    false,
  );
});

Deno.test("readConfig() reads deno.jsonc, with comments and trailing commas", async () => {
  using folder = new Folder({
    "deno.jsonc": `{
  // The function
  "lambda": {
    "handler": "./http//handler.ts", /* not a comment: */
  },
}`,
  });
  assertEquals(await readConfig(folder.path), {
    config: { ...DEFAULT_CONFIG, handler: "./http//handler.ts" },
    path: `${folder.path}/deno.jsonc`,
  });
});

Deno.test("readConfig() reads comments in deno.json too, as Deno does", async () => {
  const text = '{ "lambda": { "logLevel": "WARN" } } // quiet';
  assertEquals((await read(text)).logLevel, "WARN");
});

Deno.test("readConfig() prefers deno.json to deno.jsonc, as Deno does", async () => {
  using folder = new Folder({
    "deno.json": '{"lambda": {"handler": "./a.ts"}}',
    "deno.jsonc": '{"lambda": {"handler": "./b.ts"}}',
  });
  assertEquals((await readConfig(folder.path)).config.handler, "./a.ts");
});

Deno.test("readConfig() finds the nearest file above the directory", async () => {
  using folder = new Folder({
    "deno.json": '{"lambda": {"handler": "./far.ts"}}',
    "app/deno.jsonc": '{"lambda": {"handler": "./near.ts"}}',
    "app/src/functions/hello.ts": "",
    "other/src/hello.ts": "",
  });
  const near = await readConfig(`${folder.path}/app/src/functions`);
  assertEquals(near.config.handler, "./near.ts");
  assertEquals(near.path, `${folder.path}/app/deno.jsonc`);
  const far = await readConfig(`${folder.path}/other/src`);
  assertEquals(far.config.handler, "./far.ts");
  assertEquals(far.path, `${folder.path}/deno.json`);
});

Deno.test("readConfig() does not take a folder for the file", async () => {
  using folder = new Folder({
    "deno.json": '{"lambda": {"handler": "./above.ts"}}',
    "app/deno.json/file": "",
  });
  const { path } = await readConfig(`${folder.path}/app`);
  assertEquals(path, `${folder.path}/deno.json`);
});

Deno.test("readConfig() tells where deno.json stops being JSON", async () => {
  using folder = new Folder({
    "deno.json": '{\n  // comment\n  "lambda": {\n    handler: 1\n  }\n}',
  });
  const error = await assertRejects(() => readConfig(folder.path));
  assertInstanceOf(error, RuntimeError);
  assertEquals(error.name, "Runtime.InvalidConfig");
  assertEquals(
    error.message,
    `Cannot parse ${folder.path}/deno.json: expected a property name in double quotes at line 4, column 5`,
  );
});

Deno.test(
  "readConfig() gives the defaults, without asking, when reading is not permitted",
  {
    permissions: { env: [LOG_LEVEL], read: false },
  },
  async () => {
    assertEquals(await readConfig(ROOT), {
      config: DEFAULT_CONFIG,
      path: undefined,
    });
  },
);

Deno.test("readConfig() does not ask for the permission to read, which would prompt", async () => {
  const requested = await requestedPermissions(`
    import { readConfig } from "file://${ROOT}/runtime/config.ts";
    await readConfig("${ROOT}");
  `);
  assertEquals(requested, [{ permission: "env", value: LOG_LEVEL }]);
});

Deno.test("readConfig() lets AWS_LAMBDA_LOG_LEVEL override deno.json", async () => {
  const { logLevel } = await readWithLevel("ERROR", { logLevel: "DEBUG" });
  assertEquals(logLevel, "ERROR");
  assertEquals((await readWithLevel("debug", {})).logLevel, "DEBUG");
});

Deno.test("readConfig() takes an empty AWS_LAMBDA_LOG_LEVEL for none", async () => {
  const { logLevel } = await readWithLevel("", { logLevel: "DEBUG" });
  assertEquals(logLevel, "DEBUG");
});

Deno.test("readConfig() refuses a wrong AWS_LAMBDA_LOG_LEVEL", async () => {
  const error = await assertRejects(
    () => readWithLevel("loud", {}),
    RuntimeError,
  );
  assertEquals(error.name, "Runtime.InvalidConfig");
  assertEquals(
    error.message,
    `Cannot use AWS_LAMBDA_LOG_LEVEL: expected ${EXPECTED_LEVEL}, found "loud"`,
  );
});
