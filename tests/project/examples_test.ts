// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import {
  clientRequest,
  HttpFunction,
  Project,
} from "../support/http_function.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const EXAMPLES = `${ROOT}/examples`;
const JSON_TYPE = { "content-type": "application/json" };
const COUNTDOWN =
  'id: 2\ndata: {"count":2}\n\nid: 1\ndata: {"count":1}\n\nevent: end\ndata: 闘魂\n\n';

/** Runs `deno task dev` as a person does, and gives what it prints. */
async function runDev(directory: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "dev", ...args],
    cwd: directory,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("examples/fetch.ts answers its events with deno task dev", async () => {
  const handler = "--handler=examples/fetch.ts";
  assertEquals(
    await runDev(ROOT, handler, "--event=examples/events/get_note.json"),
    {
      statusCode: 200,
      headers: JSON_TYPE,
      body: '{"id":"1","text":"闘魂"}',
      isBase64Encoded: false,
    },
  );
  assertEquals(
    await runDev(ROOT, handler, "--event=examples/events/put_note.json"),
    {
      statusCode: 201,
      headers: JSON_TYPE,
      body: '{"id":"2","text":"元気ですか"}',
      isBase64Encoded: false,
    },
  );
});

Deno.test("examples/fetch.ts keeps notes, and answers what it has no route for", async () => {
  await using lambda = new HttpFunction({ handler: `${EXAMPLES}/fetch.ts` });
  const body = new TextEncoder().encode("元気ですか");
  const bodies = [];
  for (
    const request of [
      clientRequest("PUT", "/notes/2", { body }),
      clientRequest("GET", "/notes/2"),
      clientRequest("GET", "/notes/3"),
      clientRequest("DELETE", "/notes/2"),
    ]
  ) {
    const response = await lambda.request(request);
    bodies.push([response.status, new TextDecoder().decode(response.body)]);
  }
  assertEquals(bodies, [
    [201, '{"id":"2","text":"元気ですか"}'],
    [200, '{"id":"2","text":"元気ですか"}'],
    [404, '{"message":"No note 3"}'],
    [404, '{"message":"No route for DELETE /notes/2"}'],
  ]);
});

Deno.test("examples/hono answers its events with deno task dev", async () => {
  const directory = `${EXAMPLES}/hono`;
  assertEquals(await runDev(directory, "--event=../events/get_note.json"), {
    statusCode: 200,
    headers: JSON_TYPE,
    body: '{"id":"1","text":"闘魂","functionName":"local-test"}',
    isBase64Encoded: false,
  });
  const { statusCode, body } = await runDev(
    directory,
    "--event=../events/put_note.json",
  );
  assertEquals(statusCode, 201);
  assertEquals(body, '{"id":"2","text":"元気ですか"}');
});

Deno.test("examples/stream.ts answers its event with deno task dev", async () => {
  assertEquals(
    await runDev(
      ROOT,
      "--handler=examples/stream.ts",
      "--event=examples/events/countdown.json",
    ),
    {
      statusCode: 200,
      headers: {
        "cache-control": "no-store",
        "content-type": "text/event-stream",
      },
      body: COUNTDOWN,
      isBase64Encoded: false,
    },
  );
});

Deno.test("examples/stream.ts streams its events to Lambda", async () => {
  await using lambda = new HttpFunction({
    handler: `${EXAMPLES}/stream.ts`,
    invokeMode: "RESPONSE_STREAM",
  });
  const { status, headers, body } = await lambda.request(
    clientRequest("GET", "/?from=2"),
  );
  assertEquals(status, 200);
  assertEquals(headers["content-type"], "text/event-stream");
  assertEquals(new TextDecoder().decode(body), COUNTDOWN);
  const wrong = await lambda.request(clientRequest("GET", "/?from=many"));
  assertEquals(wrong.status, 400);
});

Deno.test("a local run prints a stream: the prelude in a line, then the body", async () => {
  using project = new Project({
    handler: `${EXAMPLES}/stream.ts`,
    invokeMode: "RESPONSE_STREAM",
  });
  await using process = project.run({
    args: [`--event=${EXAMPLES}/events/countdown.json`],
  });
  const { code, log } = await process.ended();
  assertEquals(code, 0);
  assertMatch(log, /^{"statusCode":200,.*"cookies":\[\]}\n/);
  assertEquals(log.slice(log.indexOf("\n") + 1), COUNTDOWN);
});
