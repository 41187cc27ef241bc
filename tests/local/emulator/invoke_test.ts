// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { LocalProject } from "../../support/local_project.ts";

Deno.test("an invocation gets the reply, the version and the id of its request", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke({ name: "闘魂" });

  assertEquals(response.status, 200);
  assertEquals(await response.json(), { name: "闘魂" });
  assertEquals(response.headers.get("x-amz-executed-version"), "$LATEST");
  assertEquals(response.headers.has("x-amz-function-error"), false);
  assertEquals(response.headers.has("x-amz-log-result"), false);
  const id = response.headers.get("x-amzn-requestid");
  await project.until(() => project.log.includes("REPORT"));
  assertMatch(
    project.log,
    new RegExp(
      `START RequestId: ${id} Version: \\$LATEST\nEND RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 512 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\n`,
    ),
  );
});

Deno.test("an invocation without an event gets an empty one", async () => {
  await using project = await LocalProject.start();
  const response = await fetch(project.invocations, { method: "POST" });

  assertEquals(await response.json(), {});
});

Deno.test("a failed invocation is a reply with the error and X-Amz-Function-Error", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke({ action: "fail", value: "no" });

  assertEquals(response.status, 200);
  assertEquals(response.headers.get("x-amz-function-error"), "Unhandled");
  const { errorType, errorMessage } = await response.json();
  assertEquals({ errorType, errorMessage }, {
    errorType: "TypeError",
    errorMessage: "no",
  });
});

Deno.test("X-Amz-Log-Type Tail gives the last 4 KB of the log", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke(
    { action: "log", value: `begin ${"闘".repeat(5_000)} end` },
    { "x-amz-log-type": "Tail" },
  );

  const bytes = Uint8Array.fromBase64(
    response.headers.get("x-amz-log-result")!,
  );
  const log = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  assert(bytes.length <= 4_096);
  assertStringIncludes(log, "闘 end\nEND RequestId: ");
  assertStringIncludes(log, "\tMemory Size: 512 MB\t");
  await response.body?.cancel();
});

Deno.test("DryRun invokes nothing", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke({}, {
    "x-amz-invocation-type": "DryRun",
  });

  assertEquals(response.status, 204);
  assertEquals(project.count("invoked"), 0);
});

Deno.test("the client context gets to the handler, and what it says of itself", async () => {
  await using project = await LocalProject.start({
    args: ["--timeout=7", "--memory=1024"],
  });
  const context = { custom: { name: "闘魂\n" } };
  const response = await project.invoke({ action: "context" }, {
    "x-amz-client-context": new TextEncoder().encode(JSON.stringify(context))
      .toBase64(),
  });

  const { left, pid, ...rest } = await response.json();
  assert(left > 5_000 && left <= 7_000, String(left));
  assert(pid !== Deno.pid);
  assertEquals(rest, {
    clientContext: context,
    arn: "arn:aws:lambda:us-east-1:000000000000:function:emulated",
    name: "emulated",
    memory: "1024",
  });
});

/** What the service says of a request, and not the function. */
async function refusal(response: Response) {
  const { message, Type } = await response.json();
  const type = response.headers.get("x-amzn-errortype");
  return { status: response.status, type, message, Type };
}

Deno.test("an unknown function, version or region is a ResourceNotFoundException", async () => {
  await using project = await LocalProject.start();
  const arn = "arn:aws:lambda:eu-west-1:000000000000:function:emulated";
  for (
    const name of ["other", "emulated:7", encodeURIComponent(arn)]
  ) {
    const response = await fetch(
      `${project.local.endpoint}/2015-03-31/functions/${name}/invocations`,
      { method: "POST" },
    );
    const { status, type, message, Type } = await refusal(response);
    assertEquals(
      { status, type, Type },
      { status: 404, type: "ResourceNotFoundException", Type: "User" },
    );
    assertMatch(message, /^Function not found: arn:aws:lambda:us-east-1:/);
  }
});

Deno.test("a function is known by its name, its ARN, and its latest version", async () => {
  await using project = await LocalProject.start();
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:emulated";
  for (
    const name of [
      "emulated:$LATEST",
      "000000000000:function:emulated",
      encodeURIComponent(`${arn}:$LATEST`),
      "emulated",
    ]
  ) {
    const response = await fetch(
      `${project.local.endpoint}/2015-03-31/functions/${name}/invocations?Qualifier=$LATEST`,
      { method: "POST", body: "1" },
    );
    assertEquals([name, response.status], [name, 200]);
    await response.body?.cancel();
  }
});

Deno.test("an event that is no JSON is an InvalidRequestContentException", async () => {
  await using project = await LocalProject.start();
  for (const body of ["{", new Uint8Array([34, 255, 34])]) {
    const response = await fetch(project.invocations, { method: "POST", body });
    const { status, type, message } = await refusal(response);
    assertEquals([status, type], [400, "InvalidRequestContentException"]);
    assertStringIncludes(message, "Could not parse request body into json");
  }
});

Deno.test("a client context that is none is an InvalidRequestContentException", async () => {
  await using project = await LocalProject.start();
  for (const context of ["?", btoa("{"), btoa(`"${"x".repeat(4_000)}"`)]) {
    const response = await project.invoke({}, {
      "x-amz-client-context": context,
    });
    const { status, type } = await refusal(response);
    assertEquals([status, type], [400, "InvalidRequestContentException"]);
  }
});

Deno.test("an event of more than 6 MB, or 1 MB of an asynchronous one, is too large", async () => {
  await using project = await LocalProject.start();
  for (
    const [type, limit] of [["RequestResponse", 6_291_456], [
      "Event",
      1_048_576,
    ]]
  ) {
    const headers = { "x-amz-invocation-type": String(type) };
    const fits = await project.invoke("x".repeat(Number(limit) - 2), headers);
    await fits.body?.cancel();
    assert(fits.ok, `${type}: ${fits.status}`);
    const response = await project.invoke(
      "x".repeat(Number(limit) - 1),
      headers,
    );
    const refused = await refusal(response);
    assertEquals(refused, {
      status: 413,
      type: "RequestEntityTooLargeException",
      message:
        `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      Type: "User",
    });
  }
});

Deno.test("a reply of more than 6 MB fails the invocation", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke({ action: "large", bytes: 7_000_000 });

  assertEquals(response.headers.get("x-amz-function-error"), "Unhandled");
  const { errorType } = await response.json();
  assertEquals(errorType, "Function.ResponseSizeTooLarge");
});

Deno.test("an unknown type of invocation or log is a ValidationException", async () => {
  await using project = await LocalProject.start();
  for (const name of ["x-amz-invocation-type", "x-amz-log-type"]) {
    const { status, type } = await refusal(
      await project.invoke({}, { [name]: "Other" }),
    );
    assertEquals([status, type], [400, "ValidationException"]);
  }
});

Deno.test("a page of another site cannot invoke the function", async () => {
  await using project = await LocalProject.start();
  const response = await project.invoke({}, { origin: "https://example.com" });

  assertEquals((await refusal(response)).type, "AccessDeniedException");
  assertEquals(project.count("invoked"), 0);
});

Deno.test("more than 1,000 invocations at once are TooManyRequestsException", async () => {
  await using project = await LocalProject.start();
  const { emulator } = project.local;
  const payload = new TextEncoder().encode('{"action":"sleep","ms":1}');
  const most = Array.from({ length: 1_000 }, () => emulator.invoke(payload));
  const { status, type, message } = await refusal(await project.invoke({}));
  assertEquals(
    { status, type, message },
    {
      status: 429,
      type: "TooManyRequestsException",
      message: "Rate Exceeded.",
    },
  );
  const outcomes = await Promise.all(most);
  assertEquals(outcomes.filter((it) => it.errorType !== undefined), []);
});

Deno.test("replay() invokes the function with an event that it had before", async () => {
  await using project = await LocalProject.start();
  const { emulator } = project.local;
  assertEquals(await emulator.replay(), undefined);
  const response = await project.invoke({ n: 1 });
  await response.body?.cancel();
  const id = response.headers.get("x-amzn-requestid")!;
  await project.reply({ n: 2 });

  for (const [which, n] of [[undefined, 2], [id, 1]] as const) {
    const outcome = await emulator.replay(which);
    assertEquals(JSON.parse(new TextDecoder().decode(outcome!.payload)), { n });
  }
});

Deno.test("a stream of happenings tells of a start, an invocation and its answer", async () => {
  await using project = await LocalProject.start();
  const stream = project.local.emulator.happenings.stream();
  await project.reply({ n: 1 });

  const types: string[] = [];
  for await (const { type } of stream) {
    if (type !== "log" && type !== "starting") types.push(type);
    if (type === "answered") break;
  }
  assertEquals(types.toSorted(), ["answered", "invoked", "ready"]);
});

Deno.test("what a handler prints is in the log between START and END", async () => {
  await using project = await LocalProject.start({
    handler: `export function handleEvent(n) {
      Deno.stdout.writeSync(new TextEncoder().encode("printed " + n + "\\n"));
      return n;
    }`,
  });
  const count = 300;
  for (let n = 0; n < count; n++) assertEquals(await project.reply(n), n);
  await project.until(() => project.log.split("REPORT").length > count);
  const kinds = project.log.match(/^(?:START|printed \d+|END)/gm)!;
  assertEquals(
    kinds,
    Array.from({ length: count }, (_, n) => ["START", `printed ${n}`, "END"])
      .flat(),
  );
});
