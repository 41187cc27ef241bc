// Copyright 2026 the Toukon Lambda authors. MIT license.

// A dead letter, as the runtime writes it, is the failed invocation again.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { readLetter } from "../../../local/dev/letter.ts";
import { createContext } from "../../../local/testing/mod.ts";
import { createLetter } from "../../../runtime/dead_letter/letter.ts";
import { BuildProject } from "../../support/build_project.ts";
import { deno, dev, type Result, ROOT } from "./run_dev.ts";

const EVENT =
  `{ "order": 12345678901234567890, "requestPayload": "}\\",", "a": [1, {"b": 2}] }`;

/** The letter of an invocation that has failed. */
function letter(
  eventText: string,
  { errorType = "TypeError", maxBytes = Infinity } = {},
): string {
  return createLetter({
    eventText,
    errorDocument: { errorType, errorMessage: "No such order" },
    context: createContext({
      requestId: "request-1",
      functionName: "billing",
      functionVersion: "7",
      clientContext: { custom: { name: "闘魂 é" } },
      identity: { cognitoIdentityId: "a", cognitoIdentityPoolId: "b" },
      traceId: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
      tenantId: "tenant-é",
    }),
    sendUntilMs: 0,
    timestamp: new Date("2026-01-02T03:04:05.678Z"),
  }, { maxBytes }).text;
}

/** Runs the letter with a handler that gives all that it is given. */
async function run(text: string, ...args: string[]): Promise<Result> {
  return await dev(
    text,
    "--handler",
    "tests/fixtures/local_invocation.ts",
    ...args,
  );
}

Deno.test("dev runs the invocation of a dead letter as it was", async () => {
  const { code, text, stderr } = await run(letter(EVENT), "--timeout=5");
  assertEquals(code, 0, stderr);
  const { event, context, remainingMs, traceVariable } = JSON.parse(text);
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:billing";
  assertEquals(event, JSON.parse(EVENT));
  assertEquals(context.requestId, "request-1");
  assertEquals(context.awsRequestId, "request-1");
  assertEquals(context.invokedFunctionArn, arn);
  assertEquals(context.functionName, "billing");
  assertEquals(context.functionVersion, "7");
  assertEquals(context.logGroupName, "/aws/lambda/billing");
  assertEquals(context.clientContext, { custom: { name: "闘魂 é" } });
  assertEquals(context.identity.cognitoIdentityId, "a");
  assertEquals(context.tenantId, "tenant-é");
  assertMatch(context.traceId, /^Root=1-5759e988/);
  assertEquals(traceVariable, context.traceId);
  assert(remainingMs > 3_000 && remainingMs <= 5_000, String(remainingMs));
  assertStringIncludes(stderr, `\trequest-1\tINFO\tinvoked`);
});

Deno.test("dev says that it runs the invocation, and not the letter", async () => {
  const { stderr } = await run(letter("{}"));
  assertStringIncludes(
    stderr,
    `Runs the invocation "request-1" again, which failed at "2026-01-02T03:04:05.678Z"`,
  );
  assertStringIncludes(stderr, "30 s, or as many as --timeout says");
});

Deno.test("dev runs the invocation of a dead letter in a worker too", async () => {
  using project = new BuildProject({
    handler: `import type { Context } from "@toukon/lambda";
export const handleEvent = (event: unknown, context: Context) =>
  [event, context.requestId, context.tenantId, context.clientContext];`,
    config: { lambda: { handler: "./handler.ts", isolation: "worker" } },
  });
  const { directory } = project;
  const granted = ["--allow-env", `--allow-read=${directory},${ROOT}`];
  const { code, text, stderr } = await deno(
    [...granted, "@toukon/lambda/dev"],
    letter(`{"id":1}`),
    { cwd: directory },
  );
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(text), [
    { id: 1 },
    "request-1",
    "tenant-é",
    { custom: { name: "闘魂 é" } },
  ]);
});

Deno.test("dev refuses a dead letter with a part of its event", async () => {
  const long = JSON.stringify({ text: "x".repeat(5_000) });
  const { code, text, stderr } = await run(letter(long, { maxBytes: 3_000 }));
  assertEquals([code, text], [2, ""]);
  assertEquals(
    stderr,
    `Cannot run the invocation "request-1" again: its dead letter has a part of the event only. Expected the whole, which is in the log under this request id\n`,
  );
});

Deno.test("readLetter() gives the event to the letter", () => {
  for (const text of [EVENT, "[1.0, 2e3]", '"a,}"', "null", " 7 ", "{}"]) {
    assertEquals(readLetter(letter(text))?.body, text.trim());
  }
  const noJson = letter("no {JSON", { errorType: "Runtime.UnmarshalError" });
  assertEquals(readLetter(noJson)?.body, "no {JSON");
});

Deno.test("readLetter() leaves out what the invocation has not had", () => {
  const { text } = createLetter({
    eventText: "{}",
    errorDocument: { errorType: "Error", errorMessage: "" },
    context: createContext({ traceId: undefined }),
    sendUntilMs: 0,
  });
  assertEquals([...readLetter(text)?.headers.keys() ?? []], [
    "lambda-runtime-invoked-function-arn",
  ]);
});

Deno.test("readLetter() leaves every other event alone", () => {
  const record = JSON.parse(letter("{}"));
  const { functionName: _name, deadline: _deadline, ...requestContext } =
    record.requestContext;
  const events = [
    null,
    [record],
    "text",
    { requestPayload: {} },
    { ...record, requestContext: null },
    { ...record, responsePayload: undefined },
    // A record of a destination of Lambda's own is an event of a function.
    {
      ...record,
      requestContext: { ...requestContext, condition: "RetriesExhausted" },
    },
  ];
  for (const event of events) {
    assertEquals(readLetter(JSON.stringify(event)), undefined);
  }
  assertThrows(() => readLetter("no JSON"), SyntaxError);
});
