// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Drain } from "../runtime/drain.ts";
import {
  ConcurrentFunction,
  deadlineIn,
  type Isolation,
  type LogEntry,
} from "./support/concurrent_function.ts";
import { RuntimeApiServer } from "./support/runtime_api.ts";

const RUNTIME = new URL("../runtime/", import.meta.url).href;
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
    import { RuntimeApi } from "${RUNTIME}api.ts";
    import { Drain } from "${RUNTIME}drain.ts";
    const drain = new Drain();
    const log = { warn: () => setTimeout(() => drain.begin()) };
    const api = new RuntimeApi("${api.address}", log);
    console.log(String(await api.next(drain.signal)));
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-config",
      "--allow-net",
      `data:text/javascript,${encodeURIComponent(program)}`,
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "undefined\n");
  assertEquals(countPolls(api), 1);
});

for (const isolation of ISOLATIONS) {
  const suffix = isolation === "none" ? "" : ", in workers too";

  Deno.test(`SIGTERM lets what runs finish, and asks for nothing more${suffix}`, async () => {
    await using fn = new ConcurrentFunction({ concurrency: 4, isolation });
    const { api, gate } = fn;
    const running = ["a", "b", "c", "d"].map((id) =>
      fn.invoke("wait", { id, url: gate.url })
    );
    await gate.arrived(4);
    const polls = countPolls(api);
    const queued = fn.invoke("state", { id: "too late" });
    await fn.terminate();
    await fn.terminate();
    gate.open();
    for (const post of await Promise.all(running)) {
      assertEquals(post.text, `"opened"`);
    }
    const { code, entries } = await fn.ended();
    assertEquals(code, 0);
    assertEquals(countPolls(api), polls);
    assert(!api.posts.some(({ path }) => path.includes("late")));
    assertEquals(messagesOf(entries), [
      "shutdown",
      ...isolation === "none" ? [] : ["shutdown", "shutdown"],
    ]);
    queued.catch(() => {});
  });
}
