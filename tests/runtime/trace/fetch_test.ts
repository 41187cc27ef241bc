// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { createFetch } from "../../../runtime/trace/mod.ts";
import { TRACE, TracedFunction } from "../../support/traced_function.ts";

/** Answers with what it was sent, as 404 where the path says so. */
function serveEcho(elsewhere?: string): Deno.HttpServer<Deno.NetAddr> {
  const redirects: Record<string, string> = {
    "/redirect": "/again",
    "/again": elsewhere ?? "/end",
  };
  return Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, async (request) => {
    const { pathname } = new URL(request.url);
    const location = redirects[pathname];
    const body = await request.text();
    if (location) {
      return new Response(null, { status: 307, headers: { location } });
    }
    const status = Number(/\/status\/(\d+)/.exec(pathname)?.[1] ?? 200);
    return Response.json({
      method: request.method,
      body,
      header: request.headers.get("x-amzn-trace-id"),
      authorization: request.headers.get("authorization"),
    }, { status });
  });
}

Deno.test("createFetch() records requests, and passes the trace to the hosts that are named", async () => {
  await using server = serveEcho();
  await using fn = await TracedFunction.start();
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const { text } = await fn.invoke("fetches", { url });
  const spans = await fn.daemon.received(4);
  const [told, untold] = JSON.parse(text);

  const missing = spans.find(({ http }) => http?.response?.status === 404)!;
  assertEquals(missing.name, `127.0.0.1:${server.addr.port}`);
  assertEquals(missing.namespace, "remote");
  assertEquals(missing.parent_id, TRACE.parent);
  assertEquals(missing.http, {
    request: { method: "GET", url: `${url}status/404` },
    response: {
      status: 404,
      content_length: JSON.stringify(told).length,
    },
  });
  assertEquals([missing.error, missing.fault], [true, undefined]);
  assertEquals(
    told.header,
    `Root=${TRACE.root};Parent=${missing.id};Sampled=1;Lineage=1:a87bd80c:0`,
  );
  assertEquals(untold.header, null);

  const throttled = spans.find(({ http }) => http?.response?.status === 429)!;
  assertEquals([throttled.error, throttled.throttle], [true, true]);
  const failed = spans.find(({ http }) => http?.response?.status === 503)!;
  assertEquals([failed.error, failed.fault], [undefined, true]);
  const refused = spans.find(({ name }) => name === "127.0.0.1:1")!;
  assertEquals([refused.fault, refused.http?.response], [true, undefined]);
});

Deno.test("createFetch() passes the trace on in redirects", async () => {
  await using server = serveEcho();
  await using fn = await TracedFunction.start();
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const { text } = await fn.invoke("redirected", { url });
  const [span] = await fn.daemon.received(1);
  const [received, isRedirected] = JSON.parse(text);
  assertEquals(received, {
    method: "POST",
    body: "the body",
    header:
      `Root=${TRACE.root};Parent=${span.id};Sampled=1;Lineage=1:a87bd80c:0`,
    authorization: "secret",
  });
  assertEquals(isRedirected, true);
  assertEquals(span.http?.response?.status, 200);
});

Deno.test("createFetch() tells no host of the trace that it is only redirected to", async () => {
  await using other = serveEcho();
  await using server = serveEcho(`http://127.0.0.1:${other.addr.port}/end`);
  await using fn = await TracedFunction.start();
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const { text } = await fn.invoke("redirected", { url });
  await fn.daemon.received(1);
  assertEquals(JSON.parse(text), [
    { method: "POST", body: "the body", header: null, authorization: null },
    true,
  ]);
});

Deno.test("createFetch() passes on that a trace is not sampled", async () => {
  await using server = serveEcho();
  await using fn = await TracedFunction.start();
  const header = TRACE.header.replace("Sampled=1", "Sampled=0");
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const { text } = await fn.invoke("redirected", { url, header });
  const [received] = JSON.parse(text);
  assertEquals(received.header, header);
  assertEquals(fn.daemon.subsegments, []);
});

Deno.test("createFetch() fetches where no invocation runs", async () => {
  await using server = serveEcho();
  const { host } = new URL(`http://127.0.0.1:${server.addr.port}/`);
  const response = await createFetch({ passTraceTo: [host] })(`http://${host}`);
  assertEquals((await response.json()).header, null);
});

Deno.test("createFetch() rejects what cannot be fetched, as fetch() does", async () => {
  const fetching = createFetch()("http://");
  await assertRejects(() => fetching, TypeError);
});

Deno.test("createFetch() refuses what is no host", () => {
  for (const host of ["https://example.com", "example.com/", "*", "a b", ""]) {
    assertThrows(
      () => createFetch({ passTraceTo: [host] }),
      TypeError,
      `found "${host}"`,
    );
  }
});
