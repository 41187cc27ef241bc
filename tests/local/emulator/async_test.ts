// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { AsyncQueue } from "../../../local/emulator/async_queue.ts";
import type { Clock } from "../../../local/emulator/clock.ts";
import { failed, type Outcome } from "../../../local/emulator/invocation.ts";
import { LocalProject } from "../../support/local_project.ts";
import { SqsServer } from "../../support/sqs_server.ts";

const EVENT = { "x-amz-invocation-type": "Event" };

/** A clock whose waits end when a test says so. */
class TestClock implements Clock {
  readonly waits: { ms: number; end: () => void }[] = [];
  #time = 0;

  now(): number {
    return this.#time;
  }

  after(ms: number, end: () => void): () => void {
    const wait = { ms, end };
    this.waits.push(wait);
    return () => this.waits.splice(this.waits.indexOf(wait), 1);
  }

  /** Ends the one wait there is, and gives how long it was. */
  pass(): number {
    const [{ ms, end }] = this.waits.splice(0);
    this.#time += ms;
    end();
    return ms;
  }
}

const PAYLOAD = new TextEncoder().encode("{}");
const REPLY: Outcome = {
  payload: PAYLOAD,
  contentType: "application/json",
};

Deno.test("an asynchronous invocation that fails is tried again after one minute and two", async () => {
  const clock = new TestClock();
  const buried = Promise.withResolvers<number>();
  let retried = Promise.withResolvers<void>();
  const queue = new AsyncQueue({
    clock,
    retryDelayMs: 60_000,
    bury: ({ attempts }) => Promise.resolve(buried.resolve(attempts)),
    // The wait begins right after it was told of.
    onRetry: () => queueMicrotask(() => retried.resolve()),
  });
  queue.add("1", PAYLOAD, () => Promise.resolve(failed("Error", "no")));

  await retried.promise;
  retried = Promise.withResolvers();
  assertEquals(clock.pass(), 60_000);
  await retried.promise;
  assertEquals(clock.pass(), 120_000);
  assertEquals(await buried.promise, 3);
  await queue.close();
  assertEquals(queue.length, 0);
});

Deno.test("an asynchronous invocation that succeeds in the end is not buried", async () => {
  const clock = new TestClock();
  const retried = Promise.withResolvers<void>();
  let attempts = 0;
  const answered = Promise.withResolvers<void>();
  const queue = new AsyncQueue({
    clock,
    retryDelayMs: 1,
    bury: () => Promise.reject(new Error("It is buried")),
    onRetry: () => queueMicrotask(() => retried.resolve()),
  });
  queue.add("1", PAYLOAD, () => {
    if (++attempts === 1) return Promise.resolve(failed("Error", "no"));
    answered.resolve();
    return Promise.resolve(REPLY);
  });
  await retried.promise;
  clock.pass();
  await answered.promise;
  await queue.close();
  assertEquals(attempts, 2);
});

Deno.test("an asynchronous invocation that is throttled waits, which is no attempt", async () => {
  const clock = new TestClock();
  const answered = Promise.withResolvers<void>();
  let calls = 0;
  const queue = new AsyncQueue({
    clock,
    retryDelayMs: 1,
    bury: () => Promise.reject(new Error("It is buried")),
    onRetry: () => {},
  });
  queue.add("1", PAYLOAD, () => {
    calls++;
    if (calls < 6) {
      // The wait begins right after this has been answered.
      setTimeout(() => assertEquals(clock.pass(), 1_000));
      return Promise.resolve("throttled" as const);
    }
    answered.resolve();
    return Promise.resolve(REPLY);
  });
  await answered.promise;
  await queue.close();
  assertEquals(calls, 6);
});

Deno.test("close() gives up what waits to be tried again", async () => {
  const clock = new TestClock();
  const retried = Promise.withResolvers<void>();
  const queue = new AsyncQueue({
    clock,
    retryDelayMs: 1,
    bury: () => Promise.reject(new Error("It is buried")),
    onRetry: () => queueMicrotask(() => retried.resolve()),
  });
  queue.add("1", PAYLOAD, () => Promise.resolve(failed("Error", "no")));
  await retried.promise;
  await queue.close();
  assertEquals(clock.waits, []);
});

Deno.test("an Event invocation is accepted, tried three times under one id, and written to a file", async () => {
  await using project = await LocalProject.start({ args: ["--retry-delay=0"] });
  const event = `{"action":"fail","value":"no","n":12345678901234567890}`;
  const response = await fetch(project.invocations, {
    method: "POST",
    headers: EVENT,
    body: event,
  });
  const id = response.headers.get("x-amzn-requestid")!;
  assertEquals([response.status, await response.text()], [202, ""]);

  await project.until(() => project.log.includes("its dead letter is in"));
  const attempts = project.happenings.flatMap((it) =>
    it.type === "invoked" ? [it.requestId] : []
  );
  assertEquals(attempts, [id, id, id]);
  const text = Deno.readTextFileSync(
    `${project.folder.path}/dead_letters/${id}.json`,
  );
  assertStringIncludes(text, `"requestPayload":${event},`);
  const letter = JSON.parse(text);
  assertMatch(letter.timestamp, /^\d{4}-.*Z$/);
  assertEquals(letter.requestContext, {
    requestId: id,
    functionArn:
      "arn:aws:lambda:us-east-1:000000000000:function:emulated:$LATEST",
    condition: "RetriesExhausted",
    approximateInvokeCount: 3,
  });
  assertEquals(letter.responseContext.functionError, "Unhandled");
  assertEquals(letter.responsePayload.errorType, "TypeError");
});

Deno.test("a queue takes dead letters, and gives messages to the function", async (test) => {
  const server = await SqsServer.start();
  try {
    await test.step("--dead-letter sends the event with what went wrong", async () => {
      const queue = await server.createQueue("failed");
      await using project = await LocalProject.start({
        args: ["--retry-delay=0", `--dead-letter=${queue}`],
      });
      const event = { action: "fail", value: "no" };
      const response = await project.invoke(event, EVENT);
      await response.body?.cancel();
      const id = response.headers.get("x-amzn-requestid")!;
      await project.until(() => project.log.includes("its dead letter is in"));

      const [message] = await server.receive(queue);
      assertEquals(JSON.parse(message.Body), event);
      const { RequestID, ErrorMessage } = message.MessageAttributes!;
      assertEquals(RequestID.StringValue, id);
      assertEquals(ErrorMessage.StringValue, "no");
    });

    await test.step("--dead-letter writes a file where the queue is not there", async () => {
      await using project = await LocalProject.start({
        args: ["--retry-delay=0", `--dead-letter=${server.queueUrl("none")}`],
      });
      const { body } = await project.invoke({ action: "fail" }, EVENT);
      await body?.cancel();
      await project.until(() => project.log.includes("its dead letter is in"));

      assertStringIncludes(project.log, "Cannot send the dead letter to ");
      const [file] = Deno.readDirSync(`${project.folder.path}/dead_letters`);
      assertMatch(file.name, /^[\w-]+\.json$/);
    });

    await test.step("--sqs deletes what the function has done, and leaves the rest", async () => {
      const queue = await server.createQueue("orders", {
        VisibilityTimeout: "1",
      });
      for (const body of ["good", "bad", "good"]) {
        await server.call("SendMessage", {
          QueueUrl: queue,
          MessageBody: body,
        });
      }
      await using project = await LocalProject.start({
        handler: `export function handleEvent({ Records }) {
          const bad = Records.filter(({ body, attributes }) =>
            body === "bad" && attributes.ApproximateReceiveCount === "1");
          console.log(Records.map(({ body, eventSource }) => body + " of " + eventSource).join());
          return {
            batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })),
          };
        }`,
        args: [`--sqs=${queue}`],
      });
      await project.until(() => project.log.includes("messages stay"));
      // What failed comes again, and then nothing is left.
      await project.until(() =>
        [...project.log.matchAll(/\bbad of aws:sqs/g)].length === 2
      );
      await project.until(() => project.count("answered") >= 2);
      assertStringIncludes(project.log, "good of aws:sqs");
    });
  } finally {
    await server.stop();
  }
});
