// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { deadlineIn } from "../../support/concurrent_function.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import {
  type Post,
  RuntimeApiServer,
  type TestInvocation,
} from "../../support/runtime_api.ts";
import { type ReceivedMessage, SqsServer } from "../../support/sqs_server.ts";

const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const MAIN = `${ROOT}/tests/fixtures/dead_letters.ts`;
const SECRETS = {
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "the-session-token",
};
const CREDENTIALS = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  ...SECRETS,
};

let sqs: SqsServer;
Deno.test.beforeAll(async () => {
  sqs = await SqsServer.start();
});
Deno.test.afterAll(() => sqs.stop());

/** Answers in place of the queue, where it returns a response. */
type Answer = (
  request: Request,
  closed: Promise<void>,
) => Response | undefined | Promise<Response | undefined>;

/**
 * A function with dead letters that go through a proxy to the queue, and what
 * happens in order.
 */
class FailingFunction implements AsyncDisposable {
  readonly api: RuntimeApiServer;
  readonly process: FunctionProcess;
  /** What reaches the queue, what it answers, and what is posted to Lambda. */
  readonly order: string[] = [];
  /** The key that the letters were signed with. */
  readonly keys: string[] = [];
  readonly #proxy: Deno.HttpServer<Deno.NetAddr>;
  readonly #closed = Promise.withResolvers<void>();

  constructor(
    { config = {}, deadLetter, env = CREDENTIALS, answer, permissions, origin }:
      {
        config?: Record<string, unknown>;
        deadLetter: Record<string, unknown>;
        env?: Record<string, string>;
        answer?: Answer;
        permissions?: string[];
        /** Where letters go instead of the proxy. */
        origin?: string;
      },
  ) {
    this.#proxy = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#pass(request, answer),
    );
    this.api = new RuntimeApiServer({
      onPost: ({ path }) => {
        this.order.push(path);
        return undefined;
      },
    });
    const endpoint = origin ?? `http://127.0.0.1:${this.#proxy.addr.port}`;
    this.process = new FunctionProcess({
      api: this.api,
      main: MAIN,
      permissions: permissions ??
        ["--allow-net", "--allow-env", `--allow-read=${ROOT}`],
      env: {
        ...env,
        TEST_CONFIG: JSON.stringify({
          ...config,
          deadLetter: { endpoint, ...deadLetter },
        }),
      },
    });
  }

  invoke(invocation: TestInvocation): Promise<Post> {
    return this.api.invoke(invocation);
  }

  /** Shows that the loop goes on. */
  async assertServes(): Promise<void> {
    const { path, text } = await this.invoke({ id: "next", body: "[1]" });
    assertEquals([path, text], ["invocation/next/response", "[1]"]);
  }

  /** Ends the function and gives what it has logged, without any secret. */
  async log(): Promise<string> {
    this.process.terminate();
    const { log } = await this.process.ended();
    for (const secret of Object.values(SECRETS)) assert(!log.includes(secret));
    return log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
    this.#closed.resolve();
    await this.#proxy.shutdown();
  }

  async #pass(request: Request, answer?: Answer): Promise<Response> {
    const { method, headers } = request;
    const key = /Credential=(\w+)\//.exec(headers.get("authorization") ?? "");
    this.keys.push(key?.[1] ?? "none");
    const body = await request.bytes();
    this.order.push("letter");
    const response = await answer?.(request, this.#closed.promise) ??
      await fetch(sqs.origin, { method, headers, body });
    // Who does not wait for the answer has the time to run ahead.
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.order.push("answer");
    return response;
  }
}

/** Takes the one message that there is in a queue. */
async function receiveOne(queueUrl: string): Promise<ReceivedMessage> {
  const messages = await sqs.receive(queueUrl);
  assertEquals(messages.length, 1);
  return messages[0];
}

/** The attributes of a message, by their names. */
function valuesOf({ MessageAttributes = {} }: ReceivedMessage) {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map((
      [name, { DataType, StringValue }],
    ) => [name, `${DataType} ${StringValue}`]),
  );
}

/** The record of a letter that is in the log as a whole. */
function recordIn(log: string) {
  const line = log.split("\n").find((it) => it.includes("the whole of it: "));
  assert(line !== undefined, log);
  const [, requestId, level, message] = line.split("\t");
  const [problem] = message.split("; the whole of it: ");
  const record = JSON.parse(line.slice(line.indexOf(': {"version"') + 2));
  return { problem, record, requestId, level };
}

interface FailingCase {
  name: string;
  event: string;
  errorType: string;
  message: RegExp;
  /** The time until the deadline. */
  leftMs?: number;
  headers?: Record<string, string>;
  isolations?: string[];
}

const CASES: FailingCase[] = [
  {
    name: "that throws",
    event: `{"case":"throw","order":12345678901234567890}`,
    errorType: "OrderError",
    message: /^No such order: りんご$/,
  },
  {
    name: "that replaces fetch",
    event: `{"case":"withoutFetch"}`,
    errorType: "OrderError",
    message: /^No fetch any more$/,
  },
  {
    name: "that does not settle in time",
    event: `{"case":"never"}`,
    errorType: "Function.Timeout",
    message: /^Handler has not settled/,
    leftMs: 3_000,
  },
  {
    name: "whose background work throws",
    event: `{"case":"background"}`,
    errorType: "Runtime.UncaughtException",
    message: /lost in a timer/,
  },
  {
    name: "whose event is no JSON",
    event: `{"case":`,
    errorType: "Runtime.UnmarshalError",
    message: /line 1, column 9/,
  },
  {
    name: "whose client context is no JSON",
    event: `{"case":"throw"}`,
    errorType: "Runtime.UnmarshalError",
    message: /^Cannot parse the lambda-runtime-client-context header/,
    headers: { "lambda-runtime-client-context": "{" },
  },
  {
    name: "that returns what is no reply",
    event: `{"case":"bigint"}`,
    errorType: "Runtime.MarshalError",
    message: /BigInt/,
  },
  {
    name: "that stops when its signal aborts",
    event: `{"case":"stopInTime"}`,
    errorType: "OrderError",
    message: /^stopped in time$/,
    leftMs: 3_000,
  },
  {
    name: "that does not yield",
    event: `{"case":"block"}`,
    errorType: "Function.Timeout",
    message: /^Handler has not yielded/,
    leftMs: 3_000,
    isolations: ["worker"],
  },
  {
    name: "that ends its worker",
    event: `{"case":"exit"}`,
    errorType: "Runtime.WorkerExit",
    message: /^Worker has ended by itself/,
    isolations: ["worker"],
  },
];

for (const testCase of CASES) {
  const { name, event, errorType, message, leftMs, headers } = testCase;
  for (const isolation of testCase.isolations ?? ["none", "worker"]) {
    Deno.test(`an invocation ${name} leaves one letter before its error, isolation ${isolation}`, async () => {
      const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
      await using failing = new FailingFunction({
        config: { isolation },
        deadLetter: { queueUrl },
      });
      await failing.assertServes();
      const post = await failing.invoke({
        id: "failed-1",
        body: event,
        headers: {
          "lambda-runtime-trace-id": "Root=1-trace",
          ...leftMs && deadlineIn(leftMs),
          ...headers,
        },
      });
      assertEquals(post.path, "invocation/failed-1/error");
      const document = JSON.parse(post.text);
      assertEquals(document.errorType, errorType);
      assertMatch(document.errorMessage, message);
      await failing.assertServes();
      assertEquals(failing.order, [
        "invocation/next/response",
        "letter",
        "answer",
        "invocation/failed-1/error",
        "invocation/next/response",
      ]);

      const letter = await receiveOne(queueUrl);
      assertEquals(valuesOf(letter), {
        RequestID: "String failed-1",
        ErrorCode: "Number 200",
        ErrorMessage: `String ${document.errorMessage}`,
      });
      const payload = event.endsWith("}") ? event : JSON.stringify(event);
      assertStringIncludes(letter.Body, `"requestPayload":${payload}`);
      const { requestContext, responsePayload, responseContext, timestamp } =
        JSON.parse(letter.Body);
      assertEquals(responsePayload, document);
      assertEquals(requestContext.requestId, "failed-1");
      assertEquals(requestContext.traceId, "Root=1-trace");
      assertEquals(
        requestContext.functionArn,
        "arn:aws:lambda:eu-west-1:123456789012:function:test",
      );
      assertEquals(responseContext.executedVersion, "7");
      assert(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
      assertStringIncludes(await failing.log(), errorType);
    });
  }
}

for (const isolation of ["none", "worker"]) {
  Deno.test(`a stream that fails midway leaves one letter before its reply ends, isolation ${isolation}`, async () => {
    const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
    await using failing = new FailingFunction({
      config: { isolation },
      deadLetter: { queueUrl },
    });
    const post = await failing.invoke({ id: "1", body: `{"case":"stream"}` });
    assertEquals([post.path, post.text], ["invocation/1/response", "some"]);
    await failing.assertServes();
    assertEquals(failing.order, [
      "letter",
      "answer",
      "invocation/1/response",
      "invocation/next/response",
    ]);
    const letter = await receiveOne(queueUrl);
    const { requestPayload, responsePayload } = JSON.parse(letter.Body);
    assertEquals(requestPayload, { case: "stream" });
    assertEquals(responsePayload.errorMessage, "lost midway");
  });

  Deno.test(`invocations that fail at once leave one letter each, isolation ${isolation}`, async () => {
    const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
    const posts = await failAtOnce(4, {
      AWS_LAMBDA_MAX_CONCURRENCY: "4",
      ...CREDENTIALS,
      TEST_CONFIG: JSON.stringify({ isolation, deadLetter: { queueUrl } }),
    }, isolation === "worker" ? "throw" : "meet");
    const ids = ["id-0", "id-1", "id-2", "id-3"];
    assertEquals(
      posts.map(({ path }) => path).toSorted(),
      ids.map((id) => `invocation/${id}/error`),
    );
    const letters = await sqs.receive(queueUrl);
    const expected = ids.map((id) => ({
      id: `String ${id}`,
      message: `String ${
        isolation === "worker" ? "No such order: りんご" : `Failed ${id}`
      }`,
      requestId: id,
      number: Number(id.slice(3)),
    }));
    const found = letters.map((letter) => {
      const { RequestID, ErrorMessage } = valuesOf(letter);
      const { requestContext, requestPayload } = JSON.parse(letter.Body);
      return {
        id: RequestID,
        message: ErrorMessage,
        requestId: requestContext.requestId,
        number: requestPayload.number,
      };
    });
    assertEquals(
      found.toSorted((a, b) => a.number - b.number),
      expected,
    );
  });
}

/** Hands out so many invocations at once, and gives what is posted for them. */
async function failAtOnce(
  count: number,
  env: Record<string, string>,
  failing: string,
): Promise<{ path: string; text: string }[]> {
  const posts: { path: string; text: string }[] = [];
  const answered = Promise.withResolvers<void>();
  let handedOut = 0;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/extension/register")) {
        return Response.json({}, {
          headers: { "lambda-extension-identifier": "extension-1" },
        });
      }
      const path = pathname.split("/runtime/")[1];
      if (request.method === "POST" && path) {
        posts.push({ path, text: await request.text() });
        if (posts.length === count) answered.resolve();
        return new Response(null, { status: 202 });
      }
      if (path !== "invocation/next" || handedOut === count) {
        await answered.promise;
        return new Response(null, { status: 503 });
      }
      const number = handedOut++;
      return Response.json({ case: failing, number }, {
        headers: {
          "lambda-runtime-aws-request-id": `id-${number}`,
          ...deadlineIn(60_000),
        },
      });
    },
  );
  await using process = new FunctionProcess({
    address: `127.0.0.1:${server.addr.port}`,
    main: MAIN,
    env,
  });
  await process.unlessLost(answered.promise);
  return posts;
}

Deno.test("a handler without any permission has its letters sent", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  await using failing = new FailingFunction({
    config: { isolation: "worker", permissions: { read: true, env: true } },
    deadLetter: { queueUrl },
    permissions: [
      "--unstable-worker-options",
      "--allow-net",
      "--allow-env",
      "--allow-read",
    ],
  });
  await failing.invoke({ id: "1", body: `{"case":"throw"}` });
  await receiveOne(queueUrl);
});

Deno.test("a letter goes to an SNS topic", async () => {
  const name = `t-${crypto.randomUUID()}`;
  const queueUrl = await sqs.createQueue(name);
  const topicArn = await sqs.createTopic(name, name);
  await using failing = new FailingFunction({ deadLetter: { topicArn } });
  const post = await failing.invoke({ id: "1", body: `{"case":"throw"}` });
  await failing.assertServes();
  assertEquals(failing.order.slice(0, 3), [
    "letter",
    "answer",
    "invocation/1/error",
  ]);
  const letter = await receiveOne(queueUrl);
  assertEquals(valuesOf(letter), {
    RequestID: "String 1",
    ErrorCode: "Number 200",
    ErrorMessage: "String No such order: りんご",
  });
  const { requestPayload, responsePayload } = JSON.parse(letter.Body);
  assertEquals(requestPayload, { case: "throw" });
  assertEquals(responsePayload, JSON.parse(post.text));
});

Deno.test("a letter that is too large is cut, and is in the log as a whole", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  await using failing = new FailingFunction({ deadLetter: { queueUrl } });
  const event = { case: "throw", text: "茶".repeat(500_000) };
  await failing.invoke({ id: "1", body: JSON.stringify(event) });
  await failing.assertServes();
  const { Body } = await receiveOne(queueUrl);
  const { truncated, requestPayload, requestPayloadBytes } = JSON.parse(Body);
  assertEquals(truncated, true);
  assertEquals(
    requestPayloadBytes,
    new TextEncoder().encode(JSON.stringify(event)).length,
  );
  assert(JSON.stringify(event).startsWith(requestPayload));
  const { problem, record, requestId, level } = recordIn(await failing.log());
  assertStringIncludes(problem, "with its event cut");
  assertEquals(level, "ERROR");
  assertEquals(record.requestPayload, event);
  assertEquals(requestId, "1");
});

/** An address where nothing listens. */
function unusedOrigin(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return `http://127.0.0.1:${listener.addr.port}`;
}

async function answerNever(_: Request, closed: Promise<void>) {
  await closed;
  return new Response();
}

interface LostCase {
  name: string;
  problem: RegExp;
  answer?: Answer;
  origin?: () => string;
  leftMs?: number;
  /** What the handler does. */
  asked?: string[];
}

const LOST: LostCase[] = [
  {
    name: "is missing",
    problem: /status 400 QueueDoesNotExist /,
  },
  {
    name: "never answers",
    problem: /no answer in \d+ ms$/,
    answer: answerNever,
    leftMs: 1_500,
    asked: ["throw", "never"],
  },
  {
    name: "is down",
    problem: /tcp connect error|Connection refused/,
    origin: unusedOrigin,
  },
  {
    name: "refuses",
    problem: /status 403 AccessDeniedException Not for you$/,
    asked: ["throw", "never"],
    answer: () =>
      Response.json({
        __type: "com.amazonaws.sqs#AccessDeniedException",
        message: "Not for you",
      }, { status: 403 }),
  },
  {
    name: "answers in no JSON",
    problem: /status 418$/,
    answer: () => new Response("<teapot>", { status: 418 }),
  },
];

for (const lostCase of LOST) {
  const { name, problem: expected, answer, origin, leftMs } = lostCase;
  for (const asked of lostCase.asked ?? ["throw"]) {
    Deno.test(`an event is in the log as a whole when the queue ${name}, and its error is reported: ${asked}`, async () => {
      await using failing = new FailingFunction({
        deadLetter: { queueUrl: sqs.queueUrl("missing") },
        answer,
        origin: origin?.(),
      });
      await failing.assertServes();
      const post = await failing.invoke({
        id: "1",
        body: `{\n  "case": "${asked}",\r\n  "order": 42\n}`,
        headers: deadlineIn(asked === "never" ? 3_000 : leftMs ?? 60_000),
      });
      assertEquals(post.path, "invocation/1/error");
      const document = JSON.parse(post.text);
      assertEquals(
        document.errorType,
        asked === "never" ? "Function.Timeout" : "OrderError",
      );
      await failing.assertServes();
      // One report of the failure, whatever became of the letter.
      assertEquals(
        failing.order.filter((it) => it.startsWith("invocation/1/")).length,
        1,
      );
      const { problem, record, requestId, level } = recordIn(
        await failing.log(),
      );
      assertEquals(level, "ERROR");
      assertMatch(problem, expected);
      assertStringIncludes(problem, `"${sqs.queueUrl("missing")}"`);
      assertEquals(requestId, "1");
      assertEquals(record.requestPayload, { case: asked, order: 42 });
      assertEquals(record.responsePayload, document);
    });
  }
}

Deno.test("an event that is lost else is logged even where errors are not", async () => {
  await using failing = new FailingFunction({
    deadLetter: { queueUrl: sqs.queueUrl("missing") },
    env: { ...CREDENTIALS, AWS_LAMBDA_LOG_LEVEL: "FATAL" },
  });
  await failing.invoke({ id: "1", body: `{"case":"throw"}` });
  const log = await failing.log();
  assert(!log.includes("Invocation failed"));
  const { record, level } = recordIn(log);
  assertEquals(level, "FATAL");
  assertEquals(record.requestPayload, { case: "throw" });
});

Deno.test("a queue that answers late is waited for", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  const late = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using failing = new FailingFunction({
    deadLetter: { queueUrl },
    answer: async () => {
      arrived.resolve();
      await late.promise;
      return undefined;
    },
  });
  const post = failing.invoke({ id: "1", body: `{"case":"throw"}` });
  await arrived.promise;
  late.resolve();
  await post;
  assertEquals(failing.order, ["letter", "answer", "invocation/1/error"]);
  await receiveOne(queueUrl);
});

Deno.test("a letter is sent again when the queue is busy, and is there once", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  const answeredAtMs: number[] = [];
  await using failing = new FailingFunction({
    deadLetter: { queueUrl },
    answer: () =>
      answeredAtMs.push(Date.now()) < 3
        ? Response.json({ __type: "ServiceUnavailable" }, { status: 503 })
        : undefined,
  });
  await failing.invoke({ id: "1", body: `{"case":"throw"}` });
  assertEquals(answeredAtMs.length, 3);
  const { timestamp } = JSON.parse((await receiveOne(queueUrl)).Body);
  // It says when the invocation has failed, not when the letter was sent.
  assert(Date.parse(timestamp) <= answeredAtMs[0]);
  assertEquals(failing.order.at(-1), "invocation/1/error");
});

Deno.test("a queue that may not be reached is told of at the start, and its events are logged", async () => {
  await using api = new RuntimeApiServer();
  await using process = new FunctionProcess({
    api,
    main: MAIN,
    permissions: [
      `--allow-net=${api.address}`,
      "--allow-env",
      `--allow-read=${ROOT}`,
    ],
    env: {
      ...CREDENTIALS,
      TEST_CONFIG: JSON.stringify({
        deadLetter: { queueUrl: sqs.queueUrl("missing") },
      }),
    },
  });
  const post = await api.invoke({ id: "1", body: `{"case":"throw"}` });
  assertEquals(post.path, "invocation/1/error");
  process.terminate();
  const { log } = await process.ended();
  const host = new URL(sqs.origin).host;
  assertStringIncludes(
    log,
    `Dead letters cannot be sent without the permissions --allow-net=${host} and --allow-env=AWS_ACCESS_KEY_ID,`,
  );
  const { problem, record } = recordIn(log);
  assertStringIncludes(problem, "net access");
  assertEquals(record.requestPayload, { case: "throw" });
});

for (
  const deadLetter of [
    { queueUrl: "failed" },
    { topicArn: "arn:aws-iso:sns:us-iso-east-1:123456789012:failed" },
    { queueUrl: "http://queue:4566/1/q" },
  ]
) {
  Deno.test(`serve() reports ${JSON.stringify(deadLetter)} as an init error`, async () => {
    await using api = new RuntimeApiServer();
    await using process = new FunctionProcess({
      api,
      main: MAIN,
      env: { TEST_CONFIG: JSON.stringify({ deadLetter }) },
    });
    const { code } = await process.ended();
    assertEquals(code, 1);
    const [{ path, text }] = api.posts;
    assertEquals(path, "init/error");
    assertEquals(JSON.parse(text).errorType, "Runtime.InvalidConfig");
  });
}

/** An endpoint of credentials, as containers have one. */
function startCredentialEndpoint(expireInMs: number) {
  const authorizations: (string | null)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ headers }) => {
      authorizations.push(headers.get("authorization"));
      return Response.json({
        AccessKeyId: `ASIA${authorizations.length}`,
        SecretAccessKey: SECRETS.AWS_SECRET_ACCESS_KEY,
        Token: SECRETS.AWS_SESSION_TOKEN,
        Expiration: new Date(Date.now() + expireInMs).toISOString(),
      });
    },
  );
  return {
    env: {
      AWS_REGION: "us-east-1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI:
        `http://127.0.0.1:${server.addr.port}/2021-04-23/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "Bearer the-token",
    },
    authorizations,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

for (
  const [expireInMs, keys] of [
    [3_600_000, ["ASIA1", "ASIA1"]],
    [4 * 60_000, ["ASIA1", "ASIA2"]],
  ] as const
) {
  Deno.test(`credentials of an endpoint that expire in ${expireInMs} ms sign two letters as ${keys}`, async () => {
    const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
    await using endpoint = startCredentialEndpoint(expireInMs);
    await using failing = new FailingFunction({
      deadLetter: { queueUrl },
      env: endpoint.env,
    });
    await failing.invoke({ id: "1", body: `{"case":"throw"}` });
    await failing.invoke({ id: "2", body: `{"case":"throw"}` });
    assertEquals(failing.keys, [...keys]);
    assertEquals(
      endpoint.authorizations,
      [...new Set(keys)].map(() => "Bearer the-token"),
    );
    assertEquals((await sqs.receive(queueUrl)).length, 2);
    assert(!(await failing.log()).includes("the-token"));
  });
}

Deno.test("expired credentials of an endpoint are renewed, and the letter is sent again", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  await using endpoint = startCredentialEndpoint(3_600_000);
  let answers = 0;
  await using failing = new FailingFunction({
    deadLetter: { queueUrl },
    env: endpoint.env,
    answer: () =>
      ++answers === 1
        ? Response.json({ __type: "ExpiredTokenException" }, { status: 403 })
        : undefined,
  });
  await failing.invoke({ id: "1", body: `{"case":"throw"}` });
  assertEquals(failing.keys, ["ASIA1", "ASIA2"]);
  await receiveOne(queueUrl);
});

Deno.test("credentials are asked for after the restore, not before the snapshot", async () => {
  const queueUrl = await sqs.createQueue(`q-${crypto.randomUUID()}`);
  await using endpoint = startCredentialEndpoint(3_600_000);
  let askedAtRestore: number | undefined;
  await using api = new RuntimeApiServer({
    onRestore: () => {
      askedAtRestore = endpoint.authorizations.length;
      return new Response();
    },
  });
  await using _process = new FunctionProcess({
    api,
    main: MAIN,
    env: {
      ...endpoint.env,
      AWS_LAMBDA_INITIALIZATION_TYPE: "snap-start",
      TEST_CONFIG: JSON.stringify({ deadLetter: { queueUrl } }),
    },
  });
  await api.invoke({ id: "1", body: `{"case":"throw"}` });
  assertEquals(askedAtRestore, 0);
  assertEquals(endpoint.authorizations.length, 1);
  assertNotEquals(await receiveOne(queueUrl), undefined);
});
