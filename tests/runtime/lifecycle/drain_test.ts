// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Drain } from "../../../runtime/lifecycle/drain.ts";
import {
  ConcurrentFunction,
  deadlineIn,
  type Isolation,
  type LogEntry,
} from "../../support/concurrent_function.ts";
import { runProgram } from "../../support/run_program.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";
import { testOverEach } from "../../support/transports.ts";

const RUNTIME = new URL("../../../runtime/", import.meta.url).href;
const ISOLATIONS: Isolation[] = ["none", "worker"];

function messagesOf(entries: LogEntry[]): string[] {
  return entries.map(({ message }) => message);
}

/** Counts polls, of a function that runs or of one that has ended. */
function countPolls({ requests }: RuntimeApiServer): number {
  return requests.filter(({ path }) => path.endsWith("/next")).length;
}

Deno.test("done settles when the drain has begun and nothing runs", async () => {
  const drain = new Drain();
  let isDone = false;
  drain.done.then(() => isDone = true);
  drain.enter();
  drain.enter();
  drain.begin();
  drain.leave();
  await Promise.resolve();
  assertEquals([drain.hasBegun, drain.signal.aborted, isDone], [
    true,
    true,
    false,
  ]);
  drain.leave();
  await drain.done;
});

Deno.test("begin() keeps the first reason", () => {
  const drain = new Drain();
  drain.begin("first");
  drain.begin("second");
  assertEquals(drain.error, "first");
});

Deno.test("begin() ends a poll that waits between two attempts", async () => {
  await using api = new RuntimeApiServer({
    onNext: (poll) =>
      poll === 0 ? new Response(null, { status: 503 }) : undefined,
  });
  api.enqueue({ id: "too late", body: "{}" });
  // The warning comes before the wait.
  const program = `
    import { RuntimeApi } from "${RUNTIME}api/runtime_api.ts";
    import { Drain } from "${RUNTIME}lifecycle/drain.ts";
    const drain = new Drain();
    const log = { warn: () => setTimeout(() => drain.begin()) };
    const api = new RuntimeApi("${api.address}", log);
    console.log(String(await api.next(drain.signal)));
  `;
  const { stdout } = await runProgram(program, ["--allow-net"]);
  assertEquals(stdout, "undefined\n");
  assertEquals(countPolls(api), 1);
});

for (const isolation of ISOLATIONS) {
  const suffix = isolation === "none" ? "" : ", in workers too";

  testOverEach(
    `SIGTERM lets what runs finish, and asks for nothing more${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 4,
        isolation,
      });
      const { api, gate } = fn;
      const running = ["a", "b", "c", "d"].map((id) =>
        fn.invoke("wait", { id, url: gate.url })
      );
      await gate.arrived(4);
      const polls = countPolls(api);
      fn.invoke("state", { id: "too late" }).catch(() => {});
      await fn.terminate();
      gate.open();
      for (const post of await Promise.all(running)) {
        assertEquals(post.text, `"opened"`);
      }
      const { code, entries } = await fn.ended();
      assertEquals(code, 0);
      assertEquals(countPolls(api), polls);
      assert(!api.posts.some(({ path }) => path.includes("late")));
      // With workers, one for each core and a spare one.
      const threads = isolation === "none"
        ? 1
        : Math.min(4, navigator.hardwareConcurrency) + 1;
      assertEquals(messagesOf(entries), Array(threads).fill("shutdown"));
    },
  );

  testOverEach(
    `SIGTERM lets an invocation that never settles fail by its deadline${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 2,
        isolation,
      });
      await fn.invoke("state");
      const never = fn.invoke("never", { headers: deadlineIn(1_000) });
      const waiting = fn.invoke("wait", { url: fn.gate.url });
      await fn.gate.arrived(1);
      await fn.terminate();
      fn.gate.open();
      assertEquals((await waiting).text, `"opened"`);
      const { path, text } = await never;
      assertStringIncludes(path, "/error");
      assertStringIncludes(text, "Function.Timeout");
      const { code, entries } = await fn.ended();
      assertEquals(code, 0);
      assertEquals(messagesOf(entries).at(-1), "shutdown");
    },
  );

  testOverEach(
    `SIGTERM waits no longer than lambda.drainMs for what runs${suffix}`,
    async (transport) => {
      await using fn = new ConcurrentFunction({
        transport,
        concurrency: 2,
        isolation,
        env: { DRAIN_MS: "50" },
      });
      fn.invoke("wait", { url: fn.gate.url }).catch(() => {});
      await fn.gate.arrived(1);
      await fn.terminate();
      const { code, entries } = await fn.ended();
      assertEquals(code, 0);
      assertEquals(messagesOf(entries).at(-1), "shutdown");
      assertEquals(fn.api.posts, []);
    },
  );
}

testOverEach(
  "SIGTERM answers what a poll that was open already is handed",
  async (transport) => {
    await using fn = new ConcurrentFunction({ transport, concurrency: 2 });
    const { gate } = fn;
    const first = fn.invoke("wait", { url: gate.url });
    await gate.arrived(1);
    await fn.terminate();
    const second = fn.invoke("wait", { url: gate.url });
    await gate.arrived(2);
    gate.open();
    assertEquals((await first).text, `"opened"`);
    assertEquals((await second).text, `"opened"`);
    assertEquals((await fn.ended()).code, 0);
  },
);

testOverEach(
  "SIGTERM ends a function at once that only waits",
  async (transport) => {
    await using fn = new ConcurrentFunction({ transport, concurrency: 64 });
    await fn.invoke("state");
    const { code, entries } = await fn.end();
    assertEquals([code, messagesOf(entries)], [0, ["shutdown"]]);
  },
);

testOverEach(
  "SIGTERM lets all workers shut down, though one of them fails",
  async (transport) => {
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 2,
      isolation: "worker",
      env: { FIRST_SHUTDOWN_FAILS: "yes" },
    });
    await fn.invoke("state");
    const { code, entries } = await fn.end();
    assertEquals(code, 1);
    // The spare one is there too, and one of all has failed.
    const others = Math.min(2, navigator.hardwareConcurrency);
    const messages = messagesOf(entries);
    assertEquals(messages.filter((it) => it === "shutdown").length, others);
    assertStringIncludes(
      messages.at(-1)!,
      "Shutdown failed: Error: not closed",
    );
  },
);

testOverEach(
  "SIGTERM takes a worker that cannot start for none to shut down",
  async (transport) => {
    const seats = Math.min(2, navigator.hardwareConcurrency);
    await using fn = new ConcurrentFunction({
      transport,
      concurrency: 2,
      isolation: "worker",
      // The spare one.
      env: { FAILING_STARTS: `${seats + 1}` },
    });
    await fn.invoke("state");
    const { code, entries } = await fn.end();
    assertEquals(code, 0);
    const shutdowns = entries.filter(({ message }) => message === "shutdown");
    assertEquals(shutdowns.length, seats);
  },
);

testOverEach(
  "SIGTERM runs shutdown() once however often it comes",
  async (transport) => {
    await using fn = new ConcurrentFunction({ transport });
    const waiting = fn.invoke("wait", { url: fn.gate.url });
    await fn.gate.arrived(1);
    for (let signal = 0; signal < 5; signal++) await fn.terminate();
    fn.gate.open();
    assertEquals((await waiting).text, `"opened"`);
    const { code, entries } = await fn.ended();
    assertEquals([code, messagesOf(entries)], [0, ["shutdown"]]);
  },
);
