// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import {
  ConcurrentFunction,
  deadlineIn,
  type Isolation,
  type LogEntry,
} from "../../support/concurrent_function.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { type Post, RuntimeApiServer } from "../../support/runtime_api.ts";
import { testOverEach } from "../../support/transports.ts";

/** More of them are for `deno task soak`. */
const LOGGING_INVOCATIONS = Number(
  Deno.env.get("SOAK_INVOCATIONS") ?? 2_500,
);
const LINES_AN_INVOCATION = 5;

function typeOf({ text }: Post): string {
  return JSON.parse(text).errorType;
}

function withLevel(entries: LogEntry[], level: string): string[] {
  return entries.filter((entry) => entry.level === level)
    .map(({ message }) => message);
}

const MODES: { isolation: Isolation; suffix: string }[] = [
  { isolation: "none", suffix: "" },
  { isolation: "worker", suffix: " in workers" },
];

for (const { isolation, suffix } of MODES) {
  testOverEach(
    `serve() runs as many handlers at once as Lambda says${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 64,
        isolation,
      });
      for (const { text } of await fn.invokeTogether(64, "wait")) {
        assertEquals(text, `"opened"`);
      }
    },
  );

  testOverEach(
    `serve() lets a wave of sleeping handlers sleep at once${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 64,
        isolation,
      });
      await fn.invoke("state");
      const start = performance.now();
      await fn.invokeAll(64, 64, "sleep", ({ text }) => {
        assertEquals(text, `"slept"`);
      }, { value: 50 });
      const tookMs = performance.now() - start;
      // One after the other, they would sleep for 3,200 ms.
      assert(tookMs < 1_600, `took ${tookMs} ms`);
    },
  );

  testOverEach(
    `serve() keeps the ids of interleaved logs apart${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 64,
        isolation,
      });
      await fn.invokeAll(LOGGING_INVOCATIONS, 64, "log", ({ text }, id) => {
        assertEquals(text, JSON.stringify(id));
      });
      const { entries } = await fn.end();
      const lines = new Map<string, number>();
      for (const { requestId, message } of entries) {
        if (message === "shutdown") continue;
        assertEquals(message.split(" ")[0], requestId);
        lines.set(requestId!, (lines.get(requestId!) ?? 0) + 1);
      }
      assertEquals(lines.size, LOGGING_INVOCATIONS);
      for (const count of lines.values()) {
        assertEquals(count, LINES_AN_INVOCATION);
      }
    },
  );

  testOverEach(
    `serve() gives what is logged after the reply the id of its invocation${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({ transport, isolation });
      await fn.invokeAll(50, 8, "logLater", () => {});
      const { entries } = await fn.end();
      const late = entries.filter(({ message }) => message.endsWith("is late"));
      assert(late.length > 0);
      for (const { requestId, message } of late) {
        assertEquals(message, `${requestId} is late`);
      }
    },
  );

  testOverEach(
    `info() of @toukon/lambda/log writes fields with the id of its invocation${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({ transport, isolation });
      await fn.invokeAll(50, 8, "logFields", () => {});
      const { entries } = await fn.end();
      const logged = entries.filter(({ of }) => of !== undefined);
      assertEquals(logged.length, 100);
      for (const { of, requestId } of logged) assertEquals(of, requestId);
    },
  );

  testOverEach(
    `serve() gives each invocation its own context${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 16,
        isolation,
      });
      const now = Date.now();
      const ids = Array.from({ length: 16 }, (_, index) => index + 1);
      await Promise.all(ids.map(async (id) => {
        const deadlineMs = now + id * 60_000;
        const traceId = `Root=1-5759e988-${id};Sampled=1`;
        const { text } = await fn.invoke("context", {
          id: String(id),
          headers: {
            "lambda-runtime-deadline-ms": String(deadlineMs),
            "lambda-runtime-trace-id": traceId,
          },
        });
        assertEquals(JSON.parse(text), {
          requestId: String(id),
          deadlineMs,
          traceId,
          traceVariable: null,
        });
      }));
    },
  );

  testOverEach(
    `serve() times each invocation out by its own deadline${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({ transport, isolation });
      // The time counts from here on, and not while the function starts.
      await fn.invoke("state");
      const order: string[] = [];
      // A worker is taken for blocked where it reports late, and stopped with all
      // that runs in it: from 2 s on, it has the most time for that.
      const leastMs = isolation === "worker" ? 2_000 : 300;
      await Promise.all([["long", leastMs + 1_000], ["short", leastMs]].map(
        async ([name, ms]) => {
          const headers = deadlineIn(Number(ms));
          const post = await fn.invoke("never", { headers });
          assertEquals(typeOf(post), "Function.Timeout");
          order.push(String(name));
        },
      ));
      assertEquals(order, ["short", "long"]);
    },
  );

  testOverEach(
    `serve() drops the late answer of a handler that has timed out${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({ transport, isolation });
      await fn.invoke("state");
      const late = fn.invoke("wait", {
        id: "late",
        url: fn.gate.url,
        headers: deadlineIn(1_000),
      });
      await fn.gate.arrived(1);
      assertEquals(typeOf(await late), "Function.Timeout");
      fn.gate.open();
      // It passes the gate after the one that is dropped.
      await fn.invoke("wait", { url: fn.gate.url });
      await fn.end();
      const posts = fn.api.posts.filter(({ path }) => path.includes("/late/"));
      assertEquals(posts.map(({ path }) => path), ["invocation/late/error"]);
    },
  );

  for (
    const [name, type, message] of [
      ["throwInTimer", "Runtime.UncaughtException", "lost timer"],
      ["throwInImmediate", "Runtime.UncaughtException", "lost immediate"],
      ["throwInMicrotask", "Runtime.UncaughtException", "lost microtask"],
      [
        "rejectInBackground",
        "Runtime.UnhandledPromiseRejection",
        "lost promise",
      ],
    ]
  ) {
    testOverEach(
      `serve() blames the right invocation when handlers ${name}${suffix}`,
      async (transport) => {
        await using fn = new ConcurrentFunction({ transport, isolation });
        const other = fn.invoke("wait", { url: fn.gate.url });
        await fn.gate.arrived(1);
        const post = await fn.invoke(name, {
          id: "guilty",
          headers: deadlineIn(5_000),
        });
        assertEquals(post.path, "invocation/guilty/error");
        assertEquals(typeOf(post), type);
        assertStringIncludes(post.text, message);
        fn.gate.open();
        assertEquals((await other).text, `"opened"`);
        const { entries } = await fn.end();
        assertEquals(
          entries.filter(({ level }) => level === "ERROR")
            .map(({ requestId }) => requestId),
          ["guilty"],
        );
      },
    );
  }

  testOverEach(
    `serve() logs a stream that breaks with the id of its invocation${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({ transport, isolation });
      await fn.invokeAll(20, 8, "brokenStream", () => {});
      const { entries } = await fn.end();
      const errors = entries.filter(({ level }) => level === "ERROR");
      assertEquals(
        errors.map(({ requestId }) => requestId).sort(),
        Array.from({ length: 20 }, (_, index) => `request-${index + 1}`).sort(),
      );
    },
  );
}

testOverEach(
  "serve() shares the state of init() between all invocations",
  async (transport) => {
    await using fn = new ConcurrentFunction({ transport });
    const states = new Set<string>();
    await fn.invokeAll(100, 8, "state", ({ text }) => states.add(text));
    assertEquals(states.size, 1);
  },
);

testOverEach(
  "serve() spreads invocations over one worker for each core",
  async (transport) => {
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 64,
      isolation: "worker",
    });
    const states = new Map<string, number>();
    for (const { text } of await fn.invokeTogether(64, "stateAfter")) {
      states.set(text, (states.get(text) ?? 0) + 1);
    }
    const workers = Math.min(64, navigator.hardwareConcurrency);
    assertEquals(states.size, workers);
    for (const count of states.values()) {
      assert(count >= Math.floor(64 / workers), `${count} in one worker`);
    }
  },
);

Deno.test({
  name: "serve() fails what a blocked worker runs, and nothing else",
  // With one core there is one worker, which runs all.
  ignore: navigator.hardwareConcurrency < 2,
  async fn() {
    await using fn = new ConcurrentFunction({
      concurrency: 2,
      isolation: "worker",
    });
    const other = fn.invoke("wait", { url: fn.gate.url });
    await fn.gate.arrived(1);
    const blocked = await fn.invoke("block", {
      id: "blocked",
      headers: deadlineIn(500),
    });
    assertEquals(blocked.path, "invocation/blocked/error");
    assertEquals(typeOf(blocked), "Function.Timeout");
    fn.gate.open();
    assertEquals((await other).text, `"opened"`);
  },
});

testOverEach(
  "serve() logs a stream with its own id when another invocation ends its worker",
  async (transport) => {
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 2 * navigator.hardwareConcurrency,
      isolation: "worker",
    });
    const streams = Array.from(
      { length: navigator.hardwareConcurrency },
      (_, index) =>
        fn.invoke("waitingStream", { id: `stream ${index}`, url: fn.gate.url }),
    );
    await fn.gate.arrived(streams.length);
    await fn.invoke("block", { id: "blocked", headers: deadlineIn(300) });
    fn.gate.open();
    await Promise.all(streams);
    const { entries } = await fn.end();
    const errors = entries.filter(({ level }) => level === "ERROR");
    assertEquals(errors.length, 2);
    for (const { requestId, message } of errors) {
      const isStream = message.startsWith("Streamed reply failed");
      assertEquals(requestId?.split(" ")[0], isStream ? "stream" : "blocked");
    }
  },
);

testOverEach(
  "serve() logs that a worker is replaced without the id of an invocation",
  async (transport) => {
    const seats = Math.min(2, navigator.hardwareConcurrency);
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 2,
      isolation: "worker",
      env: {
        // With a spare one, those after the first replacement.
        FAILING_STARTS: `${seats + 2} ${seats + 3}`,
        MAX_RESTARTS: "100",
      },
    });
    await fn.invoke("exit");
    await fn.invoke("exit");
    // A worker that has not started is started again for an invocation.
    let post: Post;
    do post = await fn.invoke("state"); while (post.path.endsWith("/error"));
    await fn.invoke("exit");
    const { entries } = await fn.end();
    const replaced = entries.filter(({ message }) =>
      message.startsWith("Worker has ended")
    );
    assert(replaced.length >= 3);
    assertEquals(
      new Set(replaced.map(({ requestId }) => requestId)),
      new Set([undefined]),
    );
  },
);

testOverEach("serve() lets polls that fail back off", async (transport) => {
  const start = performance.now();
  let failed = 0;
  await using fn = new ConcurrentFunction({
    transport,
    concurrency: 8,
    onNext: () => {
      if (performance.now() - start > 1_500) return undefined;
      failed++;
      return new Response(null, { status: 503 });
    },
  });
  await fn.invoke("state");
  const { code, entries } = await fn.end();
  assertEquals(code, 0);
  // Loops that poll again at once make some thousands.
  assert(failed <= 8 * 10, `${failed} polls failed`);
  assertEquals(withLevel(entries, "WARN").length, failed);
});

testOverEach(
  "serve() goes on when Lambda gives 500, unlike with one invocation",
  async (transport) => {
    await using fn = new ConcurrentFunction({
      transport,
      onNext: (poll) =>
        poll < 8 ? new Response(null, { status: 500 }) : undefined,
      onPost: ({ path }) =>
        path.includes("/refused/")
          ? new Response(null, { status: 500 })
          : undefined,
    });
    await fn.invoke("state", { id: "refused" });
    await fn.invoke("state");
    assertEquals((await fn.end()).code, 0);
  },
);

testOverEach(
  "serve() warns of an answer that came too late, and goes on",
  async (transport) => {
    await using fn = new ConcurrentFunction({
      transport,
      onPost: ({ path }) =>
        path.includes("/late/")
          ? Response.json({ errorType: "InvokeTimeout" }, { status: 410 })
          : undefined,
    });
    await fn.invoke("state", { id: "late" });
    await fn.invoke("state");
    const { code, entries } = await fn.end();
    assertEquals(code, 0);
    assertEquals(
      entries.filter(({ message }) => message !== "shutdown").map(
        ({ level, requestId }) => [level, requestId],
      ),
      [["WARN", "late"]],
    );
    assertEquals(fn.api.posts.length, 2);
  },
);

testOverEach(
  "serve() restarts a loop that crashes, and leaves the others alone",
  async (transport) => {
    await using fn = new ConcurrentFunction({ transport, concurrency: 2 });
    const other = fn.invoke("wait", {
      url: fn.gate.url,
      headers: deadlineIn(10_000),
    });
    await fn.gate.arrived(1);
    await fn.invoke("crashLoop", { value: 1 });
    // The loop crashes over it, and gives no answer.
    fn.api.enqueue({ id: "lost", body: "{}" });
    // The other loop is busy, so that this is answered by the restarted one.
    await fn.invoke("state");
    fn.gate.open();
    assertEquals((await other).text, `"opened"`);
    const { code, entries } = await fn.end();
    assertEquals(code, 0);
    const [error, ...more] = withLevel(entries, "ERROR");
    assertStringIncludes(error, "restarted (1 of 3 in 5 s): Error: sabotaged");
    assertEquals(more, []);
  },
);

testOverEach(
  "serve() ends when a loop keeps crashing, once what runs is answered",
  async (transport) => {
    const lastPoll = Promise.withResolvers<void>();
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 2,
      onNext: (poll) => {
        // Both loops have polled once, and one again after each crash.
        if (poll === 5) lastPoll.resolve();
        return undefined;
      },
    });
    const other = fn.invoke("wait", { url: fn.gate.url });
    await fn.gate.arrived(1);
    await fn.invoke("crashLoop", { value: 4 });
    for (let crash = 0; crash < 4; crash++) {
      fn.api.enqueue({ id: `lost ${crash}`, body: "{}" });
    }
    await fn.process.unlessLost(lastPoll.promise);
    fn.gate.open();
    assertEquals((await other).text, `"opened"`);
    const { code, entries } = await fn.ended();
    assertEquals(code, 1);
    assertStringIncludes(
      withLevel(entries, "ERROR").at(-1)!,
      "Process ends: Error: sabotaged",
    );
  },
);

for (const value of ["1", "0", "many", ""]) {
  testOverEach(
    `serve() runs one invocation at a time when AWS_LAMBDA_MAX_CONCURRENCY is "${value}"`,
    async (transport) => {
      await using api = new RuntimeApiServer();
      await using process = new FunctionProcess({
        transport,
        api,
        env: { AWS_LAMBDA_MAX_CONCURRENCY: value },
      });
      await api.invoke({ id: "1", body: `{"case":"log"}` });
      process.terminate();
      assertStringIncludes(
        (await process.ended()).log,
        "\t1\tINFO\ttwo\rlines",
      );
    },
  );
}
