// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../../../runtime/failure/errors.ts";
import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";

import { CredentialSource } from "../../../runtime/dead_letter/credentials.ts";
import {
  createDeadLetter,
  type DeadLetterOptions,
  type FailedInvocation,
  parseDeadLetterConfig,
  type ReadEnv,
} from "../../../runtime/dead_letter/mod.ts";
import {
  createAttributes,
  createLetter,
} from "../../../runtime/dead_letter/letter.ts";
import { signRequest } from "../../../runtime/dead_letter/sigv4.ts";
import { createSnsTarget } from "../../../runtime/dead_letter/sns.ts";
import { createSqsTarget } from "../../../runtime/dead_letter/sqs.ts";
import { createContext } from "../../../local/testing/context.ts";
import { createRandom } from "../../support/random.ts";
import { runProgram } from "../../support/run_program.ts";
import { type ReceivedMessage, SqsServer } from "../../support/sqs_server.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const STATIC_ENV = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_SESSION_TOKEN: "the-session-token",
};
const EVENT = { orderId: 42, items: ["tea", "りんご"] };

let sqs: SqsServer;
Deno.test.beforeAll(async () => {
  sqs = await SqsServer.start();
});
Deno.test.afterAll(() => sqs.stop());

/** An environment of the given variables only. */
function envOf(variables: Record<string, string>): ReadEnv {
  return (name) => variables[name];
}

function failedInvocation(
  overrides: Partial<FailedInvocation> = {},
): FailedInvocation {
  const { context = createContext() } = overrides;
  return {
    eventText: JSON.stringify(EVENT),
    errorDocument: { errorType: "TypeError", errorMessage: "No such order" },
    context,
    sendUntilMs: Date.now() + context.getRemainingTimeInMillis() - 100,
    ...overrides,
  };
}

/** A dead letter queue that never pauses and keeps what it logs. */
function createTestDeadLetter(
  config: DeadLetterOptions["config"],
  options: Partial<DeadLetterOptions> = {},
) {
  const lines: string[] = [];
  const pauses: number[] = [];
  const deadLetter = createDeadLetter({
    config,
    env: envOf(STATIC_ENV),
    log: (line) => lines.push(line),
    backoffMs: (attempt) => {
      pauses.push(attempt);
      return 0;
    },
    ...options,
  });
  return { deadLetter, lines, pauses };
}

/** What stays of a request that was answered. */
interface ReceivedRequest {
  url: string;
  headers: Headers;
}

function copyRequest({ url, headers }: Request): ReceivedRequest {
  return { url, headers: new Headers(headers) };
}

/** Answers a request, or keeps silent until the server is closed. */
type Answer = (
  request: Request,
  closed: Promise<void>,
) => Response | Promise<Response>;

/** A server that answers in the given ways, one a request, and then passes on. */
function startProxy(...answers: Answer[]) {
  const requests: ReceivedRequest[] = [];
  const closed = Promise.withResolvers<void>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      requests.push(copyRequest(request));
      const answer = answers[requests.length - 1];
      if (answer) return await answer(request, closed.promise);
      return await fetch(sqs.origin, {
        method: request.method,
        headers: request.headers,
        body: await request.arrayBuffer(),
      });
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => {
      closed.resolve();
      return server.shutdown();
    },
  };
}

function refuseSqs(status: number, code: string, message = "Refused") {
  return () =>
    Response.json({ __type: `com.amazonaws.sqs#${code}`, message }, { status });
}

async function answerNever(_: Request, closed: Promise<void>) {
  await closed;
  return new Response();
}

/** An address where nothing listens. */
function unusedOrigin(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return `http://127.0.0.1:${listener.addr.port}`;
}

async function receiveOne(queueUrl: string): Promise<ReceivedMessage> {
  const messages = await sqs.receive(queueUrl);
  assertEquals(messages.length, 1);
  return messages[0];
}

function messageBytes({ Body, MessageAttributes = {} }: ReceivedMessage) {
  const texts = Object.entries(MessageAttributes).flatMap((
    [name, { DataType, StringValue }],
  ) => [name, DataType, StringValue]);
  return new TextEncoder().encode([Body, ...texts].join("")).length;
}

function assertLoggedWhole(
  line: string,
  failed: FailedInvocation,
  problem: string,
): void {
  assertStringIncludes(line, problem);
  assert(!line.includes("\n"), "the log line has a line break");
  const record = JSON.parse(
    line.slice(line.indexOf("; the whole of it: ") + 19),
  );
  assertEquals(record.requestPayload, JSON.parse(failed.eventText));
  assertEquals(record.responsePayload, failed.errorDocument);
  assert(!line.includes(SECRET), "the log line has the secret");
  assert(!line.includes("the-session-token"), "the log line has the token");
}

Deno.test("send() delivers the event, the error, the context and the time to an SQS queue", async () => {
  const queueUrl = await sqs.createQueue("whole");
  const { deadLetter, lines } = createTestDeadLetter({ queueUrl });
  const context = createContext({
    requestId: "request-1",
    functionVersion: "7",
  });
  const timestamp = new Date("2026-01-02T03:04:05.678Z");
  const errorDocument = {
    errorType: "TypeError",
    errorMessage: "No such order",
    stackTrace: ["at handler.ts:1:2"],
  };

  const isDelivered = await deadLetter.send(
    failedInvocation({ context, timestamp, errorDocument }),
  );

  assertEquals(isDelivered, true);
  assertEquals(lines, []);
  const message = await receiveOne(queueUrl);
  assertEquals(JSON.parse(message.Body), {
    version: "1.0",
    timestamp: "2026-01-02T03:04:05.678Z",
    requestContext: {
      requestId: "request-1",
      functionArn: context.functionArn,
      functionName: "orders",
      deadline: new Date(context.deadlineMs).toISOString(),
      traceId: context.traceId,
      logGroupName: context.logGroupName,
      logStreamName: context.logStreamName,
    },
    requestPayload: EVENT,
    responseContext: {
      statusCode: 200,
      executedVersion: "7",
      functionError: "Unhandled",
    },
    responsePayload: errorDocument,
  });
});

Deno.test("send() sets the attributes of Lambda's own dead-letter queues", async () => {
  const queueUrl = await sqs.createQueue("attributes");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({
    context: createContext({ requestId: "request-2" }),
  }));

  const { MessageAttributes } = await receiveOne(queueUrl);
  assertEquals(MessageAttributes, {
    RequestID: { DataType: "String", StringValue: "request-2" },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ErrorMessage: { DataType: "String", StringValue: "No such order" },
  });
});

Deno.test("send() cuts the attribute ErrorMessage to 1 KB", async () => {
  const queueUrl = await sqs.createQueue("long-message");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({
    errorDocument: { errorType: "Error", errorMessage: "e".repeat(2_000) },
  }));

  const { MessageAttributes } = await receiveOne(queueUrl);
  assertEquals(
    MessageAttributes?.ErrorMessage.StringValue,
    "e".repeat(1_024),
  );
});

Deno.test("createAttributes() does not cut within a character", () => {
  const messages = ["闘".repeat(1_000), "a" + "🔥".repeat(500)];
  const cut = messages.map((errorMessage) => {
    const attributes = createAttributes(
      failedInvocation({ errorDocument: { errorType: "Error", errorMessage } }),
    );
    return attributes.find(({ name }) => name === "ErrorMessage")?.value;
  });
  assertEquals(cut, ["闘".repeat(341), "a" + "🔥".repeat(255)]);
});

Deno.test("send() replaces what SQS refuses in the attribute ErrorMessage", async () => {
  const queueUrl = await sqs.createQueue("control-characters");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({
    errorDocument: {
      errorType: "Error",
      errorMessage: "a\0b\x1b[31m\tc\uFFFE\uD800",
    },
  }));

  const { MessageAttributes } = await receiveOne(queueUrl);
  assertEquals(
    MessageAttributes?.ErrorMessage.StringValue,
    "a\uFFFDb\uFFFD[31m\tc\uFFFD\uFFFD",
  );
});

Deno.test("send() names the type of an error without a message", async () => {
  const queueUrl = await sqs.createQueue("no-message");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({
    errorDocument: { errorType: "RangeError", errorMessage: "" },
  }));

  const { MessageAttributes } = await receiveOne(queueUrl);
  assertEquals(MessageAttributes?.ErrorMessage.StringValue, "RangeError");
});

Deno.test("send() leaves the event as it arrived", async () => {
  const queueUrl = await sqs.createQueue("verbatim");
  const { deadLetter } = createTestDeadLetter({ queueUrl });
  const eventText = `{ "b": 12345678901234567890,\r\n "a": 1.0 }`;

  await deadLetter.send(failedInvocation({ eventText }));

  const { Body } = await receiveOne(queueUrl);
  assertStringIncludes(Body, `"requestPayload":${eventText},`);
});

Deno.test("send() embeds an event that is no JSON as a string", async () => {
  const queueUrl = await sqs.createQueue("no-json");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({ eventText: `{"cut": "of` }));
  await deadLetter.send(failedInvocation({ eventText: "" }));

  const messages = await sqs.receive(queueUrl);
  assertEquals(
    messages.map(({ Body }) => JSON.parse(Body).requestPayload),
    [`{"cut": "of`, ""],
  );
});

Deno.test("send() escapes what SQS refuses in a message", async () => {
  const queueUrl = await sqs.createQueue("refused-characters");
  const { deadLetter, lines } = createTestDeadLetter({ queueUrl });
  const event = { text: "\uFFFE \uFFFF \0 \uD800" };

  const isDelivered = await deadLetter.send(failedInvocation({
    eventText: JSON.stringify(event),
  }));

  assertEquals(lines, []);
  assertEquals(isDelivered, true);
  const { Body } = await receiveOne(queueUrl);
  assertEquals(JSON.parse(Body).requestPayload, event);
});

Deno.test("send() groups and deduplicates by the request id on a FIFO queue", async () => {
  const queueUrl = await sqs.createQueue("ordered.fifo", {
    FifoQueue: "true",
  });
  const { deadLetter } = createTestDeadLetter({ queueUrl });
  const context = createContext({ requestId: "request-3" });

  const isDelivered = [
    await deadLetter.send(failedInvocation({ context })),
    await deadLetter.send(failedInvocation({ context })),
  ];

  assertEquals(isDelivered, [true, true]);
  const { Attributes } = await receiveOne(queueUrl);
  assertEquals(Attributes?.MessageGroupId, "request-3");
  assertEquals(Attributes?.MessageDeduplicationId, "request-3");
});

Deno.test("send() hashes a request id that FIFO queues refuse", async () => {
  const queueUrl = await sqs.createQueue("hashed.fifo", { FifoQueue: "true" });
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  await deadLetter.send(failedInvocation({
    context: createContext({ requestId: "with a space" }),
  }));

  const { Attributes } = await receiveOne(queueUrl);
  assertEquals(
    Attributes?.MessageGroupId,
    "d650c28410fb711bf8d2f0a67da2810c13262f92e385ebb8ad2c9e0c93cb1fdf",
  );
});

Deno.test("send() delivers to an SNS topic", async () => {
  const queueUrl = await sqs.createQueue("subscribed");
  const topicArn = await sqs.createTopic("topic", "subscribed");
  const { deadLetter, lines } = createTestDeadLetter({
    topicArn,
    endpoint: sqs.origin,
  });

  const isDelivered = await deadLetter.send(failedInvocation({
    context: createContext({ requestId: "request-4" }),
  }));

  assertEquals(lines, []);
  assertEquals(isDelivered, true);
  const { Body, MessageAttributes } = await receiveOne(queueUrl);
  assertEquals(JSON.parse(Body).requestPayload, EVENT);
  assertEquals(MessageAttributes, {
    RequestID: { DataType: "String", StringValue: "request-4" },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ErrorMessage: { DataType: "String", StringValue: "No such order" },
  });
});

Deno.test("send() groups and deduplicates by the request id on a FIFO topic", async () => {
  const queueUrl = await sqs.createQueue("subscribed.fifo", {
    FifoQueue: "true",
  });
  const topicArn = await sqs.createTopic("topic.fifo", "subscribed.fifo", {
    FifoTopic: "true",
  });
  const { deadLetter } = createTestDeadLetter({
    topicArn,
    endpoint: sqs.origin,
  });

  await deadLetter.send(failedInvocation({
    context: createContext({ requestId: "request-5" }),
  }));

  const { Attributes } = await receiveOne(queueUrl);
  assertEquals(Attributes?.MessageGroupId, "request-5");
  assertEquals(Attributes?.MessageDeduplicationId, "request-5");
});

Deno.test("send() signs what it sends to SQS and SNS", async () => {
  const signatures: [sent: string | null, expected: string | null][] = [];
  const verify = (service: string) => async (request: Request) => {
    const { headers } = request;
    const names = /SignedHeaders=([^,]+)/.exec(
      headers.get("authorization")!,
    )![1]
      .split(";");
    const signed = await signRequest({
      method: request.method,
      url: new URL(request.url),
      headers: Object.fromEntries(
        names.filter((name) => name !== "host")
          .map((name) => [name, headers.get(name)!]),
      ),
      body: await request.text(),
    }, {
      credentials: {
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: SECRET,
        sessionToken: headers.get("x-amz-security-token")!,
      },
      region: "us-east-1",
      service,
      date: new Date(
        headers.get("x-amz-date")!.replace(
          /^(....)(..)(..)T(..)(..)(..)Z$/,
          "$1-$2-$3T$4:$5:$6Z",
        ),
      ),
    });
    signatures.push([
      headers.get("authorization"),
      signed.get("authorization"),
    ]);
    assertEquals(headers.get("x-amz-security-token"), "the-session-token");
    return new Response();
  };
  await using proxy = startProxy(verify("sqs"), verify("sns"));
  const queue = createTestDeadLetter({ queueUrl: `${proxy.origin}/1/signed` });
  const topic = createTestDeadLetter({
    topicArn: "arn:aws:sns:us-east-1:123456789012:signed",
    endpoint: proxy.origin,
  });

  await queue.deadLetter.send(failedInvocation());
  await topic.deadLetter.send(failedInvocation());

  assertEquals([...queue.lines, ...topic.lines], []);
  assertEquals(signatures.length, 2);
  for (const [sent, expected] of signatures) assertEquals(sent, expected);
});

Deno.test("send() logs the whole event when the queue is missing, and does not try again", async () => {
  const { deadLetter, lines, pauses } = createTestDeadLetter({
    queueUrl: sqs.queueUrl("missing"),
  });
  const failed = failedInvocation();

  const isDelivered = await deadLetter.send(failed);

  assertEquals(isDelivered, false);
  assertEquals(pauses, []);
  assertEquals(lines.length, 1);
  assertLoggedWhole(
    lines[0],
    failed,
    `Cannot deliver the dead letter of request "${failed.context.requestId}" to "${
      sqs.queueUrl("missing")
    }": status 400 QueueDoesNotExist`,
  );
});

Deno.test("send() logs the whole event when the topic is missing", async () => {
  const { deadLetter, lines } = createTestDeadLetter({
    topicArn: "arn:aws:sns:us-east-1:000000000000:missing",
    endpoint: sqs.origin,
  });
  const failed = failedInvocation();

  assertEquals(await deadLetter.send(failed), false);
  assertLoggedWhole(
    lines[0],
    failed,
    "status 404 NotFound Topic does not exist",
  );
});

Deno.test("send() logs the whole event when nothing listens after four attempts", async () => {
  const { deadLetter, lines, pauses } = createTestDeadLetter({
    queueUrl: `${unusedOrigin()}/1/down`,
  });
  const failed = failedInvocation();

  assertEquals(await deadLetter.send(failed), false);
  assertEquals(pauses, [1, 2, 3]);
  assertEquals(lines.length, 1);
  assertLoggedWhole(lines[0], failed, "Cannot deliver the dead letter");
});

Deno.test("send() logs a pretty-printed event on one line", async () => {
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: sqs.queueUrl("missing"),
  });
  const failed = failedInvocation({
    eventText: JSON.stringify(EVENT, undefined, 2).replaceAll("\n", "\r\n"),
  });

  await deadLetter.send(failed);

  assertLoggedWhole(lines[0], failed, "status 400");
});

Deno.test("send() tries again after a wait without an answer", async () => {
  const queueUrl = await sqs.createQueue("slow");
  await using proxy = startProxy(answerNever);
  const { deadLetter, lines, pauses } = createTestDeadLetter({
    queueUrl: queueUrl.replace(sqs.origin, proxy.origin),
  }, { attemptTimeoutMs: 200 });

  const isDelivered = await deadLetter.send(failedInvocation());

  assertEquals(lines, []);
  assertEquals(isDelivered, true);
  assertEquals(pauses, [1]);
  assertEquals((await sqs.receive(queueUrl)).length, 1);
});

Deno.test("send() logs the whole event when the queue never answers", async () => {
  await using proxy = startProxy(answerNever, answerNever);
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/never`,
  }, { attemptTimeoutMs: 20, maxAttempts: 2 });
  const failed = failedInvocation();

  assertEquals(await deadLetter.send(failed), false);
  assertEquals(proxy.requests.length, 2);
  assertLoggedWhole(lines[0], failed, "no answer in 20 ms");
});

Deno.test("send() gives up in time for the error to be reported", async () => {
  await using proxy = startProxy(answerNever);
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/never`,
  });
  const failed = failedInvocation({ sendUntilMs: Date.now() + 100 });

  assertEquals(await deadLetter.send(failed), false);
  assertLoggedWhole(lines[0], failed, "no answer in ");
  const waitedMs = Number(/no answer in (\d+) ms/.exec(lines[0])![1]);
  assert(waitedMs <= 100, `waited for ${waitedMs} ms`);
});

Deno.test("send() does not begin a pause that would end too late", async () => {
  await using proxy = startProxy(refuseSqs(500, "InternalError"));
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/failing`,
  }, { backoffMs: () => 60_000 });

  assertEquals(await deadLetter.send(failedInvocation()), false);
  assertEquals(proxy.requests.length, 1);
  assertStringIncludes(lines[0], "status 500 InternalError Refused");
});

Deno.test("send() only logs when no time is left", async () => {
  await using proxy = startProxy();
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/late`,
  });
  const failed = failedInvocation({
    context: createContext({ timeoutMs: 0 }),
  });

  assertEquals(await deadLetter.send(failed), false);
  assertEquals(proxy.requests.length, 0);
  assertLoggedWhole(lines[0], failed, ": no time is left;");
});

Deno.test("send() ignores that the signal of the invocation has aborted", async () => {
  const queueUrl = await sqs.createQueue("aborted");
  const { deadLetter } = createTestDeadLetter({ queueUrl });

  const isDelivered = await deadLetter.send(failedInvocation({
    context: createContext({ signal: AbortSignal.abort() }),
  }));

  assertEquals(isDelivered, true);
});

Deno.test("send() tries again after a server error and after throttling", async () => {
  const queueUrl = await sqs.createQueue("busy");
  await using proxy = startProxy(
    refuseSqs(503, "ServiceUnavailable"),
    refuseSqs(400, "ThrottlingException"),
    () => new Response("Too many", { status: 429 }),
  );
  const { deadLetter, pauses } = createTestDeadLetter({
    queueUrl: queueUrl.replace(sqs.origin, proxy.origin),
  });

  assertEquals(await deadLetter.send(failedInvocation()), true);
  assertEquals(pauses, [1, 2, 3]);
  assertEquals((await sqs.receive(queueUrl)).length, 1);
});

Deno.test("send() does not try again when access is denied", async () => {
  await using proxy = startProxy(refuseSqs(403, "AccessDeniedException"));
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/denied`,
  });

  assertEquals(await deadLetter.send(failedInvocation()), false);
  assertEquals(proxy.requests.length, 1);
  assertStringIncludes(lines[0], "status 403 AccessDeniedException Refused;");
});

Deno.test("send() does not follow a redirection", async () => {
  await using proxy = startProxy(() => Response.redirect(sqs.origin, 307));
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: `${proxy.origin}/1/elsewhere`,
  });

  assertEquals(await deadLetter.send(failedInvocation()), false);
  assertStringIncludes(lines[0], ": status 307;");
});

Deno.test("send() asks for new credentials when its own have expired", async () => {
  const queueUrl = await sqs.createQueue("expired");
  await using proxy = startProxy(refuseSqs(403, "ExpiredTokenException"));
  await using endpoint = startCredentialEndpoint(3_600_000);
  const { deadLetter } = createTestDeadLetter({
    queueUrl: queueUrl.replace(sqs.origin, proxy.origin),
  }, { env: envOf({ AWS_REGION: "us-east-1", ...endpoint.env }) });

  assertEquals(await deadLetter.send(failedInvocation()), true);
  assertEquals(
    proxy.requests.map(({ headers }) => headers.get("x-amz-security-token")),
    ["token-1", "token-2"],
  );
});

Deno.test("send() logs the whole event when there are no credentials", async () => {
  const { deadLetter, lines } = createTestDeadLetter({
    queueUrl: sqs.queueUrl("unsigned"),
  }, { env: envOf({ AWS_REGION: "us-east-1" }) });
  const failed = failedInvocation();

  assertEquals(await deadLetter.send(failed), false);
  assertLoggedWhole(
    lines[0],
    failed,
    "Cannot find credentials: neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
  );
});

Deno.test("send() does not try again when Deno does not permit it", async () => {
  const { deadLetter, lines, pauses } = createTestDeadLetter({
    queueUrl: sqs.queueUrl("never-reached"),
  }, {
    env: (name) => {
      if (name === "AWS_REGION") return "us-east-1";
      throw new Deno.errors.NotCapable(`Requires env access to "${name}"`);
    },
  });
  assertEquals(await deadLetter.send(failedInvocation()), false);
  assertEquals(pauses, []);
  assertStringIncludes(lines[0], `Requires env access to "AWS_ACCESS_KEY_ID"`);
});

Deno.test("send() resolves even when the log throws", async () => {
  const { deadLetter } = createTestDeadLetter({
    queueUrl: sqs.queueUrl("missing"),
  }, {
    log: () => {
      throw new Error("The log is broken");
    },
  });

  assertEquals(await deadLetter.send(failedInvocation()), false);
});

Deno.test("send() cuts an event that SQS would refuse, and logs the whole", async () => {
  const queueUrl = await sqs.createQueue("large");
  const { deadLetter, lines } = createTestDeadLetter({ queueUrl });
  const eventText = JSON.stringify({ text: `"り"`.repeat(300_000) });
  const failed = failedInvocation({ eventText });

  const isDelivered = await deadLetter.send(failed);

  assertEquals(isDelivered, true);
  const message = await receiveOne(queueUrl);
  const bytes = messageBytes(message);
  assert(bytes <= 1_048_576 && bytes > 1_048_570, `the message has ${bytes}`);
  const record = JSON.parse(message.Body);
  assertEquals(record.truncated, true);
  assertEquals(record.requestPayloadBytes, 2_100_011);
  assert(eventText.startsWith(record.requestPayload));
  assertEquals(record.responsePayload, failed.errorDocument);
  assertEquals(lines.length, 1);
  assertLoggedWhole(
    lines[0],
    failed,
    `Delivered the dead letter of request "${failed.context.requestId}" to "${queueUrl}" with its event cut: a message there holds at most 1048576 bytes`,
  );
});

Deno.test("send() cuts an event that SNS would refuse", async () => {
  const queueUrl = await sqs.createQueue("large-subscribed");
  const topicArn = await sqs.createTopic("large", "large-subscribed");
  const { deadLetter, lines } = createTestDeadLetter({
    topicArn,
    endpoint: sqs.origin,
  });
  const failed = failedInvocation({
    eventText: JSON.stringify("x".repeat(300_000)),
  });

  assertEquals(await deadLetter.send(failed), true);
  assertEquals(messageBytes(await receiveOne(queueUrl)), 262_144);
  assertLoggedWhole(lines[0], failed, "at most 262144 bytes");
});

Deno.test("send() does not cut a message of exactly the limit", async () => {
  const queueUrl = await sqs.createQueue("exact");
  const { deadLetter, lines } = createTestDeadLetter({ queueUrl });
  const context = createContext();
  const ofLength = (length: number) =>
    failedInvocation({
      context,
      eventText: JSON.stringify("x".repeat(length)),
    });
  await deadLetter.send(ofLength(0));
  const room = 1_048_576 - messageBytes(await receiveOne(queueUrl));

  await deadLetter.send(ofLength(room));

  assertEquals(lines, []);
  assertEquals(messageBytes(await receiveOne(queueUrl)), 1_048_576);
});

Deno.test("send() cuts to the limit of the queue once it knows it", async () => {
  const queueUrl = await sqs.createQueue("small", {
    MaximumMessageSize: "4096",
  });
  await using proxy = startProxy();
  const { deadLetter, lines, pauses } = createTestDeadLetter({
    queueUrl: queueUrl.replace(sqs.origin, proxy.origin),
  });
  const failed = failedInvocation({
    eventText: JSON.stringify("x".repeat(10_000)),
  });

  assertEquals(await deadLetter.send(failed), true);
  assertEquals(proxy.requests.length, 2);
  assertEquals(await deadLetter.send(failed), true);
  assertEquals(proxy.requests.length, 3);
  assertEquals(pauses, []);
  const sizes = (await sqs.receive(queueUrl)).map(messageBytes);
  assertEquals(sizes, [4095, 4095]);
  assertLoggedWhole(lines[0], failed, "at most 4095 bytes");
});

Deno.test("send() shortens an error that leaves no room", async () => {
  const queueUrl = await sqs.createQueue("large-error", {
    MaximumMessageSize: "4096",
  });
  const { deadLetter, lines } = createTestDeadLetter({ queueUrl });
  const failed = failedInvocation({
    errorDocument: {
      errorType: "Error",
      errorMessage: "e".repeat(5_000),
      stackTrace: ["at handler.ts:1:2"],
    } as FailedInvocation["errorDocument"],
  });

  assertEquals(await deadLetter.send(failed), true);
  const record = JSON.parse((await receiveOne(queueUrl)).Body);
  assertEquals(record.requestPayload, JSON.stringify(EVENT));
  assertEquals(record.responsePayload, {
    errorType: "Error",
    errorMessage: "e".repeat(256),
  });
  assertLoggedWhole(lines[0], failed, "with its event cut");
});

Deno.test("createLetter() keeps to any limit with any text", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0];
  console.log(`createLetter() seed: ${seed}`);
  const random = createRandom(seed);
  const alphabet = [`"`, "\\", "\n", "\0", "a", "é", "闘", "🔥", "\uFFFE"];
  const context = createContext();
  const bytesOf = (text: string) => new TextEncoder().encode(text).length;
  const smallest = bytesOf(
    createLetter(failedInvocation({ context, eventText: "xx" }), {
      maxBytes: 0,
    }).text,
  );
  for (let round = 0; round < 300; round++) {
    const eventText = Array.from(
      { length: 300 },
      () => alphabet[Math.floor(random() * alphabet.length)],
    ).join("");
    const maxBytes = smallest + 3 + Math.floor(random() * 300);
    const { text, isTruncated } = createLetter(
      failedInvocation({ context, eventText }),
      { maxBytes },
    );
    const bytes = bytesOf(text);
    assertEquals(isTruncated, true);
    assert(bytes <= maxBytes && bytes > maxBytes - 12, `${bytes}, ${maxBytes}`);
    assert(text.isWellFormed() && !text.includes("\uFFFE"));
    const { requestPayload } = JSON.parse(text);
    assert(eventText.startsWith(requestPayload));
    assert(requestPayload.isWellFormed());
  }
});

Deno.test("send() goes through the proxy of the environment, and asks for credentials past it", async () => {
  const proxied: string[] = [];
  await using proxy = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      proxied.push(`${request.method} ${request.url}`);
      return new Response();
    },
  );
  await using endpoint = startCredentialEndpoint(3_600_000);
  const program = `
    import { createDeadLetter } from "${
    import.meta.resolve("../../../runtime/dead_letter/mod.ts")
  }";
    import { createContext } from "${
    import.meta.resolve("../../../local/testing/context.ts")
  }";
    const deadLetter = createDeadLetter({
      config: { queueUrl: "http://sqs.us-east-1.amazonaws.com/123456789012/proxied" },
    });
    console.log(await deadLetter.send({
      eventText: "{}",
      errorDocument: { errorType: "Error", errorMessage: "Failed" },
      context: createContext(),
      sendUntilMs: Date.now() + 60_000,
    }));`;

  const { stdout } = await runProgram(program, ["--allow-all"], {
    ...endpoint.env,
    AWS_ACCESS_KEY_ID: "",
    HTTP_PROXY: `http://127.0.0.1:${proxy.addr.port}`,
    NO_PROXY: "",
    no_proxy: "",
  });

  assertEquals(stdout.trim(), "true");
  assertEquals(proxied, ["POST http://sqs.us-east-1.amazonaws.com/"]);
  assertEquals(endpoint.requests.length, 1);
});

Deno.test("createDeadLetter() logs to stderr unless told otherwise", async () => {
  const program = `
    import { createDeadLetter } from "${
    import.meta.resolve("../../../runtime/dead_letter/mod.ts")
  }";
    import { createContext } from "${
    import.meta.resolve("../../../local/testing/context.ts")
  }";
    const deadLetter = createDeadLetter({
      config: { queueUrl: "http://sqs.us-east-1.amazonaws.com/123456789012/late" },
    });
    console.log(await deadLetter.send({
      eventText: "[1]",
      errorDocument: { errorType: "Error", errorMessage: "Failed" },
      context: createContext({ timeoutMs: 0 }),
      sendUntilMs: 0,
    }));`;

  const { stdout, stderr } = await runProgram(program, ["--allow-all"]);

  assertEquals(stdout.trim(), "false");
  assertStringIncludes(stderr, `"requestPayload":[1],`);
});

Deno.test("parseDeadLetterConfig() takes a queue, a topic and an endpoint", () => {
  const configs = [
    { queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/failed" },
    { topicArn: "arn:aws-cn:sns:cn-north-1:123456789012:failed.fifo" },
    { queueUrl: "http://queue:4566/1/failed", endpoint: "http://queue:4566/" },
  ];
  assertEquals(configs.map(parseDeadLetterConfig), configs);
});

Deno.test("parseDeadLetterConfig() names the key and the value of what it refuses", () => {
  const topicArn = "arn:aws:sns:us-east-1:123456789012:failed";
  const queueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/failed";
  const refused: [value: unknown, message: string][] = [
    [
      queueUrl,
      `Cannot use "lambda.deadLetter" of deno.json: expected an object with queueUrl or topicArn, found "${queueUrl}"`,
    ],
    [
      null,
      'Cannot use "lambda.deadLetter" of deno.json: expected an object with queueUrl or topicArn, found null',
    ],
    [
      [],
      'Cannot use "lambda.deadLetter" of deno.json: expected an object with queueUrl or topicArn, found []',
    ],
    [
      {},
      'Cannot use "lambda.deadLetter" of deno.json: expected either queueUrl or topicArn, found neither',
    ],
    [
      { queueUrl, topicArn },
      'Cannot use "lambda.deadLetter" of deno.json: expected either queueUrl or topicArn, found both',
    ],
    [
      { queueURL: queueUrl },
      'Cannot use "lambda.deadLetter.queueURL" of deno.json: expected one of "lambda.deadLetter.queueUrl", "lambda.deadLetter.topicArn", "lambda.deadLetter.endpoint". Did you mean "lambda.deadLetter.queueUrl"?',
    ],
    [
      { queueUrl: 1 },
      'Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found 1',
    ],
    [
      { queueUrl: "https://sqs.us-east-1.amazonaws.com/" },
      'Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found "https://sqs.us-east-1.amazonaws.com/"',
    ],
    [
      { queueUrl: "arn:aws:sqs:us-east-1:123456789012:failed" },
      'Cannot use "lambda.deadLetter.queueUrl" of deno.json: expected the http or https URL of a queue, found "arn:aws:sqs:us-east-1:123456789012:failed"',
    ],
    [
      { topicArn: "arn:aws:sqs:us-east-1:123456789012:failed" },
      'Cannot use "lambda.deadLetter.topicArn" of deno.json: expected the ARN of an SNS topic, found "arn:aws:sqs:us-east-1:123456789012:failed"',
    ],
    [
      { topicArn, endpoint: "sns.internal" },
      'Cannot use "lambda.deadLetter.endpoint" of deno.json: expected an http or https URL without a path, found "sns.internal"',
    ],
    [
      { topicArn, endpoint: "https://sns.internal/path" },
      'Cannot use "lambda.deadLetter.endpoint" of deno.json: expected an http or https URL without a path, found "https://sns.internal/path"',
    ],
  ];
  for (const [value, message] of refused) {
    const error = assertThrows(
      () => parseDeadLetterConfig(value),
      RuntimeError,
    );
    assertEquals(error.message, message);
  }
});

Deno.test("createSqsTarget() finds the region in the queue's URL, then in the environment", () => {
  const env = envOf({ AWS_REGION: "eu-north-1" });
  const regions = [
    "https://sqs.us-west-2.amazonaws.com/1/q",
    "https://sqs-fips.us-gov-west-1.amazonaws.com/1/q",
    "https://sqs.cn-north-1.amazonaws.com.cn/1/q",
    "https://sqs.eu-west-1.api.aws/1/q",
    "https://vpce-0a1b-2c3d.sqs.ap-northeast-1.vpce.amazonaws.com/1/q",
    "https://eu-central-1.queue.amazonaws.com/1/q",
    "http://queue:4566/1/q",
  ].map((queueUrl) => createSqsTarget(queueUrl, { env }).region);
  assertEquals(regions, [
    "us-west-2",
    "us-gov-west-1",
    "cn-north-1",
    "eu-west-1",
    "ap-northeast-1",
    "eu-central-1",
    "eu-north-1",
  ]);
  assertEquals(
    createSqsTarget("http://queue:4566/1/q", {
      env: envOf({ AWS_DEFAULT_REGION: "sa-east-1" }),
    }).region,
    "sa-east-1",
  );
});

Deno.test("createSqsTarget() refuses a queue without a region", () => {
  assertThrows(
    () => createSqsTarget("http://queue:4566/1/q", { env: envOf({}) }),
    RuntimeError,
    `Cannot find the region of lambda.deadLetter.queueUrl: "http://queue:4566/1/q" does not name it, and AWS_REGION is not set`,
  );
});

Deno.test("createSqsTarget() sends to the endpoint when there is one", () => {
  const target = createSqsTarget(
    "https://sqs.us-west-2.amazonaws.com/123456789012/failed",
    { endpoint: "https://vpce-1.example", env: envOf({}) },
  );
  assertEquals(target.url.href, "https://vpce-1.example/");
  assertEquals(target.region, "us-west-2");
});

Deno.test("createSnsTarget() finds region and address in the topic's ARN", () => {
  const env = envOf({ AWS_REGION: "eu-north-1" });
  const addresses = [
    "arn:aws:sns:us-west-2:123456789012:failed",
    "arn:aws-us-gov:sns:us-gov-west-1:123456789012:failed",
    "arn:aws-cn:sns:cn-north-1:123456789012:failed",
  ].map((topicArn) => createSnsTarget(topicArn, { env }).url.href);
  assertEquals(addresses, [
    "https://sns.us-west-2.amazonaws.com/",
    "https://sns.us-gov-west-1.amazonaws.com/",
    "https://sns.cn-north-1.amazonaws.com.cn/",
  ]);
});

Deno.test("createSnsTarget() wants an endpoint for a partition that it does not know", () => {
  const topicArn = "arn:aws-iso:sns:us-iso-east-1:123456789012:failed";
  assertThrows(
    () => createSnsTarget(topicArn, { env: envOf({}) }),
    RuntimeError,
    `the partition "aws-iso" is not known, so set lambda.deadLetter.endpoint`,
  );
  const target = createSnsTarget(topicArn, {
    endpoint: "https://sns.example",
    env: envOf({}),
  });
  assertEquals(target.url.href, "https://sns.example/");
});

/** An endpoint that gives other credentials each time. */
function startCredentialEndpoint(expiresInMs: number) {
  const requests: ReceivedRequest[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      requests.push(copyRequest(request));
      return Response.json({
        AccessKeyId: `AKID${requests.length}`,
        SecretAccessKey: SECRET,
        Token: `token-${requests.length}`,
        Expiration: new Date(Date.now() + expiresInMs).toISOString(),
      });
    },
  );
  return {
    requests,
    env: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI:
        `http://127.0.0.1:${server.addr.port}/2021-04-23/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "the-endpoint-token",
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const NEVER = new AbortController().signal;

Deno.test("CredentialSource.get() prefers the environment", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  const source = new CredentialSource(
    envOf({ ...STATIC_ENV, ...endpoint.env }),
  );

  assertEquals(await source.get(NEVER), {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: SECRET,
    sessionToken: "the-session-token",
  });
  assertEquals(endpoint.requests.length, 0);
});

Deno.test("CredentialSource.get() asks the endpoint once while its answer is good", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  const source = new CredentialSource(envOf(endpoint.env));

  const first = await source.get(NEVER);
  const second = await source.get(NEVER);

  assertEquals(first, {
    accessKeyId: "AKID1",
    secretAccessKey: SECRET,
    sessionToken: "token-1",
  });
  assertEquals(second, first);
  assertEquals(endpoint.requests.length, 1);
  const [{ headers, url }] = endpoint.requests;
  assertEquals(headers.get("authorization"), "the-endpoint-token");
  assertStringIncludes(url, "/2021-04-23/credentials");
});

Deno.test("CredentialSource.get() asks again shortly before its answer expires", async () => {
  await using endpoint = startCredentialEndpoint(4 * 60_000);
  const source = new CredentialSource(envOf(endpoint.env));

  const tokens = [
    (await source.get(NEVER)).sessionToken,
    (await source.get(NEVER)).sessionToken,
  ];

  assertEquals(tokens, ["token-1", "token-2"]);
});

Deno.test("CredentialSource.get() prefers the token of a file", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "the-file-token\n");
    const source = new CredentialSource(
      envOf({ ...endpoint.env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path }),
    );
    await source.get(NEVER);
  } finally {
    await Deno.remove(path);
  }
  assertEquals(
    endpoint.requests[0].headers.get("authorization"),
    "the-file-token",
  );
});

Deno.test("CredentialSource.get() refuses a token with a line break", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  const source = new CredentialSource(envOf({
    ...endpoint.env,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "the\r\ntoken",
  }));

  const error = await assertRejects(() => source.get(NEVER), TypeError);

  assertEquals(
    error.message,
    "Cannot use AWS_CONTAINER_AUTHORIZATION_TOKEN: the token holds a line break",
  );
  assertEquals(endpoint.requests.length, 0);
});

Deno.test("CredentialSource.get() refuses an endpoint that leads off the machine without TLS", async () => {
  const refused = [
    "http://example.com/credentials",
    "http://10.0.0.1/credentials",
    "http://169.254.example.com/credentials",
    "http://localhost.example.com/credentials",
    "ftp://127.0.0.1/credentials",
  ];
  for (const uri of refused) {
    const source = new CredentialSource(
      envOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri }),
    );
    const error = await assertRejects(() => source.get(NEVER), TypeError);
    assertStringIncludes(
      error.message,
      "Cannot use AWS_CONTAINER_CREDENTIALS_FULL_URI: expected an https URL, or an http URL of a loopback or link-local address, found the origin",
    );
  }
  const source = new CredentialSource(
    envOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "credentials" }),
  );
  await assertRejects(
    () => source.get(NEVER),
    TypeError,
    "found the text of no URL",
  );
});

Deno.test("CredentialSource.get() takes an endpoint at localhost", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  const uri = endpoint.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const source = new CredentialSource(envOf({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: uri.replace("127.0.0.1", "localhost"),
  }));

  assertEquals((await source.get(NEVER)).sessionToken, "token-1");
  assertEquals(endpoint.requests[0].headers.get("authorization"), null);
});

Deno.test("CredentialSource.get() does not take its token to another endpoint", async () => {
  await using endpoint = startCredentialEndpoint(3_600_000);
  await using proxy = startProxy(() =>
    Response.redirect(endpoint.env.AWS_CONTAINER_CREDENTIALS_FULL_URI)
  );
  const source = new CredentialSource(envOf({
    ...endpoint.env,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: proxy.origin,
  }));

  await assertRejects(() => source.get(NEVER), TypeError);

  assertEquals(proxy.requests.length, 1);
  assertEquals(endpoint.requests.length, 0);
});

Deno.test("CredentialSource.get() keeps what the endpoint said out of its errors", async () => {
  const secret = "answered-secret";
  const answers = [
    [
      new Response(secret, { status: 500 }),
      "Cannot get credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI answered with status 500",
    ],
    [
      new Response(secret),
      "Cannot get credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI gave no JSON",
    ],
    [
      Response.json({ SecretAccessKey: secret }),
      "Cannot get credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI gave JSON without AccessKeyId, SecretAccessKey and Token",
    ],
    [
      Response.json(null),
      "Cannot get credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI gave JSON without AccessKeyId, SecretAccessKey and Token",
    ],
  ] as const;
  await using proxy = startProxy(...answers.map(([answer]) => () => answer));
  const source = new CredentialSource(
    envOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: proxy.origin }),
  );
  for (const [, message] of answers) {
    const error = await assertRejects(() => source.get(NEVER), Error);
    assertEquals(error.message, message);
  }
});
