// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  albMulti,
  albSingle,
  functionUrl,
  type Gateway,
  httpApi,
  lattice,
  restApi,
} from "./gateways.ts";
import {
  clientRequest,
  HttpFunction,
  Project,
} from "../../support/http_function.ts";
import { type RawReply, RawRuntimeApi } from "../../support/raw_runtime_api.ts";

const FIXTURES = new URL("../../fixtures/fetch/", import.meta.url).pathname;
const APP = `${FIXTURES}app.ts`;
const SENDING = `${FIXTURES}sending.ts`;
const SQS_EVENT = { Records: [{ eventSource: "aws:sqs", body: "é" }] };
const NULS = "\0".repeat(8);

/** The function of `fixtures/fetch/sending.ts`, and the bytes it sends. */
class Streaming implements AsyncDisposable {
  readonly #api = new RawRuntimeApi();
  readonly #project = new Project({
    handler: SENDING,
    invokeMode: "RESPONSE_STREAM",
  });
  readonly #process = this.#project.run({ api: this.#api });

  /** Asks through a gateway that can stream. */
  stream(
    path: string,
    { method = "GET", gateway = functionUrl }: {
      method?: string;
      gateway?: Gateway;
    } = {},
  ): Promise<RawReply> {
    const body = JSON.stringify(gateway.toEvent(clientRequest(method, path)));
    return this.#api.stream({ id: "1", body });
  }

  /** Asks, and gives what is posted in one piece. */
  async post(path: string, gateway: Gateway) {
    const body = JSON.stringify(gateway.toEvent(clientRequest("GET", path)));
    return JSON.parse(await this.#api.invoke({ id: "1", body }));
  }

  /** Gives what the response before has left behind. */
  async found(): Promise<{ completed: unknown; cancelled: unknown }> {
    return JSON.parse((await this.post("/completed", httpApi)).body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#api[Symbol.asyncDispose]();
    this.#project[Symbol.dispose]();
  }
}

/** The data of every chunk, as Latin-1. */
async function readText(reply: RawReply): Promise<string> {
  let text = "";
  for (let chunk = await reply.readChunk(); chunk;) {
    text += new TextDecoder("latin1").decode(chunk);
    chunk = await reply.readChunk();
  }
  return text;
}

function splitPrelude(text: string) {
  const end = text.indexOf(NULS);
  assert(end > 0, `no prelude in ${JSON.stringify(text)}`);
  return { prelude: JSON.parse(text.slice(0, end)), body: text.slice(end + 8) };
}

Deno.test("serve() gives fetch the HTTP events, and handleEvent the others", async () => {
  await using lambda = new HttpFunction({ handler: `${FIXTURES}both.ts` });
  const event = functionUrl.toEvent(clientRequest("GET", "/a%20b?c=1"));
  const { text } = await lambda.invoke(event);
  const { statusCode, headers, body } = JSON.parse(text);
  assertEquals(statusCode, 200);
  assertEquals(headers, { "content-type": "application/json" });
  assertEquals(JSON.parse(body), {
    url: "https://localhost/a%20b?c=1",
    remoteAddr: { transport: "tcp", hostname: "203.0.113.7", port: 0 },
    requestId: "request-1",
    event,
  });
  const other = await lambda.invoke(SQS_EVENT);
  assertEquals(JSON.parse(other.text), { handled: SQS_EVENT });
});

Deno.test("serve() names the source of an event that fetch cannot answer", async () => {
  await using lambda = new HttpFunction({ handler: APP });
  const { path, text } = await lambda.invoke(SQS_EVENT);
  assertMatch(path, /\/error$/);
  assertEquals(
    JSON.parse(text).errorMessage,
    'Cannot answer an event from "aws:sqs": the module has only fetch, which answers HTTP requests. Export handleEvent for other events, or name a path to post them to as lambda.passThroughPath of deno.json',
  );
});

Deno.test("serve() posts other events to lambda.passThroughPath", async () => {
  await using lambda = new HttpFunction({
    handler: `${FIXTURES}events.ts`,
    passThroughPath: "/events",
  });
  for (const trace of [null, "Root=1-5759e988-bd862e3fe1be46a994272793"]) {
    const { text } = await lambda.api.invoke({
      id: "1",
      body: JSON.stringify(SQS_EVENT),
      headers: trace ? { "lambda-runtime-trace-id": trace } : {},
    });
    assertEquals(JSON.parse(text), {
      method: "POST",
      url: "http://localhost/events",
      type: "application/json",
      trace,
      event: SQS_EVENT,
    });
  }
  const asked = await lambda.invoke({ ask: true });
  assertEquals(JSON.parse(asked.text), { completed: "read" });
  assertEquals((await lambda.invoke({ text: "plain" })).text, '"plain"');
  assertEquals((await lambda.invoke({ nothing: true })).text, "null");
});

Deno.test("serve() fails an invocation whose passed-on event is refused", async () => {
  await using lambda = new HttpFunction({
    handler: `${FIXTURES}events.ts`,
    passThroughPath: "/events",
  });
  const { path, text } = await lambda.invoke({ ...SQS_EVENT, refuse: true });
  assertMatch(path, /\/error$/);
  assertEquals(
    JSON.parse(text).errorMessage,
    'Cannot handle an event from "aws:sqs": fetch answered POST /events with status 503, expected 200 to 299',
  );
});

Deno.test("serve() says what is wrong with the answer to a passed-on event", async () => {
  await using lambda = new HttpFunction({
    handler: `${FIXTURES}events.ts`,
    passThroughPath: "/events",
  });
  for (
    const [fields, message] of [
      [
        { broken: true },
        "with what is not the JSON that its content-type says",
      ],
      [{ none: true }, "fetch must return a Response, found undefined"],
    ] as const
  ) {
    const { path, text } = await lambda.invoke({ ...SQS_EVENT, ...fields });
    assertMatch(path, /\/error$/);
    assertStringIncludes(JSON.parse(text).errorMessage, message);
    const asked = await lambda.invoke({ ask: true });
    assertEquals(JSON.parse(asked.text), { completed: "failed" });
  }
});

Deno.test("serve() takes lambda.basePath off and sends lambda.textTypes as text", async () => {
  await using lambda = new HttpFunction({
    handler: APP,
    basePath: "/prod",
    textTypes: ["application/octet-stream"],
  });
  for (const path of ["/prod/bytes", "/bytes"]) {
    const body = new TextEncoder().encode("é");
    const event = restApi.toEvent(clientRequest("POST", path, { body }));
    const { text } = await lambda.invoke(event);
    assertEquals(JSON.parse(text).isBase64Encoded, false);
    assertEquals(JSON.parse(text).body, "é");
  }
});

Deno.test("serve() sends a response as it is with RESPONSE_STREAM", async () => {
  await using lambda = new Streaming();
  for (const gateway of [functionUrl, restApi]) {
    const reply = await lambda.stream("/", { gateway });
    assertMatch(
      reply.head,
      /^Content-Type: application\/vnd\.awslambda\.http-integration-response\r$/m,
    );
    assertEquals(splitPrelude(await readText(reply)), {
      prelude: {
        statusCode: 200,
        headers: {
          "content-type": "text/plain;charset=UTF-8",
          "x-name": "value",
        },
        cookies: ["a=1", "b=2"],
      },
      body: "body",
    });
    await reply.readUntil("\r\n");
    await reply.answer();
    assertEquals((await lambda.found()).completed, "sent");
  }
});

Deno.test("serve() sends the prelude of a response that has no body", async () => {
  await using lambda = new Streaming();
  for (
    const [path, method, statusCode, contentLength] of [
      ["/none", "GET", 204, undefined],
      ["/", "HEAD", 200, "4"],
    ] as const
  ) {
    const reply = await lambda.stream(path, { method });
    const { prelude, body } = splitPrelude(await readText(reply));
    assertEquals(prelude.statusCode, statusCode);
    assertEquals(prelude.cookies, ["a=1", "b=2"]);
    assertEquals(prelude.headers["content-length"], contentLength);
    assertEquals(body, "");
    await reply.readUntil("\r\n");
    await reply.answer();
    assertEquals((await lambda.found()).completed, "sent");
  }
});

Deno.test("serve() reports what fails before the prelude as any error", async () => {
  await using lambda = new HttpFunction({
    handler: SENDING,
    invokeMode: "RESPONSE_STREAM",
  });
  for (
    const [path, message] of [
      ["/throw", "no response"],
      ["/status", "status must be from 200 to 599, found 0"],
      ["/headers", "Cannot stream the response: its headers take"],
    ]
  ) {
    const post = await lambda.invoke(
      restApi.toEvent(clientRequest("GET", path)),
    );
    assertMatch(post.path, /\/error$/);
    assertStringIncludes(JSON.parse(post.text).errorMessage, message);
  }
  // The body of the last is let go of.
  const { body } = await lambda.request(clientRequest("GET", "/completed"));
  const { completed, cancelled } = JSON.parse(new TextDecoder().decode(body));
  assertStringIncludes(completed, "failed: Cannot stream the response");
  assertEquals(cancelled, "RangeError");
});

Deno.test("serve() reports a response that fails later in trailers", async () => {
  await using lambda = new Streaming();
  const reply = await lambda.stream("/failing");
  const bytes = await reply.readAll();
  assertStringIncludes(bytes, `${NULS}\r\n4\r\npart\r\n0\r\n`);
  const [, type, body] = /Type: (\S+)\r\n.*Body: (\S+)\r\n\r\n$/.exec(bytes)!;
  assertEquals(type, "Function.Error");
  const json = new TextDecoder().decode(Uint8Array.fromBase64(body));
  assertEquals(JSON.parse(json).errorMessage, "lost source");
  await reply.answer();
  assertEquals((await lambda.found()).completed, "failed: lost source");
});

Deno.test("serve() cancels the body of a response that is no longer read", async () => {
  await using lambda = new Streaming();
  const reply = await lambda.stream("/silent");
  // The prelude does not wait for the body.
  await reply.readUntil(NULS);
  reply.hangUp();
  assertEquals(await lambda.found(), {
    completed: "failed: Reply is no longer read: its stream is cancelled",
    cancelled: "StoppedError",
  });
});

Deno.test("serve() sends whole results to gateways that cannot stream", async () => {
  await using lambda = new Streaming();
  for (const gateway of [httpApi, albSingle, albMulti, lattice]) {
    const result = await lambda.post("/", gateway);
    assertEquals(result.statusCode, 200);
    assertEquals(result.body, "body");
  }
});

Deno.test("serve() streams what is too large for a whole result", async () => {
  await using lambda = new HttpFunction({
    handler: SENDING,
    invokeMode: "RESPONSE_STREAM",
  });
  const request = clientRequest("GET", "/large");
  const { path, text } = await lambda.invoke(httpApi.toEvent(request));
  assertMatch(path, /\/error$/);
  assertStringIncludes(
    JSON.parse(text).errorMessage,
    "its body takes 6990508 bytes in base64, and API Gateway or the function URL takes at most",
  );
  const { status, body } = await lambda.request(request);
  assertEquals(status, 200);
  assertEquals(body, new Uint8Array(5 * 1024 * 1024));
});
