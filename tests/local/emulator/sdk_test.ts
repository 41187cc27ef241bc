// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runToEnd } from "../../support/child.ts";
import { LocalProject } from "../../support/local_project.ts";

const SDK = new URL("../../fixtures/aws_sdk/", import.meta.url).pathname;
const PARALLEL = 1_000;

Deno.test("the AWS SDK for JavaScript gets from the emulator what it gets from Lambda", async () => {
  await using project = await LocalProject.start({ args: ["--retry-delay=0"] });
  const { stdout } = await runToEnd(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "--no-check",
      `--config=${SDK}deno.json`,
      `${SDK}main.ts`,
      project.local.endpoint,
      String(PARALLEL),
    ],
    env: { NO_COLOR: "1" },
  });
  const found = JSON.parse(stdout);

  assertEquals(found.plain, {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    payload: { name: "闘魂" },
  });
  assertEquals(found.error.FunctionError, "Unhandled");
  assertEquals(found.error.payload.errorType, "TypeError");
  assertStringIncludes(found.tail.log, "hello");
  assertStringIncludes(found.tail.log, "REPORT RequestId: ");
  assertEquals(found.dryRun.StatusCode, 204);
  assertEquals(found.event.StatusCode, 202);
  assertEquals(found.context.payload.clientContext, { custom: { n: 1 } });
  assertEquals(found.tooLarge, "RequestEntityTooLargeException 413");
  assertEquals(found.unknown, "ResourceNotFoundException 404");
  assertEquals(found.noJson, "InvalidRequestContentException 400");
  assertEquals(found.stream.text, "one two");
  assertEquals(found.stream.complete.ErrorCode, undefined);
  assertEquals(found.brokenStream.text, "one ");
  assertEquals(found.brokenStream.complete.ErrorCode, "Function.RangeError");
  assertEquals(
    found.parallel,
    Array.from({ length: PARALLEL }, (_, n) => n),
  );
  await project.until(() => project.log.includes("its dead letter is in"));
});

/** Whether the AWS CLI is there. */
async function hasCli(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("aws", { args: ["--version"] })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("the AWS CLI gets from the emulator what it gets from Lambda", async () => {
  if (!await hasCli()) return console.log("The AWS CLI is not there: left out");
  await using project = await LocalProject.start({ args: ["--retry-delay=0"] });
  const reply = `${project.folder.path}/reply.json`;
  const aws = (event: unknown, ...args: string[]) => {
    project.folder.write("event.json", JSON.stringify(event));
    return new Deno.Command("aws", {
      args: [
        "lambda",
        "invoke",
        `--endpoint-url=${project.local.endpoint}`,
        "--region=us-east-1",
        "--function-name=emulated",
        `--payload=fileb://${project.folder.path}/event.json`,
        ...args,
        reply,
      ],
      env: {
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      },
    }).output();
  };
  const decoder = new TextDecoder();

  const plain = await aws({ n: 1 });
  assertEquals(JSON.parse(decoder.decode(plain.stdout)), {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
  });
  assertEquals(JSON.parse(Deno.readTextFileSync(reply)), { n: 1 });

  const failed = await aws({ action: "fail", value: "no" }, "--log-type=Tail");
  const { FunctionError, LogResult } = JSON.parse(
    decoder.decode(failed.stdout),
  );
  assertEquals(FunctionError, "Unhandled");
  assertStringIncludes(
    decoder.decode(Uint8Array.fromBase64(LogResult)),
    "Invocation failed: TypeError: no",
  );

  const queued = await aws({ n: 2 }, "--invocation-type=Event");
  assertEquals(JSON.parse(decoder.decode(queued.stdout)), { StatusCode: 202 });

  const large = await aws("x".repeat(6_300_000));
  assertStringIncludes(
    decoder.decode(large.stderr),
    "An error occurred (RequestEntityTooLargeException) when calling the Invoke operation: Request must be smaller than 6291456 bytes for the InvokeFunction operation",
  );
});
