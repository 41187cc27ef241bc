// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { HELP } from "../../../local/event/flags.ts";
import { OPTIONS } from "../../../local/event/options.ts";
import { SOURCES } from "../../../local/event/sources.ts";
import {
  apiGatewayProxyEvent,
  apiGatewayProxyEventV2,
  apiGatewayWebSocketEvent,
  cloudWatchLogsEvent,
  cognitoTriggerEvent,
  dynamoDbStreamEvent,
  eventBridgeEvent,
  functionUrlEvent,
  kinesisStreamEvent,
  loadBalancerEvent,
  mskEvent,
  s3Event,
  scheduledEvent,
  sesEvent,
  snsEvent,
  sqsEvent,
  stepFunctionsEvent,
  vpcLatticeEvent,
} from "../../../local/testing/mod.ts";
import { Folder } from "../../support/folder.ts";
import { deno, dev, type Result, ROOT } from "../dev/run_dev.ts";

/** Runs what `deno task event` runs, with the permissions that it has. */
function event(...args: string[]): Promise<Result> {
  return deno(["-P=event", "local/event/mod.ts", ...args], "");
}

/** Gives the event that is printed, and nothing beside. */
async function printed(...args: string[]) {
  const { code, text, stderr } = await event(...args);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(text);
}

/** Gives what is said of a wrong command line, beside which nothing is. */
async function refusal(...args: string[]): Promise<string> {
  const { code, text, stderr } = await event(...args);
  assertEquals([code, text], [2, ""], stderr);
  return stderr;
}

Deno.test("event prints what the functions for tests make", () => {
  assertEquals(
    Object.entries(SOURCES).map(([name, source]) => [name, source.event({})]),
    Object.entries({
      "api-gateway-v1": apiGatewayProxyEvent(),
      "api-gateway-v2": apiGatewayProxyEventV2(),
      websocket: apiGatewayWebSocketEvent(),
      "function-url": functionUrlEvent(),
      alb: loadBalancerEvent(),
      lattice: vpcLatticeEvent(),
      sqs: sqsEvent(),
      sns: snsEvent(),
      s3: s3Event(),
      dynamodb: dynamoDbStreamEvent(),
      kinesis: kinesisStreamEvent(),
      kafka: mskEvent(),
      eventbridge: eventBridgeEvent(),
      schedule: scheduledEvent(),
      cognito: cognitoTriggerEvent(),
      "cloudwatch-logs": cloudWatchLogsEvent(),
      ses: sesEvent(),
      "step-functions": stepFunctionsEvent(),
    }),
  );
});

Deno.test("event sets what the options say of a request", async () => {
  assertEquals(
    await printed(
      "api-gateway-v2",
      "--method=put",
      "--path=/orders/7?tag=a",
      "--route=/orders/{id}",
      "--header=X-List: one",
      "--header",
      "x-list:two",
      `--body={"a":1}`,
      "--time=2026-05-06T07:08:09Z",
    ),
    JSON.parse(JSON.stringify(apiGatewayProxyEventV2({
      method: "PUT",
      path: "/orders/7?tag=a",
      route: "/orders/{id}",
      headers: { "x-list": ["one", "two"] },
      body: `{"a":1}`,
      time: new Date("2026-05-06T07:08:09Z"),
    }))),
  );
});

Deno.test("event sets what the options say of records", async () => {
  assertEquals(
    await printed(
      "sqs",
      "--record=a",
      "--record=",
      "--name=orders.fifo",
      "--key=group",
      `--attributes={"trace":"1"}`,
    ),
    sqsEvent({
      records: ["a", ""],
      queueName: "orders.fifo",
      messageGroupId: "group",
      messageAttributes: { trace: "1" },
    }),
  );
  assertEquals(
    await printed(
      "dynamodb",
      `--record={"id":"1","n":2}`,
      "--type=MODIFY",
      `--old={"n":1}`,
      "--name=things",
    ),
    dynamoDbStreamEvent({
      records: [{ id: "1", n: 2 }],
      eventName: "MODIFY",
      oldAttributes: { n: 1 },
      tableName: "things",
    }),
  );
});

Deno.test("every option of a source changes its event", () => {
  const values = {
    attributes: { a: "b" },
    body: `{"changed":true}`,
    from: "from@example.com",
    header: { a: ["b"] },
    key: "changed",
    method: "DELETE",
    "multi-value": true,
    name: "changed.fifo",
    old: { changed: true },
    path: "/changed",
    record: [`{"changed":true}`],
    route: "/{changed+}",
    source: "changed",
    subject: "changed",
    time: new Date(0),
    to: ["to@example.com"],
    type: undefined,
    user: "changed",
  };
  const types: Record<string, string> = {
    s3: "ObjectRemoved:Delete",
    dynamodb: "REMOVE",
    eventbridge: "Changed",
    cognito: "PostConfirmation_ConfirmSignUp",
  };
  for (const [name, source] of Object.entries(SOURCES)) {
    for (const option of source.options) {
      // Some options matter only beside others.
      const beside = {
        key: { name: "a.fifo" },
        old: { type: "MODIFY" },
        route: name === "websocket" ? {} : { path: "/a" },
      }[option as string] ?? {};
      const value = option === "type" ? types[name] : values[option];
      assertEquals(
        JSON.stringify(source.event({ ...beside, [option]: value })) !==
          JSON.stringify(source.event(beside)),
        true,
        `${name} --${option}`,
      );
    }
  }
});

Deno.test("event --body-file reads a text or bytes", async () => {
  using folder = new Folder({ "body.json": `{"a":1}` });
  Deno.writeFileSync(`${folder.path}/body.bin`, new Uint8Array([255, 0]));
  const run = (file: string) =>
    deno(
      [
        `--allow-read=${ROOT},${folder.path}`,
        "--allow-env=INIT_CWD",
        `${ROOT}local/event/mod.ts`,
        "function-url",
        `--body-file=${file}`,
      ],
      "",
      { cwd: folder.path },
    );
  const json = JSON.parse((await run("body.json")).text);
  assertEquals([json.body, json.isBase64Encoded], [`{"a":1}`, false]);
  assertEquals(json.headers["content-type"], "application/json");
  const binary = JSON.parse((await run(`${folder.path}/body.bin`)).text);
  assertEquals([binary.body, binary.isBase64Encoded], ["/wA=", true]);
  assertEquals(binary.headers["content-length"], "2");
  const { code, stderr } = await run("missing");
  assertEquals(code, 2);
  assertStringIncludes(stderr, `Cannot read the body from "missing"`);
});

Deno.test("event list names every event with its options", async () => {
  const { code, text } = await event("list");
  assertEquals(code, 0);
  for (const [name, { title, options }] of Object.entries(SOURCES)) {
    assertMatch(text, new RegExp(`^${name} +${RegExp.escape(title)}$`, "m"));
    assertStringIncludes(text, options.map((it) => `--${it}`).join(" "));
  }
});

Deno.test("event --help names every option, and each is of some event", async () => {
  assertEquals((await event("--help")).text, `${HELP}\n`);
  assertEquals((await event("sqs", "-h")).text, `${HELP}\n`);
  const used = new Set(Object.values(SOURCES).flatMap((it) => it.options));
  assertEquals<string[]>([...used].sort(), Object.keys(OPTIONS).sort());
  for (const name of Object.keys(OPTIONS)) {
    assertMatch(HELP, new RegExp(`^ +--${name} `, "m"));
  }
});

Deno.test("event says what is wrong, and what it expected", async () => {
  const cases: [args: string[], message: string][] = [
    [[], "No event: name one"],
    [["sqs", "sns"], `Cannot use "sns": expected one name`],
    [["sqss"], `Unknown event "sqss": expected one of api-gateway-v1,`],
    [["toString"], `Unknown event "toString"`],
    [
      ["sqs", "--method=GET"],
      `Cannot use --method with "sqs": expected --record, --body,`,
    ],
    [["list", "--boddy=a"], `Unknown option "--boddy=a": did you mean --body?`],
    [["sqs", "--body=a", "--record=b"], "Cannot use --body and --record"],
    [["alb", "--path="], "Cannot use --path: expected a value after it"],
    [["alb", "--path=a"], `a path that begins with "/", found "a"`],
    [["alb", "--header=a"], `expected "name: value", found "a"`],
    [["alb", "--time=noon"], `found "noon"`],
    [["dynamodb", "--record=[1]"], "expected a JSON object, found [1]"],
    [["dynamodb", "--type=PUT"], `INSERT, MODIFY or REMOVE, found "PUT"`],
    [["step-functions", "--body={"], `Cannot use --body: expected JSON`],
    [["sns", "--attributes=1"], "Cannot use --attributes: expected a JSON"],
    [["cognito", "--type=SignUp"], `found "SignUp"`],
    [
      ["api-gateway-v1", "--route=/a", "--path=/b"],
      `the path "/b" does not belong to the route "/a"`,
    ],
  ];
  for (const [args, message] of cases) {
    assertStringIncludes(await refusal(...args), message);
  }
});

Deno.test("event pipes into dev", async () => {
  const { text } = await event("sqs", "--record=a");
  const reply = await dev(text);
  assertEquals(reply.code, 0);
  assertEquals(
    JSON.parse(reply.text).event,
    sqsEvent({ records: ["a"] }),
  );
});
