// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertRejects } from "@std/assert/rejects";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { assertSettled, UnsettledError } from "../../../local/testing/mod.ts";

/** Gives the kinds of what is left behind, each of which this file has begun. */
async function kindsOf(
  run: () => unknown,
  except?: string[],
): Promise<string[]> {
  const { leftovers } = await assertRejects(
    () => assertSettled(run, { except }),
    UnsettledError,
  );
  for (const { begunAt } of leftovers) {
    assertMatch(begunAt ?? "none", /settled_test\.ts:\d+:\d+$/);
  }
  return leftovers.map(({ kind }) => kind);
}

Deno.test("assertSettled() gives what a function returns that leaves nothing", async () => {
  const result = await assertSettled(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const text = await Deno.readTextFile(new URL(import.meta.url));
    clearTimeout(setTimeout(() => {}, 60_000));
    using _file = Deno.openSync(new URL(import.meta.url));
    return text.length > 0;
  });
  assertEquals(result, true);
});

Deno.test("assertSettled() passes on what the function throws", async () => {
  await assertRejects(
    () =>
      assertSettled(() => {
        throw new RangeError("own");
      }),
    RangeError,
    "own",
  );
});

Deno.test("assertSettled() names the line that has set a timer", async () => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const error = await assertRejects(
    () =>
      assertSettled(() => {
        timer = setTimeout(() => {}, 60_000);
      }),
    UnsettledError,
  );
  clearTimeout(timer);
  const [line] = new Error().stack?.match(/settled_test\.ts:(\d+)/) ?? [];
  const own = Number(line?.split(":")[1]);
  const [, found] = /a timer, begun at file:.*settled_test\.ts:(\d+):\d+\n/
    .exec(error.message) ?? [];
  // Four lines above clearTimeout(), which is one above this stack.
  assertEquals(Number(found), own - 5);
});

Deno.test("assertSettled() finds timers of any kind, but those that are unref'd", async () => {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const abort = new AbortController();
  const work: Promise<unknown>[] = [];
  assertEquals(
    await kindsOf(() => {
      timers.push(setInterval(() => {}, 60_000));
      work.push(sleep(60_000, undefined, { signal: abort.signal }));
      const unref = setTimeout(() => {}, 60_000);
      Deno.unrefTimer(unref);
      timers.push(unref);
    }),
    ["timer", "timer"],
  );
  for (const timer of timers) clearTimeout(timer);
  abort.abort();
  await Promise.allSettled(work);
});

Deno.test("assertSettled() finds work that nobody awaits", async () => {
  let work: Promise<unknown> = Promise.resolve();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async () => {
      await opened;
      return new Response("opened");
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  assertEquals(
    await kindsOf(() => {
      work = fetch(url).then((response) => response.text());
    }),
    ["op_fetch_send"],
  );
  open();
  assertEquals(await work, "opened");
  // What is awaited leaves nothing, though its server is in this thread.
  assertEquals(
    await assertSettled(async () => await (await fetch(url)).text()),
    "opened",
  );
});

Deno.test("assertSettled() finds the body of a response that nobody reads", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("x".repeat(1_000_000)),
  );
  let response: Response | undefined;
  assertEquals(
    await kindsOf(async () => {
      response = await fetch(`http://127.0.0.1:${server.addr.port}`);
    }),
    ["fetchResponse"],
  );
  await response?.body?.cancel();
});

/** Accepts so many connections, which are given back when all are there. */
function accept(count: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = (async () => {
    const connections: Deno.Conn[] = [];
    while (connections.length < count) {
      connections.push(await listener.accept());
    }
    return connections;
  })();
  return { listener, port: listener.addr.port, accepted };
}

Deno.test("assertSettled() finds sockets and files that are open", async () => {
  const { listener, port, accepted } = accept(2);
  const open: { close(): unknown }[] = [listener];
  assertEquals(
    await kindsOf(async () => {
      (await Deno.connect({ port })).close();
      open.push(await Deno.connect({ port }));
      open.push(Deno.openSync(new URL(import.meta.url)));
      open.push(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
    }),
    ["tcpStream", "fsFile", "tcpListener"],
  );
  open.push(...await accepted);
  for (const it of open) it.close();
});

Deno.test("assertSettled() finds the sockets of Node's modules", async () => {
  const { listener, port, accepted } = accept(2);
  const open: Socket[] = [];
  const connectNode = async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  assertEquals(
    await kindsOf(async () => {
      const closed = await connectNode();
      closed.destroy();
      await once(closed, "close");
      open.push(await connectNode());
    }),
    ["tcpStream"],
  );
  for (const socket of open) {
    socket.destroy();
    await once(socket, "close");
  }
  for (const connection of [listener, ...await accepted]) connection.close();
});

Deno.test("assertSettled() takes what may be left behind", async () => {
  using listener = await assertSettled(
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    { except: ["tcpListener"] },
  );
  assert(listener.addr.port > 0);
});

Deno.test("assertSettled() does not count what began outside, nor what cannot settle", async () => {
  const outside = setTimeout(() => {}, 60_000);
  assertEquals(
    await assertSettled(() => {
      new Promise(() => {});
      return 1;
    }),
    1,
  );
  clearTimeout(outside);
});

Deno.test("assertSettled() runs one function at a time", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = assertSettled(() => promise);
  await assertRejects(() => assertSettled(() => {}), TypeError, "Await it");
  resolve();
  await first;
});

Deno.test("assertSettled() leaves a fetch that the function has replaced", async () => {
  const before = globalThis.fetch;
  const own = () => Promise.resolve(new Response());
  await assertSettled(() => {
    globalThis.fetch = own;
  });
  const after = globalThis.fetch;
  globalThis.fetch = before;
  assertEquals(after, own);
});

Deno.test("assertSettled() puts back what it replaces", async () => {
  const read = () => [fetch, Deno.connect, Deno.open, Error.stackTraceLimit];
  const before = read();
  await assertSettled(() => {});
  assertEquals(read(), before);
});
